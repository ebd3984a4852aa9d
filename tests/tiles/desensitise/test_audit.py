"""For each rule a broken output, which the audit must catch by the name of that rule."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

import tiles.desensitise
from tests.tiles.desensitise.plots import (
    ORIGIN,
    plots_profile,
    profile_tables,
    raw_plots,
    zone_table,
)
from tiles.desensitise.audit import audit_internal, audit_public, audit_same
from tiles.desensitise.coverage import snap_coverage
from tiles.desensitise.desensitise import desensitise
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import parse_profile

PROFILE = plots_profile()
RAW = raw_plots()
ZONE = shapely.Point(ORIGIN + 700.0).buffer(60.0)
ZONES = zone_table(ZONE)
GOOD = desensitise(RAW, PROFILE, ZONES).table


def _with_geometry(row: int, geometry: shapely.Geometry | None) -> FeatureTable:
    changed = GOOD.geometry.copy()
    changed[row] = geometry
    return GOOD.with_geometry(changed)


def _moved(row: int, by: tuple[float, float]) -> FeatureTable:
    return _with_geometry(row, shapely.transform(GOOD.geometry[row], lambda xy: xy + by))


def _with_value(name: str, value: Any, row: int = 7) -> FeatureTable:
    column = GOOD.attributes[name].copy()
    column[row] = value
    return replace(GOOD, attributes={**GOOD.attributes, name: column})


def _with_column(name: str, source: str) -> FeatureTable:
    values = RAW.attributes[source][: len(GOOD)]
    return replace(GOOD, attributes={**GOOD.attributes, name: values})


def _without_column(name: str) -> FeatureTable:
    return replace(GOOD, attributes={k: v for k, v in GOOD.attributes.items() if k != name})


def _unsnapped() -> FeatureTable:
    """The desensitiser without its grid: raw polygons come out as they were."""
    return FeatureTable(RAW.geometry[: len(GOOD)], GOOD.attributes, GOOD.crs)


def _rounded_one_by_one() -> FeatureTable:
    """Rounding without nodes where borders meet: a corner inside a neighbour's edge."""
    wide = shapely.box(0, 0, 100, 40)
    parts = [shapely.box(0, 40, 50, 90), shapely.box(50, 40, 100, 90)]
    boxes = [shapely.transform(part, lambda xy: xy + ORIGIN) for part in (wide, *parts)]
    changed = np.array(boxes, dtype=object)
    return GOOD.take(np.arange(3)).with_geometry(changed)


def _deep(row: int) -> FeatureTable:
    return _with_geometry(row, shapely.force_3d(GOOD.geometry[row], 8.5))


def _bow_tie() -> shapely.Polygon:
    corners = np.array([[0, 0], [100, 100], [100, 0], [0, 100]], dtype=float)
    return shapely.Polygon(ORIGIN + corners)


def _sliver() -> shapely.Polygon:
    return shapely.Polygon(ORIGIN + np.array([[0, 0], [10, 0], [10, 10]], dtype=float))


BROKEN_PUBLIC: dict[str, tuple[str, Callable[[], FeatureTable]]] = {
    "no grid at all": ("grid", _unsnapped),
    "one vertex a millimetre off": ("grid", lambda: _moved(5, (0.001, 0.0))),
    "wrong CRS": ("crs", lambda: replace(GOOD, crs="EPSG:4548")),
    "geometry lost": ("geometry_missing", lambda: _with_geometry(3, None)),
    "points among polygons": ("geometry_type", lambda: _with_geometry(3, shapely.Point(ORIGIN))),
    "heights left in": ("geometry_dimension", lambda: _deep(3)),
    "invalid polygon": ("geometry_valid", lambda: _with_geometry(3, _bow_tie())),
    "polygon below the minimum area": ("min_area", lambda: _with_geometry(3, _sliver())),
    "overlap in a coverage": ("coverage", lambda: _moved(30, (20.0, 0.0))),
    "unmatched border in a coverage": ("coverage", _rounded_one_by_one),
    "owner column passed": ("allow_list", lambda: _with_column("QLR", "QLR")),
    "allowed column lost": ("attribute_missing", lambda: _without_column("far")),
    "wrong type": ("attribute_type", lambda: _with_value("density", "45")),
    "NaN": ("attribute_type", lambda: _with_value("density", float("nan"))),
    "code of no class": ("domain", lambda: _with_value("code", "9999")),
    "code not truncated": ("code_length", lambda: _with_value("code", "070101")),
    "rounding left out": ("rounding", lambda: _with_value("density", 41.7)),
    "indicator out of range": ("range", lambda: _with_value("density", 95)),
    "band left out": ("band", lambda: _with_value("far", "2.37")),
    "date instead of a year": ("year", lambda: _with_value("year", 20240630)),
    "text too long": ("attribute_length", lambda: _with_value("remark", "长" * 255)),
    "scrub left out": ("personal_data", lambda: _with_column("remark", "BZ")),
    "rare class kept": ("small_counts", lambda: _with_value("code", "2301")),
    "label of a withheld class kept": ("telling_label", lambda: _with_value("code", None)),
}


@pytest.mark.parametrize("variant", BROKEN_PUBLIC)
def test_the_public_half_catches(variant: str) -> None:
    rule, broken = BROKEN_PUBLIC[variant]
    report = audit_public(broken(), PROFILE)
    assert not report.passed
    assert rule in {finding.rule for finding in report.findings}


def _without_zones() -> FeatureTable:
    return desensitise(RAW, PROFILE, None).table


def _margin_left_out() -> FeatureTable:
    left = shapely.difference(RAW.geometry, shapely.box(*ZONE.bounds))
    return _snapped(left)


def _traced() -> FeatureTable:
    """Cut along the zone grown by more than the margin: clear of it, but a drawing of it."""
    return _snapped(shapely.difference(RAW.geometry, ZONE.buffer(80.0)))


def _snapped(geometry: Any) -> FeatureTable:
    present = geometry[~shapely.is_empty(geometry)]
    snapped = snap_coverage(present, 10.0).geometry
    snapped = snapped[~shapely.is_missing(snapped)]
    return FeatureTable(
        snapped, {k: v[: len(snapped)] for k, v in RAW.attributes.items()}, GOOD.crs
    )


def _twice() -> FeatureTable:
    rows = np.concatenate([np.arange(len(GOOD)), np.arange(len(GOOD))])
    return GOOD.take(rows)


BROKEN_INTERNAL: dict[str, tuple[str, Callable[[], FeatureTable]]] = {
    "zones ignored": ("restricted", _without_zones),
    "margin ignored": ("restricted", _margin_left_out),
    "cut along the zone's outline": ("restricted_outline", _traced),
    "raw vertices published": ("raw_vertices", _unsnapped),
    "moved away": ("displaced", lambda: _moved(0, (-300.0, 0.0))),
    "features doubled": ("multiplied", _twice),
    "owners in the remark": ("unexplained", lambda: _with_column("remark", "QLR")),
}


@pytest.mark.parametrize("variant", BROKEN_INTERNAL)
def test_the_internal_half_catches(variant: str) -> None:
    rule, broken = BROKEN_INTERNAL[variant]
    report = audit_internal(RAW, broken(), PROFILE, ZONES)
    assert not report.passed
    assert rule in {finding.rule for finding in report.findings}


def test_an_honest_output_passes_both_halves() -> None:
    assert audit_public(GOOD, PROFILE).findings == ()
    assert audit_internal(RAW, GOOD, PROFILE, ZONES).findings == ()


def test_a_profile_below_the_floor_is_refused_however_good_the_table() -> None:
    ground = {"crs": GOOD.crs, "grid": 5.0, "min_area": 100.0}
    report = audit_public(GOOD, plots_profile(ground=ground))
    assert [finding.rule for finding in report.findings] == ["floor_grid"]


def test_zones_that_cannot_be_checked_refuse_the_layer() -> None:
    tables = profile_tables()
    del tables["secret"]
    report = audit_internal(RAW, GOOD, parse_profile(tables), ZONES)
    assert "restricted_unchecked" in {finding.rule for finding in report.findings}
    assert not report.passed


def test_raw_data_on_the_grid_is_noted_and_not_refused() -> None:
    geometry = snap_coverage(RAW.geometry, 10.0).geometry
    raw = RAW.with_geometry(geometry)
    published = desensitise(raw, PROFILE, None).table
    report = audit_internal(raw, published, PROFILE, None)
    assert report.passed
    assert "raw_on_grid" in {finding.rule for finding in report.findings}


def test_a_ring_that_touches_itself_is_no_false_alarm() -> None:
    """GEOS 3.14 calls this pair an invalid coverage, though it only meets in one point."""
    shell = np.array([[570, -50], [730, 520], [780, 380], [750, 270]], dtype=float)
    hole = np.array([[750, 280], [740, 270], [750, 270]], dtype=float)
    beside = np.array([[740, 210], [750, 270], [770, 280], [770, 200]], dtype=float)
    pair = [shapely.Polygon(ORIGIN + shell, [ORIGIN + hole]), shapely.Polygon(ORIGIN + beside)]
    assert shapely.area(shapely.intersection(pair[0], pair[1])) == 0.0
    assert not shapely.coverage_is_valid(pair)
    rule = {"crs": GOOD.crs, "grid": 10.0, "min_area": 0.0}
    table = GOOD.take(np.arange(2)).with_geometry(np.array(pair, dtype=object))
    findings = audit_public(table, plots_profile(ground=rule)).findings
    assert "coverage" not in {finding.rule for finding in findings}


@pytest.mark.parametrize("rule", ["same_geometry", "same_attributes"])
def test_two_outputs_that_differ_are_told_apart(rule: str) -> None:
    other = _moved(2, (10.0, 0.0)) if rule == "same_geometry" else _with_value("year", 1999)
    assert rule in {finding.rule for finding in audit_same(GOOD, other).findings}


def test_findings_hold_no_values() -> None:
    report = audit_public(_with_column("remark", "BZ"), PROFILE)
    assert "13800138" not in str(report.as_dict())


def test_the_audit_imports_nothing_of_the_code_that_it_audits() -> None:
    folder = Path(tiles.desensitise.__file__).parent
    forbidden = {
        f"tiles.desensitise.{name}"
        for name in (
            "geometry", "attributes", "restricted", "withheld_windows", "outline_guesses",
            "straight_lines", "small_counts", "small_parts", "coverage", "snap_rounding",
            "desensitise",
        )
    }  # fmt: skip
    sources = sorted(folder.glob("audit*.py"))
    assert len(sources) > 5
    for source in sources:
        tree = ast.parse(source.read_text(encoding="utf-8"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not imported & forbidden
