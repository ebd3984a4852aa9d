"""Published layers without packages and archives, for tests of the pages."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth.models import User
from django.contrib.gis.geos import GEOSGeometry, Point, Polygon
from django.utils import timezone

from tiles.desensitise.profile import parse_profile
from tiles.releases.enums import ReleaseState
from tiles.releases.models import Layer, Release, ReleaseFeature

CENTRE = (113.0, 28.2)
INSIDE = Point(*CENTRE, srid=4490)
OUTSIDE = Point(120.0, 40.0, srid=4490)


def square(size: float = 0.01) -> Polygon:
    """A square of ``2 * size`` degrees around the centre."""
    lon, lat = CENTRE
    polygon = Polygon.from_bbox((lon - size, lat - size, lon + size, lat + size))
    polygon.srid = 4490
    return polygon


def public_profile(code: str, **layer: Any) -> dict[str, Any]:
    """A small public profile of land use."""
    document = {
        "version": 1,
        "layer": {
            "code": code,
            "title": f"图层{code}",
            "title_en": f"Layer {code}",
            "geometry": "polygon",
            "category": "plan",
            "order": 10,
            "plan": "示例市国土空间总体规划",
            "approval": "示府批〔2024〕12号",
            "approved_on": "2024-06-30",
            "data_date": "2025-12-31",
            "review_number": "示审图〔2026〕001号",
            "licence": "可自由查阅",
            "source": "示例市自然资源和规划局",
        }
        | layer,
        "style": {"theme": "landuse", "class_field": "YDYHFLDM"},
        "zooms": {"min": 8, "max": 14},
        "ground": {"crs": "EPSG:4547", "grid": 10.0, "min_area": 100.0},
        "attribute": [
            {
                "name": "YDYHFLDM",
                "title": "用地用海分类代码",
                "title_en": "Class code",
                "type": "text",
                "rule": "as_is",
                "domain": "landuse_2023",
            },
            {
                "name": "RJL",
                "title": "容积率",
                "title_en": "Floor area ratio",
                "type": "number",
                "rule": "as_is",
            },
        ],
    }
    return parse_profile(document).public()


def official(name: str) -> User:
    """A member of staff."""
    return User.objects.get_or_create(username=name)[0]


def publish_layer(
    code: str = "landuse",
    *,
    geometry: GEOSGeometry | None = None,
    properties: dict[str, Any] | None = None,
    **layer: Any,
) -> Layer:
    """A layer in force with one feature, a square of urban housing unless told otherwise."""
    profile = public_profile(code, **layer)
    info = profile["layer"]
    made, _new = Layer.objects.update_or_create(
        code=code,
        defaults={
            "title": info["title"],
            "title_en": info["title_en"],
            "category": info["category"],
            "order": info["order"],
        },
    )
    shape = geometry or square()
    release = Release.objects.create(
        id=f"r1-{code}",
        layer=made,
        version=1,
        state=ReleaseState.PUBLISHED,
        sha256="0" * 64,
        profile=profile,
        feature_count=1,
        bounds=list(shape.extent),
        imported_by=official("importer"),
        approved_by=official("approver"),
        published_at=timezone.now(),
        expires_at=timezone.now() + datetime.timedelta(days=30),
    )
    ReleaseFeature.objects.create(
        release=release,
        number=1,
        dimension=shape.dims,
        geometry=shape,
        properties={"YDYHFLDM": "0701", "RJL": 2.5} if properties is None else properties,
    )
    made.current = release
    made.save()
    return made
