"""The profile is read strictly, and its secret half never shows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.tiles.desensitise.plots import plots_profile, profile_tables
from tiles.desensitise.floor import FLOOR, profile_violations
from tiles.desensitise.profile import ProfileError, load_profile, parse_profile, parse_public


def test_public_half_reads_back_equal_and_without_the_secret() -> None:
    profile = plots_profile()
    text = json.dumps(profile.public(), ensure_ascii=False)
    assert "restricted" not in text
    assert "secret" not in text
    assert parse_public(json.loads(text)) == replace(profile, secret=None)


def test_a_package_that_carries_a_secret_half_is_refused() -> None:
    with pytest.raises(ProfileError, match="secret"):
        parse_public(profile_tables())


def test_band_and_year_publish_their_own_types() -> None:
    profile = plots_profile()
    types = {rule.name: rule.type for rule in profile.attributes}
    assert types["far"] == "text"
    assert types["year"] == "integer"
    assert profile.attributes[2].band_labels == ("<0", "0–1", "1–2", "2–4", "≥4")


def _changed(path: str, value: Any) -> dict[str, Any]:
    tables: dict[str, Any] = json.loads(json.dumps(profile_tables()))
    *parents, last = path.split(".")
    target: Any = tables
    for parent in parents:
        target = target[int(parent)] if parent.isdigit() else target[parent]
    target[last] = value
    return tables


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("layer.colour", "red", "layer.colour"),
        ("shape", {}, "shape"),
        ("version", 2, "version"),
        ("layer.code", "Bad Code", "layer.code"),
        ("layer.title", "a\x00b", "layer.title"),
        ("layer.approved_on", "30.6.2024", "layer.approved_on"),
        ("layer.coverage", "yes", "layer.coverage"),
        ("style.class_field", "absent", "style.class_field"),
        ("ground.grid", float("nan"), "ground.grid"),
        ("ground.grid", True, "ground.grid"),
        ("ground.crs", "EPSG:4326", "ground.crs"),
        ("ground.crs", "EPSG:999999", "ground.crs"),
        ("attribute.0.level", None, "attribute[0].level"),
        ("attribute.0.step", 1.0, "attribute[0].step"),
        ("attribute.2.bands", [2, 1], "attribute[2].bands"),
        ("attribute.1.name", "code", "attribute[1].name"),
        ("attribute.1.rule", "pass", "attribute[1].rule"),
        ("attribute.1.type", "number", "attribute[1].type"),
        ("small_counts.fields", ["owner"], "small_counts.fields[0]"),
        ("small_counts.k", 1, "small_counts.k"),
        ("secret.restricted_margin", -1, "secret.restricted_margin"),
        ("zooms", {"min": 9, "max": 8}, "zooms.max"),
    ],
)
def test_an_error_names_its_key(path: str, value: Any, key: str) -> None:
    with pytest.raises(ProfileError) as caught:
        parse_profile(_changed(path, value))
    assert caught.value.where == key
    assert key in caught.value.en


def test_a_file_that_is_no_toml_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text("version = [", encoding="utf-8")
    with pytest.raises(ProfileError, match=r"broken\.toml"):
        load_profile(path)


def test_the_floor_passes_a_careful_profile() -> None:
    assert profile_violations(plots_profile(), FLOOR) == []


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("ground.grid", 5.0, "floor_grid"),
        ("ground.min_area", 10.0, "floor_min_area"),
        ("zooms", {"min": 8, "max": 20}, "floor_zoom"),
        ("small_counts.k", 2, "floor_small_counts"),
        ("attribute.1.rule", "as_is", "floor_free_text"),
        ("attribute.1.max_length", 1500, "floor_text_length"),
    ],
)
def test_the_floor_names_what_lies_below_it(path: str, value: Any, rule: str) -> None:
    violations = profile_violations(parse_profile(_changed(path, value)), FLOOR)
    assert [finding.rule for finding in violations] == [rule]
