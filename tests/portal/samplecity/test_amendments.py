"""The second release of the sample city's land use: a few business parcels become something else."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
import shapely

from portal.samplecity.amendments import BUSINESS, NEW_USES, write_amended_profile
from portal.samplecity.generate import CityReport
from tests.portal.samplecity.raw_table import read_raw
from tiles.desensitise.landuse_codes import LANDUSE


def test_a_few_business_parcels_have_another_use_and_nothing_moved(city: CityReport) -> None:
    before, after = read_raw(city.files["landuse"]), read_raw(city.amended["landuse"])
    assert shapely.equals_exact(before.geometry, after.geometry, tolerance=0).all()
    old, new = before.columns["YDYHFLDM"], after.columns["YDYHFLDM"]
    rows = np.flatnonzero(old != new)
    business = sum(code[:4] in BUSINESS for code in old)
    assert len(rows) == min(business, len(NEW_USES)) > 0
    assert {code[:4] for code in old[rows]} <= set(BUSINESS)
    assert set(new[rows]) <= set(NEW_USES)
    assert set(after.columns["GHZT"][rows]) == {"规划改造"}
    names = after.columns["YDYHFLMC"][rows]
    assert [LANDUSE[code].name for code in new[rows]] == list(names)
    assert (before.columns["QLR"] == after.columns["QLR"]).sum() >= len(old) / 3


def test_its_profile_differs_in_day_and_review_number_only(city: CityReport) -> None:
    before = tomllib.loads(city.profiles["landuse"].read_text("utf-8"))
    after = tomllib.loads((city.folder / "amended" / "landuse.toml").read_text("utf-8"))
    old, new = before.pop("layer"), after.pop("layer")
    assert before == after
    assert {name for name in old if old[name] != new[name]} == {"data_date", "review_number"}
    assert new["data_date"] > old["data_date"]


def test_a_profile_without_the_lines_to_change_is_refused(tmp_path: Path) -> None:
    profile = tmp_path / "landuse.toml"
    profile.write_text("version = 1\n", "utf-8")
    with pytest.raises(ValueError, match="data_date"):
        write_amended_profile(profile, tmp_path)
