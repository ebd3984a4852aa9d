"""Real zoning plans forced to be coverages stay valid ones, by GEOS's own test.

GEOS 3.14 alarms falsely where two rings of one polygon touch: it looks at the corner of one ring
alone, and takes a neighbour's edge that ends there for one inside the polygon. It asks this of edges
at a gap only, so that a coverage without gaps there gives no alarm.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from tiles.desensitise.audit_coverage import coverage_conflicts
from tiles.desensitise.desensitise import desensitise
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import Profile, parse_profile

TAOYUAN = "EPSG:3826"
NOTCHED = shapely.Polygon(
    [(0, 0), (20, 0), (20, 20), (12, 20), (10, 10), (8, 20), (0, 20)],
    [[(10, 10), (15, 5), (5, 5)]],
)
"""Its hole touches the tip of its notch."""


def _profile() -> Profile:
    layer = {"code": "plots", "title": "t", "title_en": "t", "geometry": "polygon"}
    ground = {"crs": TAOYUAN, "grid": 10.0, "min_area": 100.0}
    return parse_profile({"version": 1, "layer": layer | {"coverage": True}, "ground": ground})


def _filled_at(
    polygon: shapely.Polygon, edge: shapely.Geometry, beside: shapely.Geometry
) -> shapely.Polygon:
    """``polygon`` with the holes filled that touch ``edge``, but not one that ``beside`` lies in."""
    holes = [
        hole
        for hole in polygon.interiors
        if not hole.intersects(edge) or shapely.Polygon(hole).covers(beside)
    ]
    return shapely.Polygon(polygon.exterior, holes)


def _false_alarm(row: int, edge: shapely.Geometry, coverage: np.ndarray) -> bool:
    """Whether GEOS finds no fault with any neighbour at the edge once touching holes are filled.

    A filled polygon is only larger: what does not meet it does not meet the polygon itself.
    """
    others = np.setdiff1d(np.flatnonzero(shapely.intersects(coverage, edge)), [row])
    parts = shapely.get_parts(coverage[others])
    beside = coverage[row]
    return all(
        shapely.coverage_is_valid([beside, _filled_at(part, edge, beside)])
        for part in parts[shapely.intersects(parts, edge)]
    )


def test_geos_alarms_falsely_where_two_rings_touch() -> None:
    in_the_notch = shapely.Polygon([(10, 10), (12, 20), (10, 20)])
    pair = np.array([in_the_notch, NOTCHED], dtype=object)
    assert shapely.is_valid(pair).all()
    assert shapely.relate(*pair) == "FF2F11212"
    assert not coverage_conflicts(pair).any()
    edges = shapely.coverage_invalid_edges(pair)
    # When this fails GEOS has been mended, and the exceptions below can go.
    assert edges[0].equals(shapely.LineString([(10, 10), (10, 20)]))
    assert _false_alarm(0, edges[0], pair)


def test_geos_does_not_alarm_where_the_gap_is_filled() -> None:
    in_the_notch = shapely.Polygon([(10, 10), (12, 20), (10, 20)])
    in_the_gap = shapely.Polygon([(10, 10), (10, 20), (8, 20)])
    assert shapely.coverage_is_valid([in_the_notch, NOTCHED, in_the_gap])
    assert shapely.coverage_is_valid([in_the_notch.union(in_the_gap), NOTCHED])


def test_a_real_overlap_is_no_false_alarm() -> None:
    pair = np.array([shapely.Polygon([(10, 10), (13, 20), (10, 20)]), NOTCHED], dtype=object)
    edges = shapely.coverage_invalid_edges(pair)
    assert coverage_conflicts(pair).any()
    assert not _false_alarm(0, edges[0], pair)


def _published(path: str) -> np.ndarray:
    _, _, wkb, _ = pyogrio.raw.read(path)
    table = FeatureTable(np.asarray(shapely.from_wkb(wkb)), {}, TAOYUAN)
    return desensitise(table, _profile(), None).table.geometry


@pytest.mark.data
def test_every_plan_forced_to_be_a_coverage_is_a_valid_one(shared_data: Path) -> None:
    path = shared_data / "01-landuse" / "tw-taoyuan-zones-raw.zip"
    names = sorted(zipfile.ZipFile(path).namelist())
    assert len(names) == 28
    for name in names:
        coverage = _published(f"/vsizip/{path}/{name}")
        assert shapely.is_valid(coverage).all(), name
        assert not coverage_conflicts(coverage).any(), name
        assert shapely.coverage_is_valid(coverage), name


@pytest.mark.data
@pytest.mark.slow
def test_the_zones_of_fourteen_counties_are_valid_but_at_gaps_of_the_raw_data(
    shared_data: Path,
) -> None:
    path = shared_data / "01-landuse" / "tw-zones-14-counties-merged.geojson.gz"
    coverage = _published(f"/vsigzip/{path}")
    assert len(coverage) > 40_000
    assert shapely.is_valid(coverage).all()
    assert not coverage_conflicts(coverage).any()
    edges = shapely.coverage_invalid_edges(coverage)
    named = np.flatnonzero(~shapely.is_empty(edges))
    assert len(named) <= 3
    for row in named.tolist():
        assert _false_alarm(row, edges[row], coverage), row
