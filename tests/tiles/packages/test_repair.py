from __future__ import annotations

import numpy as np
import pytest
import shapely

from tiles.desensitise.features import FeatureTable
from tiles.packages.repair import repair


def table(*wkt: str) -> FeatureTable:
    geometry = np.asarray(shapely.from_wkt(list(wkt)))
    numbers = np.arange(len(wkt)).astype(object)
    return FeatureTable(geometry, {"n": numbers}, "EPSG:4547", "a")


SQUARE = "POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))"
BOW_TIE = "POLYGON ((0 0, 10 10, 10 0, 0 10, 0 0))"
SPIKE = "POLYGON ((0 0, 10 0, 10 10, 10 20, 10 10, 0 10, 0 0))"
FLAT = "POLYGON ((0 0, 10 0, 5 0, 0 0))"


def test_valid_features_are_left_exactly_as_they_are() -> None:
    source = table(SQUARE)
    result = repair(source)
    assert result.repairs == ()
    assert shapely.equals_exact(result.table.geometry[0], source.geometry[0], 0.0)


def test_a_spike_is_removed_without_a_change_of_area() -> None:
    result = repair(table(SQUARE, SPIKE))
    (listed,) = result.repairs
    assert listed.row == 2
    assert "Self-intersection" in listed.reason
    assert "[" not in listed.reason
    assert (listed.area_before, listed.area_after) == (100.0, 100.0)
    assert result.total_change == 0.0
    assert shapely.is_valid(result.table.geometry).all()


def test_a_bow_tie_changes_area_and_says_so() -> None:
    result = repair(table(BOW_TIE, SQUARE))
    (listed,) = result.repairs
    assert (listed.area_before, listed.area_after) == (0.0, 50.0)
    assert listed.change == 1.0
    assert result.total_change == pytest.approx(50 / 150)


def test_what_has_no_area_is_lost_and_counted() -> None:
    result = repair(table(SQUARE, FLAT, SQUARE))
    assert result.lost == (2,)
    assert list(result.rows) == [1, 3]
    assert list(result.table.attributes["n"]) == [0, 2]
