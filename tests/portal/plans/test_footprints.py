"""The place of a notice: what is read, what is refused, how it is rounded."""

from __future__ import annotations

import json

import pytest
from django.contrib.gis.geos import Polygon
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from portal.plans.footprints import FootprintField, FootprintWidget, parse_footprint

RING = [[113.0, 28.0], [113.01, 28.0], [113.01, 28.01], [113.0, 28.0]]
POLYGON = {"type": "Polygon", "coordinates": [RING]}
POINT = {"type": "Point", "coordinates": [113.00004, 28.00006, 35.0]}


def feature(geometry: object) -> dict[str, object]:
    return {"type": "Feature", "properties": {}, "geometry": geometry}


@pytest.mark.parametrize(
    ("text", "kind", "extent"),
    [
        ("113.00004, 28.00006", "Point", (113.0, 28.0001, 113.0, 28.0001)),
        ("113,28,113.01,28.01", "Polygon", (113, 28, 113.01, 28.01)),
        ("113，28，113.01，28.01", "Polygon", (113, 28, 113.01, 28.01)),
        (json.dumps(POINT), "Point", (113.0, 28.0001, 113.0, 28.0001)),
        (json.dumps(POLYGON), "Polygon", (113, 28, 113.01, 28.01)),
        (json.dumps(feature(POLYGON)), "Polygon", (113, 28, 113.01, 28.01)),
        (
            json.dumps({"type": "FeatureCollection", "features": [feature(POLYGON)]}),
            "Polygon",
            (113, 28, 113.01, 28.01),
        ),
        ("\ufeff" + json.dumps(POLYGON), "Polygon", (113, 28, 113.01, 28.01)),
    ],
)
def test_reads(text: str, kind: str, extent: tuple[float, ...]) -> None:
    shape = parse_footprint(text)
    assert shape is not None
    assert shape.geom_type == kind
    assert shape.srid == 4490
    assert shape.extent == pytest.approx(extent, abs=1e-9)


def test_several_polygons_become_one_place() -> None:
    moved = {"type": "Polygon", "coordinates": [[[x + 1, y] for x, y in RING]]}
    both = {"type": "FeatureCollection", "features": [feature(POLYGON), feature(moved)]}
    shape = parse_footprint(json.dumps(both))
    assert shape is not None
    assert shape.geom_type == "MultiPolygon"
    assert len(shape) == 2


def test_nothing_is_no_place() -> None:
    assert parse_footprint("  \n") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("abc", "请填写GeoJSON"),
        ("1,2,3", "须为两个数"),
        ("113.1,28,113,28.01", "西小于东"),
        ("500000,3100000", "超出经纬度范围"),
        ("nan,28", "超出经纬度范围"),
        ("28.2,113.0", "超出经纬度范围"),
        ("{", "GeoJSON读不出"),
        ("[1,2]", "最外层须是一个对象"),
        ('{"type":"FeatureCollection","features":[]}', "没有图形"),
        ('{"type":"LineString","coordinates":[[113,28],[114,28]]}', "只能是点或面"),
        ('{"type":"Polygon","coordinates":[]}', "坐标不完整"),
        ('{"type":"Polygon","coordinates":[[["a",1]]]}', "坐标不完整"),
        ('{"type":"Polygon","coordinates":[[[113,28],[114,28]]]}', "图形读不出"),
        (
            '{"type":"Polygon","coordinates":[[[113,28],[114,29],[114,28],[113,29],[113,28]]]}',
            "自相交",
        ),
        ("113,28,113.00001,28.00001", "范围太小"),
        ("{" + " " * 600_000 + "}", "过大"),
    ],
)
def test_refuses_with_a_reason(text: str, told: str) -> None:
    with pytest.raises(ValidationError) as problem:
        parse_footprint(text)
    assert told in "".join(problem.value.messages)


def test_refuses_more_corners_than_a_page_can_show() -> None:
    ring = [[113 + number / 100_000, 28.0] for number in range(6000)]
    with pytest.raises(ValidationError, match="顶点"):
        parse_footprint(json.dumps({"type": "Polygon", "coordinates": [ring]}))


def test_two_points_are_no_place() -> None:
    both = {"type": "FeatureCollection", "features": [feature(POINT), feature(POINT)]}
    with pytest.raises(ValidationError, match="只能有一个点"):
        parse_footprint(json.dumps(both))


def test_the_grid_is_a_setting(settings) -> None:
    settings.NOTICE_FOOTPRINT_GRID_DEGREES = 0.01
    shape = parse_footprint("113.004,28.006")
    assert shape is not None
    assert shape.extent == pytest.approx((113.0, 28.01, 113.0, 28.01))


def test_a_file_counts_more_than_the_text() -> None:
    file = SimpleUploadedFile("place.geojson", json.dumps(POLYGON).encode())
    widget = FootprintWidget()
    data = widget.value_from_datadict(
        {"place": "1,1"}, MultiValueDict({"place_file": [file]}), "place"
    )
    assert json.loads(data) == POLYGON


def test_a_file_is_still_there_when_the_form_is_shown_again() -> None:
    file = SimpleUploadedFile("place.geojson", json.dumps(POLYGON).encode())
    files = MultiValueDict({"place_file": [file]})
    widget = FootprintWidget()
    first = widget.value_from_datadict({}, files, "place")
    assert widget.value_from_datadict({}, files, "place") == first != ""


def test_the_stored_place_reads_back_as_unchanged() -> None:
    box = Polygon.from_bbox((113.0, 28.0, 113.01, 28.01))
    box.srid = 4490
    field = FootprintField(required=False)
    shown = FootprintWidget().format_value(box)
    assert not field.has_changed(box, shown)
    assert field.has_changed(box, "113,28")
    assert field.has_changed(None, "113,28")
