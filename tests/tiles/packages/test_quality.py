"""Each check of quality control, broken once on purpose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from tests.tiles.desensitise.plots import plot_polygons
from tests.tiles.packages.making import ATTRIBUTES, CRS, SIDE, SOUTH, WEST, write_profile
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import Profile, load_profile
from tiles.packages.assemble import Assembled, Noticed, Part
from tiles.packages.quality import internal_quality, public_quality
from tiles.packages.quality_report import Check, QualityReport
from tiles.packages.repair import repair

COLUMNS = (
    ATTRIBUTES
    + """
[[attribute]]
name = "name"
title = "名称"
source = "MC"
type = "text"
rule = "scrub"
max_length = 10
[[attribute]]
name = "status"
title = "状态"
source = "ZT"
type = "text"
rule = "as_is"
values = ["现状", "规划"]
"""
)


def profile_of(tmp_path: Path, quality: str = "") -> Profile:
    return load_profile(write_profile(tmp_path / "p.toml", attributes=COLUMNS, quality=quality))


def boxes(*cells: tuple[float, float, float, float]) -> np.ndarray:
    """Boxes in units of a parcel's side, from the corner of the example grid."""
    return np.array(
        [
            shapely.box(WEST + a * SIDE, SOUTH + b * SIDE, WEST + c * SIDE, SOUTH + d * SIDE)
            for a, b, c, d in cells
        ],
        dtype=object,
    )


def raw_table(geometry: np.ndarray | None = None, **columns: list[Any]) -> FeatureTable:
    """Two parcels with sound attributes, changed as said; names are the raw ones."""
    geometry = boxes((0, 0, 1, 1), (1, 0, 2, 1)) if geometry is None else geometry
    rows = len(geometry)
    sound: dict[str, list[Any]] = {
        "YDYHFLDM": ["0901"] * rows,
        "RJL": [1.5] * rows,
        "MC": ["甲"] * rows,
        "ZT": ["现状"] * rows,
    }
    arrays = {}
    for name, values in (sound | columns).items():
        arrays[name] = np.empty(rows, dtype=object)
        arrays[name][:] = values
    return FeatureTable(geometry, arrays, CRS, "a")


def controlled(table: FeatureTable, profile: Profile) -> QualityReport:
    assembled = Assembled(table, (Part("a", 1, len(table), CRS),), ())
    return internal_quality(assembled, repair(table), profile)


def check(report: QualityReport, code: str) -> Check:
    (found,) = (item for item in report.checks if item.code == code)
    return found


def test_a_sound_table_passes_every_check(tmp_path: Path) -> None:
    report = controlled(raw_table(), profile_of(tmp_path, 'required = ["code"]'))
    assert report.passed
    assert {item.verdict for item in report.checks} == {"pass"}


@pytest.mark.parametrize(
    ("columns", "code", "verdict"),
    [
        ({"YDYHFLDM": ["0901", ""]}, "required_values", "refuse"),
        ({"YDYHFLDM": ["0901", None]}, "required_values", "refuse"),
        ({"YDYHFLDM": ["0901", " <NULL> "]}, "required_values", "refuse"),
        ({"YDYHFLDM": ["0901", "9999"]}, "code_values", "refuse"),
        ({"YDYHFLDM": ["0901", "070102"]}, "code_values", "pass"),
        ({"ZT": ["现状", "未知"]}, "code_values", "refuse"),
        ({"RJL": [1.5, 21.0]}, "indicator_ranges", "refuse"),
        ({"RJL": [1.5, -0.1]}, "indicator_ranges", "refuse"),
        ({"RJL": ["1.5", "-0.1"]}, "indicator_ranges", "refuse"),
        ({"RJL": ["1.5", "约1.5"]}, "value_types", "note"),
        ({"MC": ["甲", "乙" * 11]}, "text_lengths", "refuse"),
        ({"MC": ["甲", "\u00cc\u00d2\u00d7\u00a1\u00d5\u00ac"]}, "garbled_text", "refuse"),
        ({"MC": ["甲", "用地\ufffd"]}, "garbled_text", "refuse"),
    ],
)
def test_a_wrong_attribute_is_found_in_its_row(
    tmp_path: Path, columns: dict[str, list[Any]], code: str, verdict: str
) -> None:
    report = controlled(raw_table(**columns), profile_of(tmp_path, 'required = ["code"]'))
    found = check(report, code)
    assert found.verdict == verdict
    assert found.examples == (() if verdict == "pass" else (2,))
    assert found.count == (0 if verdict == "pass" else 1)
    assert report.passed == (verdict != "refuse")


def test_a_missing_field_is_named(tmp_path: Path) -> None:
    table = raw_table()
    columns = {name: c for name, c in table.attributes.items() if name != "RJL"}
    report = controlled(FeatureTable(table.geometry, columns, CRS, "a"), profile_of(tmp_path))
    assert "RJL" in check(report, "fields").zh
    assert not report.passed


INDICATORS = ATTRIBUTES + "".join(
    f"""
[[attribute]]
name = "{name}"
title = "{title}"
type = "number"
rule = "round"
step = 5
"""
    for name, title in (("JZMD", "建筑密度（%）"), ("LDL", "绿地率（%）"))
)


@pytest.mark.parametrize(
    ("density", "green", "code", "verdict"),
    [
        (40.0, 35.0, "indicator_ranges", "pass"),
        (140.0, 35.0, "indicator_ranges", "refuse"),
        (40.0, -1.0, "indicator_ranges", "refuse"),
        (40.0, 35.0, "indicator_sums", "pass"),
        (70.0, 60.0, "indicator_sums", "note"),
    ],
)
def test_indicators_are_held_to_what_is_possible(
    tmp_path: Path, density: float, green: float, code: str, verdict: str
) -> None:
    profile = load_profile(write_profile(tmp_path / "p.toml", attributes=INDICATORS))
    table = raw_table(JZMD=[30.0, density], LDL=[30.0, green])
    found = check(controlled(table, profile), code)
    assert found.verdict == verdict
    assert found.checked > 0
    assert found.examples == (() if verdict == "pass" else (2,))


def test_an_identifier_stands_for_one_feature(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, 'unique = ["BSM"]')
    assert controlled(raw_table(BSM=["1", "2"]), profile).passed
    assert controlled(raw_table(BSM=[None, None]), profile).passed
    found = check(controlled(raw_table(BSM=["1", "1"]), profile), "unique_values")
    assert (found.verdict, found.count, found.examples) == ("refuse", 2, (1, 2))


@pytest.mark.parametrize(("layer", "verdict"), [("a", "pass"), ("b", "refuse")])
def test_a_source_layer_that_is_demanded_must_be_there(
    tmp_path: Path, layer: str, verdict: str
) -> None:
    report = controlled(raw_table(), profile_of(tmp_path, f'layers = ["{layer}"]'))
    assert check(report, "layers").verdict == verdict


def test_what_was_told_of_the_encoding_is_noted(tmp_path: Path) -> None:
    noticed = (Noticed("encoding:gb18030", 1, "a"), Noticed("values_cut_by_field_width", 3, "a"))
    table = raw_table()
    assembled = Assembled(table, (Part("a", 1, len(table), CRS),), noticed)
    report = internal_quality(assembled, repair(table), profile_of(tmp_path))
    found = check(report, "format_and_encoding")
    assert (found.verdict, found.count) == ("note", 2)
    assert "gb18030" in found.zh
    assert found.measured == {"values_or_fields_changed": 3}


STANDARD = {
    "BSM": ["1", "2"], "YSDM": ["1", "1"], "XZQDM": ["330100", "330100"],
    "XZQMC": ["甲", "乙"], "GHFQDM": ["1", "2"], "GHFQMC": ["一", "二"], "MJ": [1.0, 2.0],
    "GKZY": ["一", "二"], "BZ": [None, None],
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code", "verdict"),
    [
        ({}, "standard_fields", "pass"),
        ({"MJ": None}, "standard_fields", "refuse"),
        ({"BZ": None}, "standard_fields", "note"),
        ({"GHFQDM": ["1", " "]}, "standard_values", "refuse"),
        ({"MJ": [1.0, None]}, "standard_values", "refuse"),
        ({"MJ": [1.0, "两亩"]}, "standard_types", "refuse"),
        ({"MJ": [1.0, "2.5"]}, "standard_types", "pass"),
        ({"BSM": ["1", 2]}, "standard_types", "refuse"),
    ],
)
def test_a_layer_of_the_plan_database_has_its_fields(
    tmp_path: Path, changes: dict[str, Any], code: str, verdict: str
) -> None:
    columns = {name: values for name, values in (STANDARD | changes).items() if values is not None}
    profile = profile_of(tmp_path, 'standard_layer = "ZXCQGHFQ"')
    assert check(controlled(raw_table(**columns), profile), code).verdict == verdict


@pytest.mark.parametrize(
    ("layer", "columns", "code", "verdict"),
    [
        ("TRL", {"BSM": ["1" * 18, "2" * 19]}, "standard_lengths", "refuse"),
        ("TRL", {"XZQMC": ["甲", "乙" * 100]}, "standard_lengths", "pass"),
        ("TRL", {"MJ": [1.0, 1e15]}, "standard_lengths", "refuse"),
        ("GHYDYH", {"tbmj": [1.25, 1.255]}, "standard_decimals", "note"),
        ("GHYDYH", {"tbmj": [1.25, 123456789.01]}, "standard_decimals", "pass"),
        ("XZLSWHYCFB", {}, "standard_layer", "refuse"),
        ("NOSUCH", {}, "standard_layer", "refuse"),
    ],
)
def test_lengths_decimals_and_geometry_follow_the_specification(
    tmp_path: Path, layer: str, columns: dict[str, Any], code: str, verdict: str
) -> None:
    profile = profile_of(tmp_path, f'standard_layer = "{layer}"')
    assert check(controlled(raw_table(**columns), profile), code).verdict == verdict


def test_codes_of_the_trial_version_are_held_to_its_own_list(tmp_path: Path) -> None:
    old = COLUMNS.replace(
        'domain = "landuse_2023"', 'domain = "landuse_2023"\nsource_domain = "landuse_2020"'
    )
    profile = load_profile(write_profile(tmp_path / "p.toml", attributes=old))
    # 0604 was a class of 2020 and is none of 2023; 070104 is of neither.
    assert controlled(raw_table(YDYHFLDM=["0604", "2303"]), profile).passed
    assert not controlled(raw_table(YDYHFLDM=["0605", "0901"]), profile).passed
    assert not controlled(raw_table(YDYHFLDM=["0604", "0901"]), profile_of(tmp_path)).passed


OVERLAP = boxes((0, 0, 1, 1), (0.9, 0, 2, 1))
DUPLICATE = boxes((0, 0, 1, 1), (0, 0, 1, 1))
GAP = boxes((0, 0, 1, 3), (1, 0, 2, 1), (1, 1.02, 2, 3), (2, 0, 3, 3))
TOUCHING = boxes((0, 0, 1, 1), (1, 0, 2, 1))


@pytest.mark.parametrize(
    ("geometry", "code"), [(OVERLAP, "overlaps"), (DUPLICATE, "duplicates"), (GAP, "gaps")]
)
def test_faults_of_topology_are_noted_or_refused_as_the_profile_says(
    tmp_path: Path, geometry: np.ndarray, code: str
) -> None:
    noted = check(controlled(raw_table(geometry), profile_of(tmp_path)), code)
    assert (noted.verdict, noted.count) == ("note", 1)
    assert noted.examples
    refused = controlled(raw_table(geometry), profile_of(tmp_path, f'{code} = "refuse"'))
    assert check(refused, code).verdict == "refuse"


@pytest.mark.parametrize("code", ["overlaps", "duplicates", "gaps", "slivers"])
def test_neighbours_that_only_touch_are_sound(tmp_path: Path, code: str) -> None:
    assert check(controlled(raw_table(TOUCHING), profile_of(tmp_path)), code).count == 0


@pytest.mark.parametrize("seed", range(40))
def test_overlaps_are_found_whatever_the_quick_test_says(tmp_path: Path, seed: int) -> None:
    """A coverage with one fault of some kind: as many pairs as intersecting them all finds."""
    random = np.random.default_rng(seed)
    geometry = plot_polygons(6, seed=seed)
    moved = random.integers(0, len(geometry))
    fault = (
        lambda: shapely.buffer(geometry[moved], 2.0, join_style="mitre"),
        lambda: geometry[(moved + 1) % len(geometry)],
        lambda: shapely.union(geometry[moved], geometry[(moved + 1) % len(geometry)]),
        lambda: shapely.buffer(geometry[moved], -1.0, join_style="mitre"),
        lambda: geometry[moved],
    )[seed % 5]
    geometry[moved] = fault()
    pairs = shapely.STRtree(geometry).query(geometry)
    first, second = pairs[:, pairs[0] < pairs[1]]
    shared = shapely.area(shapely.intersection(geometry[first], geometry[second]))
    found = check(controlled(raw_table(geometry), profile_of(tmp_path)), "overlaps")
    assert found.count == (shared > 1.0).sum()


def test_a_hole_that_a_polygon_has_by_itself_is_no_gap(tmp_path: Path) -> None:
    hole = shapely.box(WEST + 50, SOUTH + 50, WEST + 55, SOUTH + 55)
    ring = np.array([boxes((0, 0, 1, 1))[0].difference(hole)], dtype=object)
    assert check(controlled(raw_table(ring), profile_of(tmp_path)), "gaps").count == 0


def test_a_sliver_is_noted(tmp_path: Path) -> None:
    geometry = boxes((0, 0, 1, 1), (1, 0, 1.001, 1))
    assert check(controlled(raw_table(geometry), profile_of(tmp_path)), "slivers").count == 1


def test_areas_in_the_table_are_held_against_the_ellipsoid(tmp_path: Path) -> None:
    quality = 'area_field = "TBMJ"'
    right = controlled(raw_table(TBMJ=[40_000.0, 40_000.0]), profile_of(tmp_path, quality))
    assert check(right, "declared_areas").verdict == "pass"
    one = controlled(raw_table(TBMJ=[40_600.0, 39_500.0]), profile_of(tmp_path, quality))
    assert check(one, "declared_areas").verdict == "note"
    assert check(one, "declared_areas").count == 2
    hectares = controlled(
        raw_table(TBMJ=[4.0, "4.0"]), profile_of(tmp_path, quality + '\narea_unit = "ha"')
    )
    assert check(hectares, "declared_areas").verdict == "pass"
    assert check(hectares, "declared_areas").checked == 2
    all_wrong = controlled(raw_table(TBMJ=[60.0, 60.0]), profile_of(tmp_path, quality))
    assert check(all_wrong, "declared_areas").verdict == "refuse"


def test_a_repair_that_changes_too_much_is_refused(tmp_path: Path) -> None:
    x, y = WEST, SOUTH
    bow_tie = shapely.Polygon([(x, y), (x + 100, y + 100), (x + 100, y), (x, y + 100)])
    table = raw_table(np.array([bow_tie, TOUCHING[1]], dtype=object))
    report = controlled(table, profile_of(tmp_path))
    assert check(report, "repairs").verdict == "refuse"
    assert check(report, "repairs").examples == (1,)
    generous = "max_total_area_change = 1.0\nmax_feature_area_change = 1.0"
    allowed = controlled(table, profile_of(tmp_path, generous))
    assert check(allowed, "repairs").verdict == "repair"
    assert [item.row for item in allowed.repairs] == [1]


def test_no_feature_at_all_is_refused(tmp_path: Path) -> None:
    empty = raw_table().take(np.array([], dtype=np.intp))
    assert not public_quality(empty, profile_of(tmp_path)).passed


def test_the_public_half_reads_public_names(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, 'required = ["YDYHFLDM"]')
    raw = raw_table(YDYHFLDM=["0901", None])
    names = {"YDYHFLDM": "code", "RJL": "far", "MC": "name", "ZT": "status"}
    columns = {names[name]: column for name, column in raw.attributes.items()}
    report = public_quality(FeatureTable(raw.geometry, columns, CRS, "a"), profile)
    assert report.passed
    assert check(report, "required_values").verdict == "note"


def test_no_value_of_the_data_stands_in_a_report(tmp_path: Path) -> None:
    table = raw_table(
        YDYHFLDM=["SECRET1", "0901"], MC=["SECRET2-乱\ufffd", "甲"], ZT=["SECRET3", "现状"]
    )
    assert "SECRET" not in str(controlled(table, profile_of(tmp_path)).as_dict())
