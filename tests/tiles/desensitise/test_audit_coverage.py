"""The coverage test of the audit against exact areas, on coverages and on broken ones."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tiles.desensitise.plots import column, plot_polygons
from tiles.desensitise.audit_coverage import coverage_conflicts

Ring: TypeAlias = list[tuple[float, float]]
SQUARE: Ring = [(0, 0), (40, 0), (40, 40), (0, 40)]


def _flags(*rings: Ring) -> list[bool]:
    flags = coverage_conflicts(column(*(shapely.Polygon(ring) for ring in rings)))
    return [bool(flag) for flag in flags]


def test_a_coverage_has_no_conflicts() -> None:
    plots = plot_polygons(8)
    assert not coverage_conflicts(plots).any()
    plots[9] = shapely.union_all(plots[[9, 20, 31]])
    assert not coverage_conflicts(np.delete(plots, [20, 31])).any()


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("crossing", [(20, 20), (60, 20), (60, 60), (20, 60)]),
        ("same", SQUARE),
        ("nested", [(10, 10), (20, 10), (20, 20), (10, 20)]),
        ("nested on a shared edge", [(0, 0), (40, 0), (20, 20)]),
        ("nested on a shared corner", [(0, 0), (20, 10), (10, 20)]),
        ("vertex inside an edge", [(40, 0), (60, 0), (60, 20), (40, 20)]),
        ("one border with an extra vertex", [(40, 0), (60, 20), (40, 40), (40, 20)]),
    ],
)
def test_each_way_to_break_a_coverage_is_found_on_both_sides(name: str, second: Ring) -> None:
    assert _flags(SQUARE, second) == [True, True], name


def test_borders_that_cross_at_common_vertices_only_are_found() -> None:
    left: Ring = [(0, 0), (20, 0), (30, 0), (30, 30), (20, 30), (0, 30)]
    right: Ring = [(20, 0), (50, 10), (50, 20), (20, 30)]
    assert _flags(left, right) == [True, True]


def test_polygons_that_meet_in_points_or_holes_have_no_conflict() -> None:
    assert _flags(SQUARE, [(40, 40), (60, 40), (60, 60)]) == [False, False]
    hole = [(10, 10), (10, 20), (20, 20), (20, 10)]
    ring, core = shapely.Polygon(SQUARE, [hole]), shapely.Polygon(hole)
    assert not coverage_conflicts(column(ring, core)).any()
    assert not coverage_conflicts(column()).any()


_STEP = st.integers(0, 6)
_TRIANGLES = st.lists(
    st.lists(st.tuples(_STEP, _STEP), min_size=3, max_size=4), min_size=2, max_size=5
)


@settings(max_examples=300, deadline=None)
@given(_TRIANGLES)
def test_conflict_means_shared_area_or_a_border_that_does_not_match(
    rings: list[list[tuple[int, int]]],
) -> None:
    hulls = [shapely.convex_hull(shapely.MultiPoint(ring)) for ring in rings]
    polygons = column(*(hull for hull in hulls if hull.geom_type == "Polygon"))
    overlap = unmatched = False
    for row, one in enumerate(polygons):
        for two in polygons[row + 1 :]:
            overlap |= shapely.area(shapely.intersection(one, two)) > 1e-9
            unmatched |= _has_foreign_vertex(one, two) or _has_foreign_vertex(two, one)
    assert bool(coverage_conflicts(polygons).any()) == (overlap or unmatched)


def _has_foreign_vertex(one: shapely.Geometry, two: shapely.Geometry) -> bool:
    """Does a vertex of ``two`` lie on the border of ``one`` without being a vertex there?"""
    own = {tuple(point) for point in shapely.get_coordinates(one)}
    border = shapely.boundary(one)
    foreign = [p for p in shapely.get_coordinates(two) if tuple(p) not in own]
    return any(shapely.intersects(border, shapely.Point(point)) for point in foreign)
