"""One layer through the desensitiser, and the audit that must pass it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tiles.desensitise.plots import (
    CRS,
    ORIGIN,
    column,
    plot_polygons,
    plots_profile,
    profile_tables,
    raw_plots,
    zone_table,
)
from tiles.desensitise.attributes import AttributeMissing
from tiles.desensitise.audit import audit_internal, audit_public, audit_same
from tiles.desensitise.coverage import snap_coverage
from tiles.desensitise.desensitise import Desensitised, desensitise
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.geometry import OutsideGround, snap_lines, snap_points, snap_polygons
from tiles.desensitise.profile import Profile, ProfileError, parse_profile
from tiles.desensitise.restricted import withheld_area

ZONE = shapely.Point(ORIGIN + 700.0).buffer(60.0)


def _layer_profile(geometry: str, coverage: bool = False, crs: str = CRS, **more: Any) -> Profile:
    layer = {"code": "things", "title": "t", "title_en": "t", "geometry": geometry}
    tables = {
        "version": 1,
        "layer": layer | {"coverage": coverage},
        "ground": {"crs": crs, "grid": 10.0, "min_area": 100.0},
        "secret": {"restricted_margin": 50.0, "salt": "salt of the tests"},
    }
    return parse_profile(tables | more)


def _assert_audited(result: Desensitised, raw: FeatureTable, profile: Profile, zones: Any) -> None:
    public = audit_public(result.table, profile)
    internal = audit_internal(raw, result.table, profile, zones)
    assert public.passed, public.as_dict()
    assert internal.passed, internal.as_dict()


def test_a_coverage_passes_its_audit_and_repeats_exactly() -> None:
    raw, profile, zones = raw_plots(), plots_profile(), zone_table(ZONE)
    result = desensitise(raw, profile, zones)
    _assert_audited(result, raw, profile, zones)
    again = desensitise(raw, profile, zones)
    assert audit_same(result.table, again.table).findings == ()
    assert result.report == again.report
    assert result.report.rows_in - result.report.rows_out == sum(result.report.dropped.values())
    assert result.report.dropped["restricted"] > 0


def test_only_allowed_attributes_come_out_and_each_generalised() -> None:
    raw = raw_plots()
    table = desensitise(raw, plots_profile(), None).table
    assert list(table.attributes) == ["code", "name", "far", "density", "year", "remark"]
    row = {name: values[5] for name, values in table.attributes.items()}
    assert row["code"] == raw.attributes["DLBM"][5]
    assert row["density"] % 5 == 0
    assert row["year"] == 2005
    assert row["remark"] == "5号地块,联系电话〔已隐去〕"
    low, _, high = row["far"].partition("–")
    assert float(low) <= raw.attributes["RJL"][5] < float(high)


def test_a_rare_class_is_blanked_with_its_label_or_generalised() -> None:
    raw = raw_plots()
    suppressed = desensitise(raw, plots_profile(), None)
    assert suppressed.report.suppressed == 1
    assert suppressed.table.attributes["code"][0] is None
    assert suppressed.table.attributes["name"][0] is None
    raw.attributes["DLBM"][:4] = ["1503", "1504", "1506", "1001"]
    rule = {"k": 3, "fields": ["code"], "action": "generalise"}
    result = desensitise(raw, plots_profile(small_counts=rule), None)
    assert result.table.attributes["code"][:3].tolist() == ["15", "15", "15"]
    assert result.table.attributes["name"][:3].tolist() == [None, None, None]
    assert audit_public(result.table, plots_profile(small_counts=rule)).passed


def test_a_rare_class_is_generalised_level_by_level() -> None:
    raw = raw_plots()
    # One class of the third level each: together they are three of the first level.
    raw.attributes["DLBM"][:3] = ["150301", "150402", "150501"]
    raw.attributes["DLBM"][3:5] = ["2401", "2402"]
    tables = profile_tables(small_counts={"k": 3, "fields": ["code"], "action": "generalise"})
    tables["attribute"][0] |= {"level": 6}
    result = desensitise(raw, parse_profile(tables), None)
    codes = result.table.attributes["code"]
    assert codes[:5].tolist() == ["15", "15", "15", None, None]
    assert (result.report.generalised, result.report.suppressed) == (5, 2)
    assert set(result.table.attributes["name"][:5]) == {None}


def test_the_name_of_a_rare_class_goes_with_its_code() -> None:
    raw = raw_plots()
    names = raw.attributes["DLMC"]
    names[:] = "工业用地"
    names[0] = "宗教用地"
    tables = profile_tables(style={})
    tables["attribute"][1] |= {"rule": "as_is", "domain": "landuse_2023_names"}
    table = desensitise(raw, parse_profile(tables), None).table
    assert (table.attributes["code"][0], table.attributes["name"][0]) == (None, None)
    assert table.attributes["name"][1] == "工业用地"


def test_codes_of_the_trial_version_are_published_in_the_present_one() -> None:
    raw = raw_plots()
    raw.attributes["DLBM"][:] = "1401"
    raw.attributes["DLBM"][:4] = ["0604", "2303", "0604", "9999"]
    tables = profile_tables(small_counts={"k": 2, "fields": ["year"]})
    tables["attribute"][0] |= {"source_domain": "landuse_2020", "level": 6}
    result = desensitise(raw, parse_profile(tables), None)
    assert result.table.attributes["code"][:5].tolist() == [
        "060203", "060102", "060203", None, "1401",
    ]  # fmt: skip
    assert result.report.unreadable == {"code": 1}
    tables["attribute"][0] |= {"domain": "landuse_2023_names"}
    with pytest.raises(ProfileError, match="source_domain"):
        parse_profile(tables)


def test_a_missing_column_is_refused_by_name() -> None:
    raw = raw_plots()
    less = {name: values for name, values in raw.attributes.items() if name != "RJL"}
    with pytest.raises(AttributeMissing, match="RJL"):
        desensitise(FeatureTable(raw.geometry, less, CRS), plots_profile(), None)


def test_zones_without_a_margin_are_refused() -> None:
    tables = profile_tables()
    del tables["secret"]
    with pytest.raises(ProfileError, match="restricted_margin"):
        desensitise(raw_plots(), parse_profile(tables), zone_table(ZONE))


def test_the_withheld_area_covers_the_margin_and_does_not_look_like_the_zone() -> None:
    withheld = withheld_area(column(ZONE), 50.0, 10.0, "salt")
    assert withheld is not None
    assert shapely.covers(withheld.area, ZONE.buffer(50.0))
    assert withheld.likeness < 0.5
    moved = withheld_area(column(shapely.transform(ZONE, lambda xy: xy + 0.4)), 50.0, 10.0, "salt")
    assert moved is not None
    assert shapely.equals(moved.area, withheld.area)
    other = withheld_area(column(ZONE), 50.0, 10.0, "other salt")
    assert other is not None
    assert not shapely.equals(other.area, withheld.area)


def test_the_public_record_does_not_tell_that_a_zone_was_met() -> None:
    record = desensitise(raw_plots(), plots_profile(), zone_table(ZONE)).report.public()
    assert "restricted" not in str(record)
    assert "likeness" not in str(record)


def test_polygons_that_overlap_in_a_coverage_become_a_coverage_with_a_report() -> None:
    geometry = np.append(plot_polygons(4), [shapely.box(*ORIGIN + 50, *ORIGIN + 300)])
    raw, profile = FeatureTable(geometry, {}, CRS), _layer_profile("polygon", coverage=True)
    result = desensitise(raw, profile, None)
    assert result.report.overlapped > 0
    assert result.report.overlap_area > 10_000
    _assert_audited(result, raw, profile, None)


def test_a_coverage_of_multipolygons_keeps_all_parts() -> None:
    plots = plot_polygons(4)
    pairs = np.asarray(shapely.multipolygons(plots[[0, 5, 2, 7]], indices=[0, 0, 1, 1]))
    snapped = snap_coverage(pairs, 10.0).geometry
    assert shapely.get_num_geometries(snapped).tolist() == [2, 2]
    assert shapely.area(snapped) == pytest.approx(shapely.area(pairs), rel=0.1)


def test_small_and_collapsed_polygons_vanish_with_a_reason() -> None:
    tiny = [shapely.box(*ORIGIN, *ORIGIN + 2.0), shapely.box(*ORIGIN, *ORIGIN + 12.0)]
    raw = FeatureTable(column(*tiny, shapely.box(*ORIGIN, *ORIGIN + 99.0), None), {}, CRS)
    profile = _layer_profile("polygon", ground={"crs": CRS, "grid": 10.0, "min_area": 400.0})
    result = desensitise(raw, profile, None)
    assert result.report.dropped == {"no_geometry": 1, "collapsed": 1, "below_min_area": 1}
    assert len(result.table) == 1


def test_lines_and_points_are_snapped_cut_and_audited() -> None:
    random = np.random.default_rng(3)
    walks = ORIGIN + random.uniform(-30, 60, (40, 30, 2)).cumsum(axis=1)
    lines = np.asarray([shapely.LineString(walk) for walk in walks], dtype=object)
    points = np.asarray(shapely.points(ORIGIN + random.uniform(0, 1500, (200, 2))))
    zones = zone_table(ZONE)
    for kind, geometry in (("line", lines), ("point", points)):
        raw, profile = FeatureTable(geometry, {}, CRS), _layer_profile(kind)
        result = desensitise(raw, profile, zones)
        assert 0 < len(result.table) <= len(raw)
        _assert_audited(result, raw, profile, zones)


def test_other_geometry_kinds_are_dropped_or_taken_apart() -> None:
    box, line = shapely.box(*ORIGIN, *ORIGIN + 100.0), shapely.LineString([ORIGIN, ORIGIN + 50.0])
    corners = np.array([[0, 0], [100, 100], [100, 0], [0, 100]], dtype=float)
    bow = shapely.Polygon(ORIGIN + corners)
    mixed = shapely.GeometryCollection([box, line])
    raw = FeatureTable(column(mixed, line, bow), {}, CRS)
    result = desensitise(raw, _layer_profile("polygon"), None)
    assert result.report.dropped == {"wrong_type": 1}
    assert result.report.mended == 1
    assert shapely.is_valid(result.table.geometry).all()


@pytest.mark.parametrize("place", [(float("nan"), 0.0), (float("inf"), 0.0), (1e300, 0.0)])
@pytest.mark.parametrize("crs", [CRS, "EPSG:4326"])
def test_coordinates_without_a_place_are_refused(place: tuple[float, float], crs: str) -> None:
    raw = FeatureTable(column(shapely.Point(place)), {}, crs)
    with pytest.raises(OutsideGround):
        desensitise(raw, _layer_profile("point"), None)


@pytest.mark.parametrize("kind", ["polygon", "line", "point"])
def test_a_layer_of_which_nothing_is_left_passes_empty(kind: str) -> None:
    inside = {"polygon": ZONE, "line": ZONE.exterior, "point": ZONE.centroid}[kind]
    raw, profile = FeatureTable(column(inside), {}, CRS), _layer_profile(kind, kind == "polygon")
    for table, zones in ((raw, zone_table(ZONE)), (FeatureTable(column(), {}, CRS), None)):
        result = desensitise(table, profile, zones)
        assert len(result.table) == 0
        _assert_audited(result, table, profile, zones)


_FINITE = st.floats(-400.0, 400.0, allow_nan=False)
_RINGS = st.lists(st.tuples(_FINITE, _FINITE), min_size=3, max_size=9, unique=True)


def _on_grid(geometry: Any, grid: float) -> bool:
    coordinates = shapely.get_coordinates(geometry)
    return bool((np.abs(coordinates - np.rint(coordinates / grid) * grid) <= 1e-6).all())


@settings(max_examples=60, deadline=None)
@given(st.lists(_RINGS, min_size=1, max_size=6), st.sampled_from([10.0, 12.5, 50.0]))
def test_every_vertex_is_a_grid_point_and_every_output_valid(
    rings: list[list[tuple[float, float]]], grid: float
) -> None:
    hulls = [shapely.convex_hull(shapely.MultiPoint(ring)) for ring in rings]
    polygons = column(*(hull for hull in hulls if hull.geom_type == "Polygon" and hull.area > 0.01))
    if len(polygons):
        covered = snap_coverage(polygons, grid).geometry
        alone = snap_polygons(polygons, grid)
        for result in (covered, alone):
            present = result[~shapely.is_missing(result)]
            assert _on_grid(present, grid)
            assert shapely.is_valid(present).all()
        present = covered[~shapely.is_missing(covered)]
        left, right = shapely.STRtree(present).query(present, predicate="overlaps")
        assert not len(left), (left, right)
    lines = column(*(shapely.LineString(ring) for ring in rings))
    assert _on_grid(snap_lines(lines, grid), grid)
    assert _on_grid(snap_points(np.asarray(shapely.points(rings[0])), grid), grid)


@pytest.mark.data
def test_real_tax_lots_pass_with_three_attributes(shared_data: Path) -> None:
    path = shared_data / "01-landuse" / "nyc-mappluto-16v1-brooklyn-1200.geojson.gz"
    raw = _read(f"/vsigzip/{path}", "EPSG:4326")
    allowed = [
        {"name": "use", "source": "LandUse", "title": "用途", "type": "text", "rule": "code", "level": 2},
        {"name": "zone", "source": "ZoneDist1", "title": "分区", "type": "text", "rule": "scrub"},
        {"name": "built", "source": "YearBuilt", "title": "年份", "type": "integer",
         "rule": "round", "step": 10},
    ]  # fmt: skip
    profile = _layer_profile("polygon", coverage=True, crs="EPSG:32618", attribute=allowed)
    result = desensitise(raw, profile, None)
    assert len(result.table) > 1000
    assert result.table.crs == "EPSG:32618"
    _assert_audited(result, raw, profile, None)


@pytest.mark.data
@pytest.mark.parametrize("plan", ["H0101", "H0109", "H0216", "H0304", "H0307"])
@pytest.mark.parametrize("coverage", [True, False])
def test_real_plans_pass(shared_data: Path, plan: str, coverage: bool) -> None:
    path = shared_data / "01-landuse" / "tw-taoyuan-zones-raw.zip"
    raw = _read(f"/vsizip/{path}/{plan}.json", "EPSG:3826")
    allowed = [
        {"name": "zone", "source": "分區類", "title": "分区", "type": "text", "rule": "scrub"}
    ]
    profile = _layer_profile("polygon", coverage=coverage, crs="EPSG:3826", attribute=allowed)
    result = desensitise(raw, profile, None)
    assert len(result.table) > 0.8 * len(raw)
    kept = shapely.area(result.table.geometry).sum() / shapely.area(raw.geometry).sum()
    assert kept == pytest.approx(1.0, abs=0.02)
    _assert_audited(result, raw, profile, None)


def _read(path: str, crs: str) -> FeatureTable:
    meta, _, geometry, columns = pyogrio.raw.read(path)
    attributes = {
        name: values.astype(object) for name, values in zip(meta["fields"], columns, strict=True)
    }
    return FeatureTable(np.asarray(shapely.from_wkb(geometry)), attributes, crs, path)
