"""What two releases of one layer tell together, and what rounding left of the raw vertices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from tests.tiles.desensitise.plots import (
    CRS,
    ORIGIN,
    plots_profile,
    raw_plots,
    with_values,
    zone_table,
)
from tiles.desensitise.audit import AuditReport, audit_difference
from tiles.desensitise.audit_rounding import EVEN_MEDIAN, audit_rounding, rounding_statistics
from tiles.desensitise.desensitise import desensitise
from tiles.desensitise.features import FeatureTable

PROFILE = plots_profile()
RAW = raw_plots()
ZONE = shapely.Point(ORIGIN + 700.0).buffer(60.0)
GOOD = desensitise(RAW, PROFILE, None).table
WITH_HOLE = desensitise(RAW, PROFILE, zone_table(ZONE)).table


def _between(
    previous: FeatureTable, published: FeatureTable, *, same_profile: bool = True
) -> AuditReport:
    return audit_difference(previous, published, PROFILE, same_profile=same_profile)


def _found(report: AuditReport) -> dict[str, int]:
    return {finding.rule: finding.count for finding in report.findings}


def test_two_equal_releases_differ_in_nothing_whatever_the_order_of_rows() -> None:
    report = _between(GOOD, GOOD.take(np.arange(len(GOOD))[::-1]))
    assert report.findings == ()
    assert report.checked["difference"] == 2 * len(GOOD)


def test_a_hole_that_is_filled_or_opened_is_flagged_for_the_official() -> None:
    filled, emptied = _between(WITH_HOLE, GOOD), _between(GOOD, WITH_HOLE)
    assert filled.passed
    assert emptied.passed
    assert _found(filled)["appeared_in_hole"] >= 4
    assert _found(emptied)["vanished_into_hole"] >= 4
    rows = next(f.examples for f in filled.findings if f.rule == "appeared_in_hole")
    assert shapely.intersects(GOOD.geometry[list(rows)], ZONE).any()


def test_a_layer_that_grows_at_its_edge_is_no_hole() -> None:
    rows = shapely.get_coordinates(shapely.centroid(GOOD.geometry))[:, 0] < ORIGIN[0] + 1_200.0
    report = _between(GOOD.take(rows), GOOD)
    assert _found(report) == {"appeared": int((~rows).sum())}


def test_changed_values_are_listed_and_disclosed_ones_flagged() -> None:
    names = {5: None, 9: "新名"}
    report = _between(GOOD, with_values(GOOD, "name", names))
    assert _found(report) == {"attributes_changed": 2, "value_withdrawn": 1, "few_changes": 2}
    assert report.passed
    back = _between(with_values(GOOD, "name", names), GOOD)
    assert _found(back)["value_disclosed"] == 1


def test_few_changes_are_flagged_and_many_are_not() -> None:
    few = with_values(GOOD, "remark", dict.fromkeys(range(2), "变"))
    many = with_values(GOOD, "remark", dict.fromkeys(range(3), "变"))
    assert _found(_between(GOOD, few)) == {"attributes_changed": 2, "few_changes": 2}
    assert _found(_between(GOOD, many)) == {"attributes_changed": 3}


def test_a_redrawn_feature_is_the_same_and_not_a_new_one() -> None:
    wider = GOOD.geometry.copy()
    corners = shapely.get_coordinates(wider[60])
    corner = corners[0]
    for row, polygon in enumerate(wider):
        wider[row] = shapely.transform(
            polygon, lambda xy: np.where((xy == corner).all(axis=1)[:, None], xy + 10.0, xy)
        )
    found = _found(_between(GOOD, GOOD.with_geometry(wider)))
    assert found["moved"] >= 2
    assert not {"appeared", "disappeared", "moved_below_grid"} & found.keys()


@pytest.mark.parametrize(
    ("grid", "now", "rule"),
    [(20.0, 10.0, None), (10.0, 20.0, "grid_coarser"), (15.0, 10.0, "grid_incompatible")],
)
def test_grids_that_nest_tell_no_more_and_others_are_refused(
    grid: float, now: float, rule: str | None
) -> None:
    ground = {"crs": CRS, "min_area": 400.0}
    before = plots_profile(ground={**ground, "grid": grid})
    after = plots_profile(ground={**ground, "grid": now})
    previous, published = (desensitise(RAW, p, None).table for p in (before, after))
    report = audit_difference(previous, published, after, same_profile=False)
    assert report.passed == (rule != "grid_incompatible")
    rules = set(_found(report)) & {"grid_coarser", "grid_incompatible", "moved_below_grid"}
    assert (rule in rules) if rule else not rules


def test_another_crs_is_another_grid() -> None:
    report = _between(replace(GOOD, crs="EPSG:4548"), GOOD)
    assert _found(report) == {"grid_incompatible": 1}


def _scattered(
    count: int = 4_000, spread: float = 0.5, offset: float = 0.0
) -> tuple[object, object]:
    """Raw points around grid points, at most ``spread`` steps away, and those grid points."""
    random = np.random.default_rng(3)
    steps = random.integers(-5_000, 5_000, (count, 2)).astype(float)
    left = random.uniform(-spread, spread, (count, 2)) + offset
    return shapely.points((steps + left) * 10.0), shapely.points(steps * 10.0)


def test_an_honest_rounding_leaves_the_grid_between_estimate_and_raw_vertex() -> None:
    raw, published = _scattered()
    checked: dict[str, int] = {}
    assert audit_rounding(raw, published, 10.0, checked) == []
    assert checked["rounding_residual"] > 3_500
    statistics = rounding_statistics(raw, published, 10.0)
    assert statistics["median"] == pytest.approx(EVEN_MEDIAN * 10.0, rel=0.05)
    assert statistics["first_percentile"] == pytest.approx(0.564, rel=0.3)


def test_published_vertices_close_to_the_raw_ones_are_refused() -> None:
    raw, published = _scattered(spread=0.1)
    findings = audit_rounding(raw, published, 10.0, {})
    assert [(finding.rule, finding.severity) for finding in findings] == [
        ("rounding_residual", "refuse")
    ]


def test_raw_data_on_a_lattice_of_its_own_is_noted() -> None:
    raw, published = _scattered(spread=0.0, offset=0.3)
    findings = audit_rounding(raw, published, 10.0, {})
    assert [(finding.rule, finding.severity) for finding in findings] == [
        ("raw_on_lattice", "note")
    ]
