"""The place of a notice as officials give it: GeoJSON, a box, or a point (位置范围)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.gis.geos import (
    GEOSException,
    GEOSGeometry,
    MultiPolygon,
    Point,
    Polygon,
)
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.plans.models.version_queries import FOOTPRINT_SRID

MOST_BYTES = 512 * 1024
MOST_VERTICES = 5000
"""Beyond it the outline weighs more than the page that shows it."""

POINT_SIZE, BOX_SIZE = 2, 4
KINDS = ("Point", "Polygon", "MultiPolygon")


def parse_footprint(text: str) -> GEOSGeometry | None:
    """The place in degrees (CGCS2000, EPSG:4490), rounded to the public grid; None for no text.

    Takes ``lon,lat``, ``west,south,east,north`` and GeoJSON (Point, Polygon, MultiPolygon, Feature,
    FeatureCollection; RFC 7946). Raises ``ValidationError`` with a text for the official.
    """
    text = text.strip().lstrip("\ufeff")
    if not text:
        return None
    if len(text.encode()) > MOST_BYTES:
        raise ValidationError(
            _("位置范围过大（上限%(limit)s KB）：请先简化边界。"),
            params={"limit": MOST_BYTES // 1024},
        )
    shape = _from_geojson(text) if text.startswith(("{", "[")) else _from_numbers(text)
    return _on_grid(shape)


def _from_numbers(text: str) -> GEOSGeometry:
    try:
        numbers = [float(part) for part in text.replace("，", ",").split(",")]
    except ValueError as problem:
        raise ValidationError(
            _("请填写GeoJSON，或以逗号分隔的“经度,纬度”，或“西,南,东,北”（单位：度）。")
        ) from problem
    if len(numbers) == POINT_SIZE:
        _check_position(numbers)
        return Point(numbers[0], numbers[1], srid=FOOTPRINT_SRID)
    if len(numbers) != BOX_SIZE:
        raise ValidationError(_("须为两个数（经度,纬度）或四个数（西,南,东,北）。"))
    west, south, east, north = numbers
    _check_position([west, south])
    _check_position([east, north])
    if west >= east or south >= north:
        raise ValidationError(_("范围须按“西,南,东,北”填写，且西小于东、南小于北。"))
    return Polygon.from_bbox((west, south, east, north))


def _from_geojson(text: str) -> GEOSGeometry:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise ValidationError(_("GeoJSON读不出：请检查文件是否完整。")) from problem
    shapes = list(_geometries(document))
    if not shapes:
        raise ValidationError(_("GeoJSON里没有图形。"))
    vertices = 0
    parts: list[Any] = []
    for shape in shapes:
        kind, coordinates = shape.get("type"), shape.get("coordinates")
        if kind not in KINDS:
            raise ValidationError(
                _("只能是点或面（%(kind)s不可用）。"), params={"kind": str(kind)[:40]}
            )
        vertices += sum(1 for position in _positions(coordinates) if _check_position(position))
        if vertices > MOST_VERTICES:
            raise ValidationError(
                _("边界有%(count)s个以上的顶点：请先简化。"), params={"count": MOST_VERTICES}
            )
        parts.append(_geometry({"type": kind, "coordinates": coordinates}))
    return _joined(parts)


def _geometries(document: Any) -> Iterator[dict[str, Any]]:
    """The geometries of a GeoJSON object, features and collections opened."""
    if not isinstance(document, dict):
        raise ValidationError(_("GeoJSON的最外层须是一个对象。"))
    if document.get("type") == "FeatureCollection":
        features = document.get("features")
        for feature in features if isinstance(features, list) else []:
            yield from _geometries(feature)
    elif document.get("type") == "Feature":
        if isinstance(document.get("geometry"), dict):
            yield document["geometry"]
    else:
        yield document


def _positions(coordinates: Any) -> Iterator[list[Any]]:
    if not isinstance(coordinates, list) or not coordinates:
        raise ValidationError(_("GeoJSON的坐标不完整。"))
    if isinstance(coordinates[0], list):
        for part in coordinates:
            yield from _positions(part)
    else:
        yield coordinates


def _check_position(position: list[Any]) -> bool:
    """Longitude and latitude in degrees inside the world; metres of a projection are refused."""
    numbers = [
        value
        for value in position
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    if len(position) < POINT_SIZE or len(numbers) != len(position):
        raise ValidationError(_("GeoJSON的坐标不完整。"))
    if not (-180 <= numbers[0] <= 180 and -90 <= numbers[1] <= 90):
        raise ValidationError(
            _("坐标超出经纬度范围：须为度（CGCS2000），不能是米制投影坐标，且经度在前。")
        )
    return True


def _geometry(shape: dict[str, Any]) -> GEOSGeometry:
    """The shape without heights: a footprint lies on the ground."""
    coordinates = _flat(shape["coordinates"])
    made: GEOSGeometry
    try:
        if shape["type"] == "Point":
            made = Point(coordinates)
        elif shape["type"] == "Polygon":
            made = Polygon(*coordinates)
        else:
            made = MultiPolygon([Polygon(*rings) for rings in coordinates])
    except (GEOSException, ValueError, TypeError) as problem:
        raise ValidationError(_("图形读不出：面的边界须首尾相接，坐标层级须完整。")) from problem
    made.srid = FOOTPRINT_SRID
    return made


def _flat(part: Any) -> Any:
    return tuple(_flat(item) for item in part) if isinstance(part[0], list) else part[:POINT_SIZE]


def _joined(parts: list[Any]) -> GEOSGeometry:
    if len(parts) == 1:
        only: GEOSGeometry = parts[0]
        return only
    if any(part.geom_type == "Point" for part in parts):
        raise ValidationError(_("一个公示只能有一个点；多个地块请用面。"))
    polygons = [
        polygon
        for part in parts
        for polygon in (part if part.geom_type == "MultiPolygon" else [part])
    ]
    return MultiPolygon(polygons, srid=FOOTPRINT_SRID)


def _on_grid(shape: Any) -> GEOSGeometry:
    """Rounded to the public grid: a published position is no better than that."""
    if not shape.valid:
        raise ValidationError(
            _("边界自相交或无效：%(reason)s"), params={"reason": shape.valid_reason}
        )
    step = float(settings.NOTICE_FOOTPRINT_GRID_DEGREES)

    def snap(part: Any) -> Any:
        if isinstance(part[0], int | float):
            return tuple(round(round(value / step) * step, 9) for value in part[:POINT_SIZE])
        return tuple(snap(item) for item in part)

    made: Any
    if shape.geom_type == "MultiPolygon":
        made = MultiPolygon([Polygon(*snap(polygon.coords)) for polygon in shape])
    elif shape.geom_type == "Polygon":
        made = Polygon(*snap(shape.coords))
    else:
        made = Point(*snap(shape.coords))
    made.srid = FOOTPRINT_SRID
    # Two corners on one grid point can make a needle or a cross out of a sound outline.
    if not made.valid:
        made = made.buffer(0)
        made.srid = FOOTPRINT_SRID
    place: GEOSGeometry = made
    if made.empty or made.geom_type not in KINDS:
        raise ValidationError(_("范围太小：按公开精度取整后没有面积，请改填一个点。"))
    return place


class FootprintWidget(forms.Textarea):
    """A text area and a file input for one place; a chosen file counts more than the text."""

    needs_multipart_form = True

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The text area, and below it the file input with a label of its own."""
        text = super().render(name, value, attrs, renderer)
        context = {"name": f"{name}_file", "id": f"{(attrs or {}).get('id', name)}_file"}
        file = render_to_string("pages/plans/staff/footprint_file.html", context)
        return format_html("{}{}", text, file)

    def format_value(self, value: Any) -> str:
        """GeoJSON of a stored place; what was typed stays as it is."""
        if isinstance(value, GEOSGeometry):
            shape: Any = value
            return json.dumps({"type": shape.geom_type, "coordinates": shape.coords})
        return str(value or "")

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        """The text of the uploaded file, or what stands in the text area."""
        upload = files.get(f"{name}_file")
        if upload is None:
            return str(data.get(name, ""))
        # Read more than once in a request: cleaned, compared, and shown again after an error.
        upload.seek(0)
        raw: bytes = upload.read(MOST_BYTES + 1)
        # What is no text is no GeoJSON either: the field says so.
        return raw.decode("utf-8-sig", "replace")

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Neither text nor file came."""
        return name not in data and f"{name}_file" not in files


class FootprintField(forms.CharField):
    """The place of a notice; cleans to a geometry of SRID 4490, or None."""

    widget = FootprintWidget

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", None)
        kwargs.setdefault("strip", True)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """Parse the text."""
        return parse_footprint(super().to_python(value) or "")

    def prepare_value(self, value: Any) -> Any:
        """The geometry goes to the widget as it is."""
        return value

    def run_validators(self, value: Any) -> None:
        """The validators of a CharField are about texts; the geometry was checked when parsed."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another place was given, on the public grid."""
        try:
            parsed = self.to_python(data)
        except ValidationError:
            return True
        if initial is None or parsed is None:
            return initial is not parsed
        return not parsed.equals_exact(initial)
