"""Parts smaller than a cell of the grid join a neighbour, and the coverage has no new holes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tiles.desensitise.plots import CRS, column
from tiles.desensitise.audit_coverage import coverage_conflicts
from tiles.desensitise.desensitise import desensitise
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.planar_faces import trace_faces
from tiles.desensitise.profile import Profile, parse_profile
from tiles.desensitise.small_parts import absorb_small_parts
from tiles.desensitise.snap_rounding import distinct, node

LEFT, RIGHT = shapely.box(0, 0, 40, 40), shapely.box(50, 0, 90, 40)
SLIVER = shapely.Polygon([(40, 0), (50, 0), (50, 10), (40, 40)])


def test_a_small_part_joins_the_neighbour_with_the_longest_border() -> None:
    right = shapely.Polygon([(50, 0), (90, 0), (90, 40), (50, 40), (50, 10)])
    joined, count = absorb_small_parts(column(LEFT, SLIVER, right), 300.0)
    assert (count, joined[1]) == (1, None)
    assert shapely.area(joined[[0, 2]]).tolist() == [1600 + SLIVER.area, 1600]
    assert shapely.coverage_is_valid(joined[[0, 2]])


def test_small_parts_join_through_one_another() -> None:
    squares = column(LEFT, *(shapely.box(x, 0, x + 5, 40) for x in (40, 45, 50)))
    joined, count = absorb_small_parts(squares, 300.0)
    assert count == 3
    assert joined[0].equals(shapely.box(0, 0, 55, 40))
    assert joined[1:].tolist() == [None] * 3


def test_a_small_part_of_a_large_row_joins_another_row() -> None:
    island = shapely.box(40, 0, 45, 40)
    rows = column(LEFT, shapely.MultiPolygon([RIGHT, island]))
    joined, count = absorb_small_parts(rows, 300.0)
    assert count == 1
    assert joined[0].equals(shapely.box(0, 0, 45, 40))
    assert joined[1].equals(RIGHT)
    assert shapely.get_type_id(joined).tolist() == [3, 3]


def test_small_parts_without_a_large_neighbour_stay() -> None:
    alone = column(RIGHT, shapely.box(0, 0, 5, 5), shapely.box(90, 40, 95, 45))
    joined, count = absorb_small_parts(alone, 300.0)
    assert count == 0
    assert joined.tolist() == alone.tolist()
    assert absorb_small_parts(column(), 300.0)[1] == 0


@pytest.mark.parametrize(("least", "side", "holes"), [(100.0, 10, 0), (2000.0, 40, 1)])
def test_what_is_smaller_than_a_cell_leaves_no_hole_what_is_larger_may(
    least: float, side: int, holes: int
) -> None:
    hole = [(20, 20), (20, 20 + side), (20 + side, 20)]
    around = shapely.Polygon(shapely.box(0, 0, 90, 90).exterior, [hole])
    raw = shapely.transform(column(around, shapely.Polygon(hole)), lambda xy: xy + 500_000.0)
    result = desensitise(FeatureTable(raw, {}, CRS), _coverage_profile(least), None)
    assert result.report.dropped == {"below_min_area": 1}
    assert result.report.small_parts == 1
    assert shapely.get_num_interior_rings(result.table.geometry).tolist() == [holes]


def _coverage_profile(least: float) -> Profile:
    layer = {"code": "plots", "title": "t", "title_en": "t", "geometry": "polygon"}
    ground = {"crs": CRS, "grid": 10.0, "min_area": least}
    return parse_profile({"version": 1, "layer": layer | {"coverage": True}, "ground": ground})


@given(st.data(), st.integers(4, 12), st.integers(10, 60))
@settings(max_examples=150, deadline=None)
def test_any_coverage_keeps_its_ground_and_stays_one(
    data: st.DataObject, size: int, count: int
) -> None:
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    faces = trace_faces(node(distinct(random.integers(0, size, (count, 4)))), 1.0)
    joined, moved = absorb_small_parts(faces, 2.0)
    present = joined[~shapely.is_missing(joined)]
    assert len(faces) - len(present) == moved
    assert shapely.area(present).sum() == pytest.approx(shapely.area(faces).sum())
    assert shapely.is_valid(present).all()
    assert not coverage_conflicts(present).any()
    left = present[shapely.area(present) < 2.0]
    near, far = shapely.STRtree(present).query(left, predicate="touches")
    borders = shapely.length(shapely.intersection(left[near], present[far]))
    assert (shapely.area(present[far[borders > 0]]) < 2.0).all()
