"""Mutation test of the leak audit on tables: each rule of desensitising broken on purpose.

A mutant is the desensitiser with one of its steps replaced or left out, or run by a weaker
profile than the one that was promised. The audit, which knows only the promised profile, must
refuse its output by the name of the rule. ``test_mutants_tiles`` does the same for archives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely

from tests.tiles.desensitise.plots import (
    CRS,
    ORIGIN,
    PERSONAL,
    column,
    plots_profile,
    profile_tables,
    raw_plots,
    with_rule,
    with_values,
    zone_table,
)
from tiles.desensitise import desensitise as desensitiser
from tiles.desensitise.audit import audit_difference, audit_internal, audit_public
from tiles.desensitise.coverage import SnappedCoverage, snap_coverage
from tiles.desensitise.desensitise import desensitise
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import Profile, parse_profile
from tiles.desensitise.restricted import WithheldArea

PROFILE = plots_profile()
RAW = raw_plots()
ZONE = shapely.Point(ORIGIN + 700.0).buffer(60.0)
ZONES = zone_table(ZONE)

Steps = dict[str, Callable[..., Any]]


@dataclass(frozen=True)
class Mutant:
    """``steps``: functions of the desensitiser by name, replaced; ``run_by``: the profile that it
    follows instead of ``promised``; ``after``: what happens to its output.
    """

    rule: str
    steps: Steps = field(default_factory=dict)
    run_by: Profile | None = None
    promised: Profile = PROFILE
    raw: FeatureTable = RAW
    zones: FeatureTable | None = ZONES
    after: Callable[[FeatureTable], FeatureTable] = lambda table: table


def _unsnapped(polygons: Any, _grid: float) -> SnappedCoverage:
    return SnappedCoverage(polygons, np.empty(0, np.intp), 0.0)


def _half_as_fine(polygons: Any, grid: float) -> SnappedCoverage:
    return snap_coverage(polygons, grid / 2)


def _from_another_origin(polygons: Any, grid: float) -> SnappedCoverage:
    moved = snap_coverage(shapely.transform(polygons, lambda xy: xy - 2.5), grid)
    return replace(moved, geometry=shapely.transform(moved.geometry, lambda xy: xy + 2.5))


def _in_another_crs(polygons: Any, grid: float) -> SnappedCoverage:
    there = pyproj.Transformer.from_crs(CRS, "EPSG:4548", always_xy=True)

    def moved(geometry: Any, direction: str) -> Any:
        return shapely.transform(
            geometry,
            lambda xy: np.column_stack(there.transform(*xy.T, direction=direction)),
        )

    snapped = snap_coverage(moved(polygons, "FORWARD"), grid)
    return replace(snapped, geometry=moved(snapped.geometry, "INVERSE"))


def _one_vertex_left_out(polygons: Any, grid: float) -> SnappedCoverage:
    snapped = snap_coverage(polygons, grid)
    corners = shapely.get_coordinates(snapped.geometry)
    raw = shapely.get_coordinates(polygons)[17]
    nearest = corners[np.hypot(*(corners - raw).T).argmin()]

    def unrounded(xy: Any) -> Any:
        return np.where((xy == nearest).all(axis=1)[:, None], raw, xy)

    return replace(snapped, geometry=shapely.transform(snapped.geometry, unrounded))


def _rounded_one_by_one(polygons: Any, grid: float) -> SnappedCoverage:
    rounded = shapely.transform(polygons, lambda xy: np.rint(xy / grid) * grid)
    return SnappedCoverage(rounded, np.empty(0, np.intp), 0.0)


def _shifted(polygons: Any, grid: float) -> SnappedCoverage:
    """A constant shift in place of rounding: whoever learns it has everything."""
    return SnappedCoverage(
        shapely.transform(polygons, lambda xy: xy + 4 * grid), np.empty(0, np.intp), 0.0
    )


def _everything(raw: Any, rules: Any) -> tuple[dict[str, Any], dict[str, int]]:
    published, unread = desensitiser_publish(raw, rules)
    return {**published, **raw}, unread


def _one_more(raw: Any, rules: Any) -> tuple[dict[str, Any], dict[str, int]]:
    published, unread = desensitiser_publish(raw, rules)
    return {**published, "owner": raw["BZ"]}, unread


def _one_less(raw: Any, rules: Any) -> tuple[dict[str, Any], dict[str, int]]:
    published, unread = desensitiser_publish(raw, rules)
    return {name: values for name, values in published.items() if name != "far"}, unread


def _label_kept(columns: Any, profile: Profile) -> tuple[dict[str, Any], int, int]:
    hidden, generalised, suppressed = desensitiser_hide(columns, profile)
    return {**hidden, "name": columns["name"]}, generalised, suppressed


desensitiser_publish = desensitiser.publish_attributes
desensitiser_hide = desensitiser.hide_small_counts


def _with_heights(polygons: Any, _area: float) -> tuple[Any, int]:
    return shapely.force_3d(polygons, 8.5), 0


def _all_parts(polygons: Any, _area: float) -> tuple[Any, int]:
    return polygons, 0


def _no_zones(geometry: Any, _withheld: Any) -> tuple[Any, Any]:
    return geometry, np.empty(0, np.intp)


def _without_margin(zones: Any, *_: Any) -> WithheldArea:
    return WithheldArea(shapely.union_all(zones), 1.0)


def _along_the_outline(zones: Any, *_: Any) -> WithheldArea:
    return WithheldArea(shapely.buffer(shapely.union_all(zones), 85.0), 0.5)


def _only_whole_features(geometry: Any, withheld: Any) -> tuple[Any, Any]:
    """Drops what lies inside and forgets to cut what lies across."""
    left = geometry.copy()
    left[shapely.contains(withheld, geometry)] = None
    return left, np.empty(0, np.intp)


def _hole_filled(geometry: Any, withheld: Any) -> tuple[Any, Any]:
    """The withheld ground goes to a neighbour, as if it were more of the same."""
    left, touched = desensitiser_cut(geometry, withheld)
    host = next(row for row in touched if left[row] is not None)
    left[host] = shapely.union(left[host], withheld)
    return left, touched


desensitiser_cut = desensitiser.cut_away


def _overlapping() -> FeatureTable:
    moved = RAW.geometry.copy()
    moved[40] = shapely.transform(moved[40], lambda xy: xy + np.array([55.0, 0.0]))
    return RAW.with_geometry(moved)


def _borders_that_do_not_match() -> FeatureTable:
    """One long plot beside two short ones, whose common corner lies within its edge."""
    boxes = [(0, 0, 203, 41), (0, 41, 104, 88), (104, 41, 203, 88)]
    geometry = RAW.geometry.copy()
    for row, box in enumerate(boxes):
        turned = shapely.affinity.rotate(shapely.box(*box), 7, origin=(0, 0))
        geometry[row] = shapely.transform(turned, lambda xy: xy + ORIGIN - 900.0)
    return RAW.with_geometry(geometry)


def _slivers() -> FeatureTable:
    """A strip of 12 m between two plots, which rounding leaves a part below the least area."""
    geometry = RAW.geometry.copy()
    corner = ORIGIN - 900.0
    geometry[5] = shapely.Polygon(corner + np.array([[0, 0], [12, 0], [12, 11]], dtype=float))
    return RAW.with_geometry(geometry)


def _lines() -> FeatureTable:
    ends = np.stack([RAW.geometry[0].centroid.coords[0], ORIGIN + 1400.0])
    geometry = column(*(shapely.LineString(ends + 15.0 * row) for row in range(6)))
    return FeatureTable(geometry, {}, CRS, "lines")


def _points() -> FeatureTable:
    return FeatureTable(column(*(shapely.Point(ORIGIN + 700.0 + d) for d in (0, 30))), {}, CRS, "p")


def _layer(kind: str) -> Profile:
    layer = {"code": "things", "title": "t", "title_en": "t", "geometry": kind}
    tables = {
        "version": 1,
        "layer": layer,
        "ground": {"crs": CRS, "grid": 10.0, "min_area": 100.0},
        "secret": {"restricted_margin": 50.0, "salt": "salt of the tests"},
    }
    return parse_profile(tables)


def _bow_ties() -> FeatureTable:
    corners = np.array([[0, 0], [203, 204], [201, 3], [2, 61]], dtype=float)
    geometry = RAW.geometry.copy()
    geometry[0] = shapely.Polygon(ORIGIN - 900.0 + corners)
    return RAW.with_geometry(geometry)


def _as_it_is(geometry: Any, *_: Any) -> Any:
    return geometry


def _with_remark(text: str) -> FeatureTable:
    return with_values(RAW, "BZ", {7: text})


def _two_of_a_kind() -> FeatureTable:
    return with_values(RAW, "DLBM", {3: "2301", 4: "2301"})


def _detailed_codes() -> FeatureTable:
    return with_values(RAW, "DLBM", dict.fromkeys(range(20, 30), "070102"))


def _beside_the_range() -> FeatureTable:
    return with_values(RAW, "JZMD", {9: 95.0})


COARSE_CODES = with_rule("code", level=2)
LARGE = plots_profile(ground={"crs": CRS, "grid": 10.0, "min_area": 9_000.0})
FREE_REMARK = with_rule("remark", rule="as_is")
UNCOUNTED = parse_profile({k: v for k, v in profile_tables().items() if k != "small_counts"})
TWO = plots_profile(small_counts={"k": 2, "fields": ["code"]})

MUTANTS: dict[str, Mutant] = {
    # the ground grid
    "no grid at all": Mutant("grid", {"snap_coverage": _unsnapped}),
    "grid half as fine": Mutant("grid", {"snap_coverage": _half_as_fine}),
    "grid from another origin": Mutant("grid", {"snap_coverage": _from_another_origin}),
    "rounded in another CRS": Mutant("grid", {"snap_coverage": _in_another_crs}),
    "one vertex not rounded": Mutant("grid", {"snap_coverage": _one_vertex_left_out}),
    "raw vertices pass": Mutant("raw_vertices", {"snap_coverage": _unsnapped}),
    "shifted instead of rounded": Mutant("grid", {"snap_coverage": _shifted}),
    "moved far away": Mutant(
        "displaced",
        after=lambda t: t.with_geometry(shapely.transform(t.geometry, lambda xy: xy - 2_000.0)),
    ),
    "labelled with another CRS": Mutant("crs", after=lambda t: replace(t, crs="EPSG:4548")),
    "heights left in": Mutant("geometry_dimension", {"without_small_parts": _with_heights}),
    "invalid polygons not mended": Mutant(
        "geometry_valid",
        {"of_kind": _as_it_is, "snap_coverage": _rounded_one_by_one},
        raw=_bow_ties(),
    ),
    # the coverage
    "rounded one by one": Mutant(
        "coverage", {"snap_coverage": _rounded_one_by_one}, raw=_borders_that_do_not_match()
    ),
    "overlaps left in": Mutant(
        "coverage", {"snap_coverage": _rounded_one_by_one}, raw=_overlapping()
    ),
    "features doubled": Mutant(
        "multiplied", after=lambda t: t.take(np.repeat(np.arange(len(t)), 2))
    ),
    # the least area
    "least area ignored": Mutant("min_area", {"without_small_parts": _all_parts}, promised=LARGE),
    "slivers left in": Mutant(
        "min_area",
        {"without_small_parts": _all_parts, "absorb_small_parts": _all_parts},
        raw=_slivers(),
    ),
    # attributes
    "allow-list ignored": Mutant("allow_list", {"publish_attributes": _everything}),
    "one attribute too many": Mutant("allow_list", {"publish_attributes": _one_more}),
    "an allowed attribute lost": Mutant("attribute_missing", {"publish_attributes": _one_less}),
    "code not truncated": Mutant(
        "code_length", run_by=with_rule("code", level=6), raw=_detailed_codes()
    ),
    "code truncated a level too late": Mutant("code_length", run_by=PROFILE, promised=COARSE_CODES),
    "code outside the code list": Mutant(
        "domain", after=lambda t: with_values(t, "code", dict.fromkeys(range(5), "9988"))
    ),
    "band replaced by the number": Mutant(
        "attribute_type", run_by=with_rule("far", rule="as_is", bands=None)
    ),
    "band replaced by the number as text": Mutant(
        "band", run_by=with_rule("far", rule="as_is", type="text", bands=None)
    ),
    "other bands": Mutant("band", run_by=with_rule("far", bands=[0, 0.5, 1, 1.5, 2])),
    "rounding left out": Mutant("rounding", run_by=with_rule("density", rule="as_is", step=None)),
    "rounded to a finer step": Mutant("rounding", run_by=with_rule("density", step=1)),
    "figure out of range": Mutant("range", raw=_beside_the_range()),
    "date not cut to the year": Mutant(
        "attribute_type", run_by=with_rule("year", rule="as_is", type="date")
    ),
    "date as a number of eight digits": Mutant(
        "year",
        after=lambda t: with_values(t, "year", dict.fromkeys(range(5), 20200630)),
    ),
    "values of another column": Mutant("unexplained", run_by=with_rule("remark", source="QLR")),
    # personal data
    **{
        f"scrub left out: {kind}": Mutant(
            "personal_data", run_by=FREE_REMARK, raw=_with_remark(text)
        )
        for kind, text in PERSONAL.items()
    },
    # small counts
    "small counts left out": Mutant("small_counts", run_by=UNCOUNTED),
    "k less one": Mutant("small_counts", run_by=TWO, raw=_two_of_a_kind()),
    "label of a blanked class kept": Mutant("telling_label", {"hide_small_counts": _label_kept}),
    # restricted zones
    "zones ignored": Mutant("restricted", {"cut_away": _no_zones}),
    "margin ignored": Mutant("restricted", {"withheld_area": _without_margin}),
    "only whole features withheld": Mutant(
        "restricted", {"cut_away": _only_whole_features}, raw=_lines(), promised=_layer("line")
    ),
    "hole filled by a neighbour": Mutant("restricted", {"cut_away": _hole_filled}),
    "hole traced along the outline": Mutant(
        "restricted_outline", {"withheld_area": _along_the_outline}
    ),
    "line through a zone": Mutant(
        "restricted", {"cut_away": _no_zones}, raw=_lines(), promised=_layer("line")
    ),
    "point in a zone": Mutant(
        "restricted", {"cut_away": _no_zones}, raw=_points(), promised=_layer("point")
    ),
    # the profile itself, below the portal's floor
    "profile with a grid of 5 m": Mutant(
        "floor_grid", promised=plots_profile(ground={"crs": CRS, "grid": 5.0, "min_area": 100.0})
    ),
    "profile with free text": Mutant("floor_free_text", promised=FREE_REMARK),
    "profile with k of 2": Mutant("floor_small_counts", promised=TWO),
    "profile with zoom 20": Mutant("floor_zoom", promised=plots_profile(zooms={"max": 20})),
}


def _output(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> FeatureTable:
    for name, step in mutant.steps.items():
        monkeypatch.setattr(desensitiser, name, step)
    table = desensitise(mutant.raw, mutant.run_by or mutant.promised, mutant.zones).table
    return mutant.after(table)


def _refusals(mutant: Mutant, table: FeatureTable) -> set[str]:
    reports = (
        audit_public(table, mutant.promised),
        audit_internal(mutant.raw, table, mutant.promised, mutant.zones),
    )
    return {
        finding.rule
        for report in reports
        for finding in report.findings
        if finding.severity == "refuse"
    }


@pytest.mark.parametrize("name", MUTANTS)
def test_the_audit_kills(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant = MUTANTS[name]
    refusals = _refusals(mutant, _output(mutant, monkeypatch))
    assert mutant.rule in refusals, (name, refusals)


def _controls() -> dict[str, Mutant]:
    """Every input and promise of a mutant, with the desensitiser as it should be."""
    broken_promise = ("floor_", "range")
    return {
        name: replace(
            mutant, steps={}, run_by=None, after=Mutant.__dataclass_fields__["after"].default
        )
        for name, mutant in MUTANTS.items()
        if not mutant.rule.startswith(broken_promise)
    }


def test_the_desensitiser_as_it_is_passes_on_every_input() -> None:
    seen: list[tuple[FeatureTable, Profile]] = []
    for name, control in _controls().items():
        if any(control.raw is raw and control.promised is profile for raw, profile in seen):
            continue
        seen.append((control.raw, control.promised))
        table = desensitise(control.raw, control.promised, control.zones).table
        assert _refusals(control, table) == set(), name
    assert len(seen) > 10


def test_there_are_mutants_enough() -> None:
    assert len(MUTANTS) >= 45
    assert len({mutant.rule for mutant in MUTANTS.values()}) >= 20


GOOD = desensitise(RAW, PROFILE, ZONES).table


def _moved_by(table: FeatureTable, by: float, row: int = 50) -> FeatureTable:
    changed = table.geometry.copy()
    changed[row] = shapely.transform(changed[row], lambda xy: xy + by)
    return table.with_geometry(changed)


def _regridded(grid: float, offset: float = 0.0) -> FeatureTable:
    moved = RAW.with_geometry(shapely.transform(RAW.geometry, lambda xy: xy - offset))
    profile = plots_profile(ground={"crs": CRS, "grid": grid, "min_area": 100.0})
    table = desensitise(moved, profile, None).table
    return table.with_geometry(shapely.transform(table.geometry, lambda xy: xy + offset))


RELEASES: dict[str, tuple[str, Callable[[], FeatureTable]]] = {
    "previous release on a shifted grid": ("grid_incompatible", lambda: _regridded(10.0, 4.0)),
    "previous release on a grid that does not nest": (
        "grid_incompatible",
        lambda: _regridded(15.0),
    ),
    "previous release in another CRS": (
        "grid_incompatible",
        lambda: replace(GOOD, crs="EPSG:4548"),
    ),
    "a vertex moved by less than a step": ("moved_below_grid", lambda: _moved_by(GOOD, 3.0)),
}


@pytest.mark.parametrize("name", RELEASES)
def test_two_releases_that_tell_too_much_are_refused(name: str) -> None:
    rule, previous = RELEASES[name]
    report = audit_difference(previous(), GOOD, PROFILE, same_profile=False)
    assert not report.passed
    assert rule in {finding.rule for finding in report.findings}
