"""Packing from raw layers to the signed package; everything real."""

from __future__ import annotations

import errno
import gzip
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from tests.tiles.packages import making
from tests.tiles.packages.conftest import Signers
from tiles.desensitise.errors import Refusal
from tiles.packages import errors
from tiles.packages.manifest import ALL_FILES, parse_manifest
from tiles.packages.pack import SourceOptions, pack
from tiles.packages.pack_report import PackReport
from tiles.packages.verify import CheckedPackage

Packing = Callable[..., PackReport]
Checking = Callable[..., CheckedPackage]


def test_a_package_holds_exactly_the_six_files(good: PackReport) -> None:
    assert set(making.contents(good.out)) == set(ALL_FILES)


def test_a_package_comes_out_as_it_went_in(good: PackReport, checking: Checking) -> None:
    checked = checking(good.out)
    assert checked.package.signers == ("one", "two")
    assert len(checked.package.table) == 16
    assert checked.package.table.crs == making.CRS
    assert set(checked.package.table.attributes) == {"code", "far"}
    assert set(checked.package.table.attributes["code"]) == {"0701", "0901", "1401", "1207"}
    assert checked.package.sha256 == good.sha256
    assert shapely.area(checked.package.table.geometry).tolist() == [40_000.0] * 16


def test_nothing_that_is_not_allowed_is_in_any_byte(good: PackReport) -> None:
    everything = b"".join(making.contents(good.out).values()) + good.out.read_bytes()
    for secret in ("权利人", "不得外传", "QSDW", "raw.geojson", "restricted_margin", "secret"):
        assert secret.encode() not in everything, secret


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, signers: Signers) -> None:
    source = making.write_geojson(tmp_path / "raw.geojson", making.parcels())
    profile = making.write_profile(tmp_path / "landuse.toml")
    for name in ("a.zip", "b.zip"):
        pack(
            [source],
            layer="landuse",
            profile=profile,
            out=tmp_path / name,
            keys=signers.keys[:2],
            now=making.NOW,
        )
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_time_and_memory_of_each_step_are_told(good: PackReport) -> None:
    steps = {step.step: step for step in good.steps}
    assert list(steps) == ["read", "assemble", "quality", "desensitise", "write", "audit", "pack"]
    assert steps["read"].reader_peak_mib > 10
    assert all(step.seconds >= 0 and step.peak_mib > 10 for step in good.steps)
    json.dumps(good.as_dict())


def test_several_sources_in_different_systems_become_one_layer(
    tmp_path: Path, signers: Signers
) -> None:
    first = making.write_geojson(tmp_path / "a.geojson", making.parcels(4))
    ring = [[114.02, 30.7], [114.03, 30.7], [114.03, 30.71], [114.02, 30.71], [114.02, 30.7]]
    other = [making.feature([ring], YDYHFLDM="0901", RJL=2.0)]
    second = making.write_geojson(tmp_path / "b.geojson", other, "EPSG:4490")
    report = pack(
        [first, second],
        layer="landuse",
        profile=making.write_profile(tmp_path / "p.toml"),
        out=tmp_path / "out.zip",
        keys=signers.keys[:2],
        now=making.NOW,
    )
    assert report.manifest.feature_count == 5
    assert [part.crs for part in report.quality.parts] == ["EPSG:4547", "EPSG:4490"]
    assert "several_crs" in {noticed.code for noticed in report.quality.noticed}


def test_repairs_and_what_was_left_out_are_listed(packing: Packing) -> None:
    x, y = making.WEST + 2000, making.SOUTH
    spike = [[x, y], [x + 200, y], [x + 200, y + 200], [x + 200, y + 300], [x + 200, y + 200]]
    spike += [[x, y + 200], [x, y]]
    sound = {"YDYHFLDM": "0901", "RJL": 1.0}
    report = packing(
        [
            *making.parcels(4),
            making.feature([spike], **sound),
            making.feature(None, **sound),
            making.feature([x, y], "Point", **sound),
            making.feature([[[*point, 5.0] for point in making.square(12, 0)[0]]], **sound),
        ]
    )
    assert [(repair.row, repair.reason) for repair in report.quality.repairs] == [
        (5, "Ring Self-intersection")
    ]
    noticed = {item.code: item.count for item in report.quality.noticed}
    assert noticed["geometry_missing"] == 1
    assert noticed["other_geometry_type"] == 1
    assert noticed["height_dropped"] == 1


def test_a_collection_gives_its_polygons(packing: Packing) -> None:
    polygon = {"type": "Polygon", "coordinates": making.square(9, 9)}
    point = {"type": "Point", "coordinates": [making.WEST, making.SOUTH]}
    collection = {
        "type": "Feature",
        "properties": {"YDYHFLDM": "0901", "RJL": 1.0},
        "geometry": {"type": "GeometryCollection", "geometries": [polygon, point]},
    }
    report = packing([*making.parcels(2), collection])
    assert report.manifest.feature_count == 3
    assert "collections_taken_apart" in {item.code for item in report.quality.noticed}


# --- refusals ---------------------------------------------------------------------------------


def refused(tmp_path: Path, run: Callable[[], Any], kind: type[Refusal]) -> Refusal:
    """The refusal; an older package in the place of the output stays as it was."""
    out = tmp_path / "out.zip"
    out.write_bytes(b"an older package")
    with pytest.raises(kind) as caught:
        run()
    assert type(caught.value) is kind
    assert caught.value.zh
    assert caught.value.en
    assert out.read_bytes() == b"an older package"
    assert {path.name for path in tmp_path.iterdir()} <= {
        "out.zip", "raw.geojson", "landuse.toml", "zones.geojson"
    }  # fmt: skip
    return caught.value


def changed(**properties: Any) -> list[dict[str, Any]]:
    features = making.parcels(4)
    features[1]["properties"] |= properties
    return features


def test_a_failed_quality_control_names_check_and_row(tmp_path: Path, packing: Packing) -> None:
    refusal = refused(tmp_path, lambda: packing(changed(YDYHFLDM="9999")), errors.QualityFailed)
    assert refusal.code == "quality_failed"
    assert "9999" not in str(refusal.as_dict())


NAME = """
[[attribute]]
name = "name"
title = "名称"
source = "MC"
type = "text"
rule = "as_is"
values = ["甲", "联系人 13812345678"]
"""


def test_personal_data_are_refused_and_not_repeated(tmp_path: Path, packing: Packing) -> None:
    features = making.parcels(4)
    for number, feature in enumerate(features):
        feature["properties"]["MC"] = "联系人 13812345678" if number == 2 else "甲"
    refusal = refused(tmp_path, lambda: packing(features, attributes=NAME), errors.PersonalData)
    assert refusal.code == "personal_data"
    assert "13812345678" not in str(refusal.as_dict())


def test_a_profile_below_the_floor_is_refused_before_reading(
    tmp_path: Path, packing: Packing
) -> None:
    refused(tmp_path, lambda: packing(making.parcels(4), grid="1.0"), errors.AuditFailed)


def test_a_layer_that_is_not_the_profiles_is_refused(tmp_path: Path, packing: Packing) -> None:
    refused(tmp_path, lambda: packing(making.parcels(4), code="another"), errors.LayerMismatch)


def test_another_geometry_type_is_refused(tmp_path: Path, packing: Packing) -> None:
    points = [making.feature([making.WEST, making.SOUTH], "Point", YDYHFLDM="0901", RJL=1.0)]
    refusal = refused(tmp_path, lambda: packing(points), errors.GeometryMismatch)
    assert "Point" in refusal.en


def test_nothing_left_after_desensitising_is_refused(tmp_path: Path, packing: Packing) -> None:
    tiny = [making.feature(making.square(0, 0, side=2.0), YDYHFLDM="0901", RJL=1.0)]
    with pytest.raises(Refusal):
        packing(tiny)
    assert not (tmp_path / "out.zip").exists()


@pytest.fixture
def request_for(tmp_path: Path, signers: Signers) -> dict[str, Any]:
    """A request that would succeed, to be spoilt in one place."""
    return {
        "sources": [making.write_geojson(tmp_path / "raw.geojson", making.parcels(4))],
        "layer": "landuse",
        "profile": making.write_profile(tmp_path / "landuse.toml"),
        "out": tmp_path / "out.zip",
        "keys": signers.keys[:2],
        "now": making.NOW,
    }


def test_no_crs_is_refused(tmp_path: Path, request_for: dict[str, Any]) -> None:
    source = tmp_path / "raw.csv"
    source.write_text("WKT,YDYHFLDM,RJL\nPOINT (1 2),0901,1.0\n")
    profile = making.write_profile(tmp_path / "landuse.toml", geometry="point", coverage="false")
    with pytest.raises(errors.NoCrs):
        pack(**(request_for | {"sources": [source], "profile": profile}))
    assert not (tmp_path / "out.zip").exists()


def test_no_key_the_same_key_twice_and_a_wrong_key(
    tmp_path: Path, request_for: dict[str, Any], signers: Signers
) -> None:
    for keys, kind in (
        ([], errors.KeyInvalid),
        ([signers.keys[0]] * 2, errors.SameKeyTwice),
        ([tmp_path / "landuse.toml"], errors.KeyInvalid),
    ):
        changed_request = request_for | {"keys": keys}
        refused(tmp_path, lambda r=changed_request: pack(**r), kind)


def test_a_place_that_cannot_be_written_is_refused(
    tmp_path: Path, request_for: dict[str, Any]
) -> None:
    with pytest.raises(errors.OutputFailed):
        pack(**(request_for | {"out": tmp_path / "none" / "out.zip"}))


def test_a_full_disk_is_named_and_nothing_is_left(
    tmp_path: Path, request_for: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    folder = tmp_path / "out"
    folder.mkdir()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(errors.OutputFailed, match=os.strerror(errno.ENOSPC)) as refusal:
        pack(**(request_for | {"out": folder / "out.zip"}))
    assert "disk" in refusal.value.mend_en
    assert "磁盘" in refusal.value.mend_zh
    assert list(folder.iterdir()) == []


def test_a_term_without_end_is_refused(request_for: dict[str, Any]) -> None:
    for days in (0, -1, 100_000):
        with pytest.raises(errors.OutputFailed):
            pack(**(request_for | {"valid_days": days}))


# --- restricted zones -------------------------------------------------------------------------


def zones(tmp_path: Path, features: list[dict[str, Any]], crs: str | None = making.CRS) -> Path:
    return making.write_geojson(tmp_path / "zones.geojson", features, crs)


def test_a_restricted_zone_leaves_no_trace_in_the_package(
    tmp_path: Path, request_for: dict[str, Any], checking: Checking
) -> None:
    features = making.parcels(64)
    request_for["sources"] = [making.write_geojson(tmp_path / "raw.geojson", features)]
    zone = making.feature(making.square(1, 5), name="某军事设施")
    report = pack(**request_for, restricted=zones(tmp_path, [zone]))
    table = checking(report.out).package.table
    hidden = shapely.box(
        *np.array(making.square(1, 5)[0]).min(0), *np.array(making.square(1, 5)[0]).max(0)
    )
    assert not shapely.intersects(table.geometry, hidden).any()
    everything = b"".join(making.contents(report.out).values())
    assert "军事".encode() not in everything
    assert b"zones" not in everything


def test_an_empty_file_of_zones_is_refused_since_it_protects_nothing(
    tmp_path: Path, request_for: dict[str, Any]
) -> None:
    path = zones(tmp_path, [making.feature(None, name="x")])
    refused(tmp_path, lambda: pack(**request_for, restricted=path), errors.GeometryMismatch)


def test_zones_at_the_wrong_place_are_refused(tmp_path: Path, request_for: dict[str, Any]) -> None:
    far = [[[10.0, 50.0], [10.1, 50.0], [10.1, 50.1], [10.0, 50.0]]]
    path = zones(tmp_path, [making.feature(far)], "EPSG:4490")
    refused(tmp_path, lambda: pack(**request_for, restricted=path), errors.CrsInvalid)


# --- real data --------------------------------------------------------------------------------

MAPPLUTO = """
[[attribute]]
name = "zone"
title = "分区"
source = "ZoneDist1"
type = "text"
rule = "scrub"
[[attribute]]
name = "floors"
title = "层数"
source = "NumFloors"
type = "number"
rule = "round"
step = 1.0
[[attribute]]
name = "built"
title = "建成年份"
source = "YearBuilt"
type = "integer"
rule = "as_is"
"""


@pytest.mark.data
def test_no_owner_or_address_of_a_real_parcel_layer_is_in_the_package(
    shared_data: Path, tmp_path: Path, request_for: dict[str, Any], checking: Checking
) -> None:
    source = shared_data / "01-landuse" / "nyc-mappluto-16v1-brooklyn-1200.geojson.gz"
    request_for["sources"] = [source]
    request_for["profile"] = making.write_profile(
        tmp_path / "landuse.toml", crs="EPSG:32618", attributes=MAPPLUTO, coverage="false"
    )
    report = pack(**request_for)
    everything = b"".join(making.contents(report.out).values())
    with gzip.open(source) as stream:
        features = json.load(stream)["features"]
    for name in ("OwnerName", "Address"):
        values = {feature["properties"][name] for feature in features} - {None, ""}
        assert len(values) > 400
        assert not [value for value in values if str(value).encode() in everything]
    assert set(checking(report.out).package.table.attributes) == {"zone", "floors", "built"}


@pytest.mark.data
def test_the_options_mend_a_source_without_crs(
    shared_data: Path, tmp_path: Path, request_for: dict[str, Any]
) -> None:
    folder = shared_data / "04-messy-vector"
    request_for["sources"] = [folder / "derived_taoyuan_H0101_gbk_noprj_nocpg.zip"]
    request_for["profile"] = making.write_profile(
        tmp_path / "landuse.toml",
        crs="EPSG:3826",
        attributes=NAME.replace('"MC"', '"使用分"').replace("as_is", "scrub").split("values")[0],
    )
    refused(tmp_path, lambda: pack(**request_for), errors.NoCrs)
    report = pack(**request_for, options=SourceOptions(crs="EPSG:3826"))
    assert report.manifest.feature_count > 600


TAOYUAN = """
[[attribute]]
name = "zone"
title = "使用分区"
source = "使用分"
type = "text"
rule = "scrub"
"""


@pytest.mark.data
@pytest.mark.slow
def test_the_plans_of_a_whole_county_pack_with_every_repair_listed(
    shared_data: Path, tmp_path: Path, request_for: dict[str, Any], checking: Checking
) -> None:
    request_for["sources"] = [shared_data / "01-landuse" / "tw-taoyuan-zones-raw.zip"]
    request_for["profile"] = making.write_profile(
        tmp_path / "landuse.toml", crs="EPSG:3826", attributes=TAOYUAN
    )
    report = pack(**request_for)
    assert sum(part.rows for part in report.quality.parts) == 7770
    assert len(report.quality.parts) == 28
    assert len(report.quality.repairs) == 7
    assert all(repair.change < 1e-9 for repair in report.quality.repairs)
    table = checking(report.out).package.table
    assert len(table) == report.manifest.feature_count > 7000
    assert {"住宅區", "商業區", "農業區"} <= set(table.attributes["zone"])


def test_the_manifest_states_what_was_written(good: PackReport) -> None:
    manifest = parse_manifest(making.contents(good.out)["manifest.json"])
    assert manifest == good.manifest
    assert manifest == replace(manifest, layer="landuse", version=20261122080000)
