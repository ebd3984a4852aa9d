"""Invented administrative divisions (行政区划): counties along the river, townships inside.

All codes begin with 99, which is the code of no province.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from portal.samplecity.curves import Floats, Geometries, Shape, Warp, polygons_of
from portal.samplecity.layout import Layout

CITY_CODE, CITY_NAME = "990100", "示例市"
# county code, county name, townships as (name, x, y in kilometres, side of the river)
COUNTIES = (
    ("990102", "示中区", "north", (
        ("示鼓街道", -0.8, 1.7), ("示湖街道", 3.4, 2.6), ("例园街道", -3.6, 2.4),
        ("示站街道", -0.6, 5.2),
    )),
    ("990103", "示南区", "south", (
        ("例江街道", 1.9, -2.0), ("示轴街道", 0.2, -4.6), ("例桥街道", 4.6, -4.2),
        ("例渠镇", 2.6, -9.0),
    )),
    ("990104", "示西区", "south", (
        ("例学街道", -6.3, -2.6), ("示柳街道", -3.6, -3.6), ("示湾镇", -8.4, -7.2),
        ("示塘镇", -4.7, -8.6), ("示坪镇", -10.4, -1.2),
    )),
    ("990105", "示东区", "north", (
        ("示工街道", 7.0, 3.6), ("例涧镇", 10.0, 0.6), ("例港街道", 8.9, 5.9),
    )),
    ("990106", "例香县", "south", (
        ("例香镇", 9.0, -7.2),
    )),
    ("990107", "示北县", "north", (
        ("示桥镇", -9.3, 6.2), ("例林镇", -3.8, 8.4), ("示岭镇", 3.2, 8.4), ("示泽镇", -8.6, 3.8),
    )),
)  # fmt: skip


@dataclass(frozen=True)
class Districts:
    """Townships: geometry (n,), a coverage of the municipality, and codes and names (n,)."""

    geometry: Geometries
    code: Geometries
    name: Geometries
    county_code: Geometries
    county_name: Geometries

    def at(self, points: Floats) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """Row of the township at (or nearest to) each point, shape (n, 2) -> (n,)."""
        tree = shapely.STRtree(self.geometry)
        return np.asarray(tree.nearest(shapely.points(points)))


def divide(layout: Layout, rng: np.random.Generator) -> Districts:
    """Townships around their seats, parted by the river's middle line where it runs."""
    halves = polygons_of(
        shapely.polygonize(
            shapely.get_parts(shapely.union_all([layout.boundary.boundary, layout.river_line]))
        )
    )
    halves = halves[np.argsort(-shapely.area(halves))]
    south, north = sorted(halves[:2], key=lambda half: half.centroid.y)
    warp = Warp.drawn(rng, 1900, 65)
    rows: list[tuple[Shape, str, str, str, str]] = []
    for side, half in (("north", north), ("south", south)):
        seats, labels = _seats(side)
        cells = shapely.get_parts(
            shapely.voronoi_polygons(
                shapely.MultiPoint(seats), extend_to=layout.boundary.buffer(5000)
            )
        )
        for seat, label in zip(seats, labels, strict=True):
            cell = cells[shapely.contains_xy(cells, *seat)][0]
            rows.append((shapely.intersection(warp.bend(cell, 150.0), half), *label))
    geometry = np.array([row[0] for row in rows], dtype=object)
    columns = [np.array([row[place] for row in rows], dtype=object) for place in range(1, 5)]
    # new in shapely 2.2, unknown to its type stubs
    clean = shapely.coverage_clean(geometry, gap_width=5.0)  # type: ignore[attr-defined]
    return Districts(clean, *columns)


def _seats(side: str) -> tuple[Floats, list[tuple[str, str, str, str]]]:
    """Seats of the townships on one side of the river and their codes and names."""
    places, labels = [], []
    for code, county, county_side, townships in COUNTIES:
        if county_side != side:
            continue
        for number, (name, x, y) in enumerate(townships, start=1):
            places.append((x * 1000, y * 1000))
            labels.append((f"{code}{number:03d}", name, code, county))
    return np.array(places), labels
