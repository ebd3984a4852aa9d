"""The audit looks at edges stripe by stripe and finds what it would find at once."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from tests.tiles.desensitise.plots import plot_polygons
from tiles.desensitise import audit_edges
from tiles.desensitise.audit_coverage import coverage_conflicts
from tiles.desensitise.audit_edges import found_among, numbered, ring_lengths, stripes


@pytest.fixture
def in_small_stripes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_edges, "_AT_ONCE", 64)
    monkeypatch.setattr(audit_edges, "_SAMPLE", 3)
    monkeypatch.setattr(audit_edges, "_SLICE", 7)


@pytest.mark.usefixtures("in_small_stripes")
@pytest.mark.parametrize("longest", [0.5, 30.0, 1000.0])
def test_rows_that_overlap_meet_in_a_stripe(longest: float) -> None:
    rng = np.random.default_rng(1)
    low = rng.integers(0, 1000, 700).astype(np.float64)
    high = low + np.rint(rng.uniform(0, longest, 700))

    together = np.zeros((700, 700), dtype=bool)
    for rows in stripes(low, high):
        together[np.ix_(rows, rows)] = True

    overlap = (low[:, None] <= high[None]) & (low[None] <= high[:, None])
    assert together[overlap].all()


@pytest.mark.usefixtures("in_small_stripes")
@pytest.mark.parametrize("scale", [10.0, 0.37])
def test_points_are_numbered_from_west_to_east(scale: float) -> None:
    points = np.random.default_rng(2).integers(-20, 20, (3000, 2)) * scale

    places, number = numbered(points)

    assert (places[number] == points).all()
    assert (places == np.unique(points, axis=0)).all()


@pytest.mark.usefixtures("in_small_stripes")
def test_points_are_found_among_others() -> None:
    one, other = np.random.default_rng(3).integers(0, 60, (2, 2000, 2)).astype(np.float64)

    found = found_among(one, other)

    known = {tuple(point) for point in other.tolist()}
    assert found.tolist() == [tuple(point) in known for point in one.tolist()]


def test_rings_are_told_in_the_order_of_the_coordinates() -> None:
    ring = shapely.box(0, 0, 9, 9).difference(shapely.box(2, 2, 4, 4))
    both = shapely.MultiPolygon([shapely.Polygon([(20, 0), (21, 0), (20, 1)]), ring])
    shapes = np.array([both, None, shapely.box(0, 0, 1, 1), shapely.Polygon()], dtype=object)

    lengths, row = ring_lengths(shapes)

    assert lengths.tolist() == [4, 5, 5, 5, 0]
    assert row.tolist() == [0, 0, 0, 2, 3]


@pytest.mark.usefixtures("in_small_stripes")
def test_a_conflict_is_found_in_any_stripe() -> None:
    plots = plot_polygons(12)
    assert not coverage_conflicts(plots).any()
    for moved in range(0, len(plots), 9):
        broken = plots.copy()
        broken[moved] = shapely.transform(plots[moved], lambda xy: xy + 0.25)
        assert coverage_conflicts(broken)[moved]
