"""The generator as a whole: files, counts, repeatability."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
import shapely

from portal.samplecity.generate import CityReport, generate
from tests.portal.samplecity.raw_table import read_raw

LAYERS = {
    "landuse", "zoning", "supply", "farmland", "ecology", "boundary", "fourlines", "districts", "roads", "rail",
    "metro", "stations", "facilities",
}  # fmt: skip


def test_writes_every_layer_with_features(city: CityReport) -> None:
    assert set(city.files) == LAYERS
    for code, path in city.files.items():
        table = read_raw(path)
        assert len(table.geometry) == city.counts[code] > 0
        assert table.crs == "EPSG:4547"
        assert shapely.is_valid(table.geometry).all(), code
        assert not shapely.is_empty(table.geometry).any(), code


def test_parcel_count_is_near_the_number_asked_for(city: CityReport) -> None:
    asked = 300 if city.counts["landuse"] < 1000 else 3_000
    assert abs(city.counts["landuse"] - asked) <= 0.1 * asked


@pytest.mark.parametrize("code", ["landuse", "zoning", "districts"])
def test_coverages_have_no_overlap_gap_or_hole(city: CityReport, code: str) -> None:
    geometry = read_raw(city.files[code]).geometry
    assert shapely.coverage_is_valid(geometry)
    whole = shapely.coverage_union_all(geometry)
    assert isinstance(whole, shapely.Polygon)
    assert len(whole.interiors) == 0


def test_coverages_share_one_extent(middle_city: CityReport) -> None:
    areas = [
        shapely.area(read_raw(middle_city.files[code]).geometry).sum()
        for code in ("landuse", "zoning", "districts")
    ]
    assert areas == pytest.approx([areas[0]] * 3, rel=1e-5)


def test_declared_area_is_the_true_area(city: CityReport) -> None:
    table = read_raw(city.files["landuse"])
    np.testing.assert_allclose(table.columns["TBMJ"], shapely.area(table.geometry), atol=0.01)


def test_equal_seeds_give_equal_bytes(small_city: CityReport, out: Path) -> None:
    again = generate(out, plots=300, seed=7)
    assert again.digests == small_city.digests
    for code, path in again.files.items():
        first, second = small_city.files[code].read_bytes(), path.read_bytes()
        assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest(), code


def test_another_seed_gives_another_city(small_city: CityReport, out: Path) -> None:
    other = generate(out, plots=300, seed=8)
    assert other.digests["landuse"] != small_city.digests["landuse"]


def test_a_second_run_replaces_the_first(out: Path) -> None:
    generate(out, plots=300, seed=1)
    stale = out / "raw" / "stale.gpkg"
    stale.write_bytes(b"old")
    generate(out, plots=300, seed=2)
    assert not stale.exists()


@pytest.mark.parametrize("plots", [0, 299, 400_001])
def test_refuses_a_number_of_plots_it_cannot_draw(out: Path, plots: int) -> None:
    with pytest.raises(ValueError, match="plots"):
        generate(out, plots=plots)
    assert not out.exists()


def test_reports_progress_to_the_end(out: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    generate(out, plots=300, progress=lambda step, done, total: seen.append((step, done, total)))
    assert seen[-1][1] == seen[-1][2]
    assert all(0 <= done <= total for _, done, total in seen)


def test_bbox_lies_in_open_country(city: CityReport) -> None:
    west, south, east, north = city.bbox
    assert 113.7 < west < east < 114.1
    assert 30.0 < south < north < 30.4
