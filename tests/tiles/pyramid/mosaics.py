"""Made-up layers for the tests of the pyramid: small, seeded, in EPSG:4547 (metres)."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from tiles.desensitise.features import FeatureTable
from tiles.pyramid.layer_spec import GeometryKind, LayerSpec

EAST, NORTH = 500_000.0, 3_500_000.0
"""Middle of the mosaics: on the central meridian 114°E."""

FIELDS = (("code", "text"), ("name", "text"), ("far", "number"), ("plots", "integer"))


def spec(kind: GeometryKind = "polygon", **changes: Any) -> LayerSpec:
    """A layer spec for ``FIELDS``."""
    values: dict[str, Any] = {
        "code": "plots",
        "geometry": kind,
        "min_zoom": 9,
        "max_zoom": 14,
        "class_field": "code",
        "label_field": "name",
        "fields": FIELDS,
        "metadata": {"review_number": "示审图〔2026〕001号", "licence": "开放"},
        "coverage": kind == "polygon",
    }
    return LayerSpec(**{**values, **changes})


def table(geometry: Any, classes: int = 4) -> FeatureTable:
    """Geometry with attributes that follow from the row number; every fifth ``far`` is missing."""
    array = np.empty(len(geometry), dtype=object)
    array[:] = list(geometry)
    rows = range(len(array))
    columns: dict[str, list[Any]] = {
        "code": [f"07{row % classes:02d}" for row in rows],
        "name": [f"用地{row % classes}" for row in rows],
        "far": [None if row % 5 == 0 else row / 10 for row in rows],
        "plots": list(rows),
        "owner": ["must never reach a tile"] * len(array),
    }
    attributes = {name: np.array(values, dtype=object) for name, values in columns.items()}
    return FeatureTable(array, attributes, "EPSG:4547", "mosaic")


def parcels(count: int, seed: int = 1, side: float = 70.0) -> Any:
    """A valid coverage of about ``count`` polygons on the 10 m grid."""
    rng = np.random.default_rng(seed)
    width = np.sqrt(count) * side
    points = np.array([EAST, NORTH]) + rng.uniform(-width / 2, width / 2, (count, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points)))
    half = np.round(width / 20) * 10
    frame = shapely.box(EAST - half, NORTH - half, EAST + half, NORTH + half)
    snapped = shapely.set_precision(shapely.intersection(cells, frame), 10.0)
    return snapped[(shapely.get_type_id(snapped) == 3) & (shapely.area(snapped) > 0)]


def city(count: int, seed: int = 1, classes: int = 4) -> FeatureTable:
    """``parcels`` with attributes."""
    return table(parcels(count, seed), classes)
