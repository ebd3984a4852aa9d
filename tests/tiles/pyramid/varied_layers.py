"""Small layers that hold one of everything, in EPSG:4547 (metres)."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from tests.tiles.pyramid.mosaics import EAST, NORTH
from tiles.desensitise.features import FeatureTable
from tiles.pyramid.layer_spec import GeometryKind, LayerSpec

FIELDS = (
    ("code", "text"),
    ("name", "text"),
    ("open", "text"),
    ("far", "number"),
    ("level", "integer"),
)
NAMES = ["居住用地", "Park", None, "𠮷野路", "", "R2/B1 “混合”"]
STEP = 1900.0
COLUMNS = 8


def layer_spec(kind: GeometryKind) -> LayerSpec:
    """Zooms 9 to 14, the lowest of which merge and drop."""
    return LayerSpec("varied", kind, 9, 14, "code", "name", FIELDS, {"licence": "开放"})


def layer(kind: GeometryKind) -> FeatureTable:
    """Forty features of every make, 1.9 km apart, and values of every type, some missing."""
    makes = {"polygon": _polygons, "line": _lines, "point": _points}[kind]()
    geometry = np.empty(len(makes) * (40 // len(makes)), dtype=object)
    for row in range(len(geometry)):
        corner = np.array([EAST + STEP * (row % COLUMNS), NORTH + STEP * (row // COLUMNS)])
        shape = makes[row % len(makes)]
        geometry[row] = shapely.transform(shape, lambda xy, corner=corner: xy * 10 + corner)
    rows = range(len(geometry))
    columns: dict[str, list[Any]] = {
        "code": [f"07{row % 3:02d}" for row in rows],
        "name": [NAMES[row % len(NAMES)] for row in rows],
        "open": [None if row % 7 == 0 else row % 2 == 0 for row in rows],
        "far": [(None, -0.25, 1e-9, float(row), 1e300, -3)[row % 6] for row in rows],
        "level": [(0, -row, 2**40 + row, -(2**33), None, True)[row % 6] for row in rows],
    }
    attributes = {name: np.array(values, dtype=object) for name, values in columns.items()}
    return FeatureTable(geometry, attributes, "EPSG:4547", "varied")


def _polygons() -> list[shapely.Geometry]:
    square = shapely.box(0, 0, 40, 40)
    holed = square.difference(
        shapely.union_all([shapely.box(4, 4, 9, 9), shapely.box(20, 12, 30, 33)])
    )
    island = holed.union(shapely.box(23, 16, 27, 28))
    two = shapely.MultiPolygon([shapely.box(0, 0, 12, 12), shapely.box(20, 20, 33, 35)])
    touching = shapely.MultiPolygon([shapely.box(0, 0, 20, 20), shapely.box(20, 20, 40, 40)])
    long = shapely.Polygon([(0, 0), (400, 55), (400, 60), (0, 5)])
    round_one = shapely.Point(20, 20).buffer(18, quad_segs=12)
    diamond_hole = shapely.Polygon(
        [(0, 0), (40, 0), (40, 40), (0, 40)], [[(0, 20), (10, 10), (20, 20), (10, 30)]]
    )
    return [square, holed, island, two, touching, long, round_one, diamond_hole]


def _lines() -> list[shapely.Geometry]:
    return [
        shapely.LineString([(0, 0), (40, 30), (60, 0)]),
        shapely.MultiLineString([[(0, 0), (20, 20)], [(20, 20), (50, 0), (70, 40)]]),
        shapely.LineString([(0, 0), (700, 10)]),
        shapely.LineString([(0, 0), (20, 0), (20, 20), (0, 20), (0, 0)]),
    ]


def _points() -> list[shapely.Geometry]:
    return [
        shapely.Point(0, 0),
        shapely.MultiPoint([(0, 0), (30, 30), (60, 10)]),
        shapely.MultiPoint([(5, 5)]),
        shapely.Point(33.3, 12.1),
    ]
