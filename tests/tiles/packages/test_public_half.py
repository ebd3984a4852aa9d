"""The public half in a process of its own gives what it gives in this one, refusals included."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.tiles.packages import making
from tests.tiles.packages.conftest import Signers
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import load_profile
from tiles.packages import public_half
from tiles.packages.errors import NotChecked, SourceUnreadable
from tiles.packages.feature_file import write_features
from tiles.packages.limits import Limits
from tiles.packages.pack import pack
from tiles.packages.pack_report import PackReport
from tiles.packages.public_half import check_public_half

pytestmark = pytest.mark.skipif(
    len(os.sched_getaffinity(0)) < 2, reason="on one processor there is one process"
)


@pytest.fixture(autouse=True)
def every_layer_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_half, "LARGE", 1)


def test_a_package_is_the_same_with_one_process_and_with_two(
    tmp_path: Path, good: PackReport, signers: Signers
) -> None:
    report = pack(
        [making.write_geojson(tmp_path / "raw.geojson", making.parcels())],
        layer="landuse",
        profile=making.write_profile(tmp_path / "landuse.toml"),
        out=tmp_path / "two.zip",
        keys=signers.keys[:2],
        now=making.NOW,
    )
    assert making.contents(report.out) == making.contents(good.out)
    assert report.public_quality == good.public_quality
    assert report.audit == good.audit


def test_findings_and_refusals_come_through(tmp_path: Path) -> None:
    profile = load_profile(making.write_profile(tmp_path / "p.toml"))
    off_grid = np.array([shapely.box(500_003.0, 3_400_003.0, 500_103.0, 3_400_103.0)], object)
    columns = {"code": np.array(["0901"], object), "far": np.array([1.5], object)}
    table = FeatureTable(off_grid, columns, making.CRS)
    features = tmp_path / "features.fgb"
    write_features(features, table, profile)
    with public_half.public_half(1, profile, Limits()) as begin:
        found = begin(features, table)()
        assert not found.audit.passed
        assert found == check_public_half(table, profile)
        with pytest.raises(SourceUnreadable):
            begin(tmp_path / "none.fgb", table)()


def test_what_could_not_be_checked_does_not_pass(tmp_path: Path) -> None:
    profile = load_profile(making.write_profile(tmp_path / "p.toml"))
    table = FeatureTable(np.empty(0, object), {}, making.CRS)
    with public_half.public_half(1, profile, Limits()) as begin:
        waiting = begin(tmp_path / "none.fgb", table)
        for child in multiprocessing.active_children():
            child.kill()
        with pytest.raises(NotChecked):
            waiting()
