"""Cutting areas into parcels."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from portal.samplecity.curves import Geometries, blob, thickness
from portal.samplecity.subdivide import MIN_THICKNESS, as_coverage, subdivide


def two_areas() -> Geometries:
    rng = np.random.default_rng(3)
    round_area = blob(rng, (0.0, 0.0), (900.0, 700.0))
    strip = shapely.box(1500, 0, 1560, 4000)
    return np.array([round_area, strip], dtype=object)


def cut(target: float, count: int, waviness: float, seed: int = 1) -> Geometries:
    areas = two_areas()
    parcels = subdivide(
        areas,
        np.array([target, np.inf]),
        np.full(2, waviness),
        count=count,
        rng=np.random.default_rng(seed),
    )
    return as_coverage(parcels).geometry


@pytest.mark.parametrize("waviness", [0.0, 0.1, 0.4])
def test_cuts_to_the_number_asked_for_and_loses_no_ground(waviness: float) -> None:
    parcels = cut(2000.0, 200, waviness)
    assert abs(len(parcels) - 200) <= 5
    assert shapely.area(parcels).sum() == pytest.approx(shapely.area(two_areas()).sum(), rel=1e-6)
    assert shapely.coverage_is_valid(parcels)


def test_leaves_whole_what_has_no_target() -> None:
    parcels = cut(2000.0, 100, 0.0)
    assert shapely.area(parcels).max() >= 60 * 4000 - 1


def test_makes_nothing_too_thin_to_publish() -> None:
    assert thickness(cut(2000.0, 300, 0.1)).min() >= 0.9 * MIN_THICKNESS


def test_stops_when_nothing_more_can_be_cut() -> None:
    parcels = cut(1.0, 10_000_000, 0.0)
    assert 500 < len(parcels) < 10_000
