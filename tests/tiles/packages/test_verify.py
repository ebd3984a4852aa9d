"""The portal's view of packages, each wrong in one way."""

from __future__ import annotations

import io
import json
import stat
import struct
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tiles.packages import making
from tests.tiles.packages.conftest import Signers
from tiles.desensitise.errors import Refusal
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import parse_profile, parse_public
from tiles.packages import errors
from tiles.packages.feature_file import write_features
from tiles.packages.keys import TrustStore
from tiles.packages.limits import Limits
from tiles.packages.manifest import FEATURES, MANIFEST, PROFILE, QUALITY, SIGNATURES
from tiles.packages.pack_report import PackReport
from tiles.packages.verify import CheckedPackage, open_package

Checking = Callable[..., CheckedPackage]


def refusal_of(checking: Checking, package: Path, kind: type[Refusal], **changes: Any) -> Refusal:
    with pytest.raises(kind) as caught:
        checking(package, **changes)
    assert type(caught.value) is kind
    assert caught.value.zh
    assert caught.value.en
    return caught.value


@pytest.fixture
def altered(good: PackReport, tmp_path: Path) -> Callable[..., Path]:
    """The good package with some files replaced, without signing it again."""

    def run(**replaced: bytes) -> Path:
        files = making.contents(good.out)
        files |= {name.replace("__", "."): data for name, data in replaced.items()}
        return making.write_zip(tmp_path / "altered.zip", files)

    return run


@pytest.fixture
def resigned(good: PackReport, tmp_path: Path, signers: Signers) -> Callable[..., Path]:
    """The good package changed by its own signers."""

    def run(change: Any = lambda files: None, **manifest_changes: Any) -> Path:
        target = tmp_path / "resigned.zip"
        return making.resigned(good.out, target, signers.keys[:2], change, **manifest_changes)

    return run


def test_a_package_resigned_without_change_is_good(resigned: Any, checking: Checking) -> None:
    assert len(checking(resigned()).package.table) == 16


# --- signatures, hashes, term, version --------------------------------------------------------


def test_a_wrong_hash_is_refused(good: PackReport, altered: Any, checking: Checking) -> None:
    quality = making.contents(good.out)[QUALITY]
    refusal = refusal_of(checking, altered(quality__json=quality + b" "), errors.HashMismatch)
    assert refusal.code == "hash_mismatch"
    assert refusal.where == QUALITY


def test_an_exchanged_feature_file_is_refused(
    good: PackReport, altered: Any, checking: Checking
) -> None:
    features = bytearray(making.contents(good.out)[FEATURES])
    features[-1] ^= 1
    package = altered(features__fgb=bytes(features))
    assert refusal_of(checking, package, errors.HashMismatch).where == FEATURES


def test_a_changed_manifest_is_refused(good: PackReport, altered: Any, checking: Checking) -> None:
    manifest = making.contents(good.out)[MANIFEST].replace(b'"landuse"', b'"roads"')
    refusal_of(checking, altered(manifest__json=manifest), errors.BadSignature)


def test_one_signature_of_the_needed_two_is_refused(
    good: PackReport, tmp_path: Path, signers: Signers, checking: Checking
) -> None:
    package = making.resigned(good.out, tmp_path / "one.zip", signers.keys[:1])
    refusal = refusal_of(checking, package, errors.TooFewSignatures)
    assert refusal.code == "too_few_signatures"


def test_the_same_signature_twice_is_refused(
    good: PackReport, altered: Any, checking: Checking
) -> None:
    document = json.loads(making.contents(good.out)[SIGNATURES])
    document["signatures"][1] = document["signatures"][0]
    package = altered(signatures__json=json.dumps(document).encode())
    refusal_of(checking, package, errors.SameKeyTwice)


def test_an_unknown_key_is_refused(good: PackReport, signers: Signers, checking: Checking) -> None:
    known = dict(list(signers.trust.keys.items())[1:])
    refusal_of(checking, good.out, errors.UnknownKey, trust=TrustStore(2, known))


def test_an_expired_package_is_refused(good: PackReport, checking: Checking) -> None:
    refusal_of(checking, good.out, errors.Expired, now=making.NOW + timedelta(days=90))


def test_a_package_not_yet_valid_is_refused(good: PackReport, checking: Checking) -> None:
    refusal_of(checking, good.out, errors.NotYetValid, now=making.NOW - timedelta(hours=1))


def test_an_older_or_equal_version_is_refused(good: PackReport, checking: Checking) -> None:
    for latest in (good.manifest.version, good.manifest.version + 1):
        refusal_of(checking, good.out, errors.OlderVersion, latest_version=latest)
    checking(good.out, latest_version=good.manifest.version - 1)


# --- the zip ----------------------------------------------------------------------------------


def appended(package: Path, target: Path, entry: zipfile.ZipInfo, data: bytes = b"x") -> Path:
    target.write_bytes(package.read_bytes())
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(entry, data)
    return target


def test_a_file_too_many_is_refused(good: PackReport, tmp_path: Path, checking: Checking) -> None:
    package = appended(good.out, tmp_path / "a.zip", zipfile.ZipInfo("raw.shp"))
    refusal_of(checking, package, errors.UnexpectedFile)


@pytest.mark.parametrize("name", [MANIFEST, SIGNATURES, PROFILE, FEATURES])
def test_a_missing_file_is_refused(
    good: PackReport, tmp_path: Path, checking: Checking, name: str
) -> None:
    files = {key: data for key, data in making.contents(good.out).items() if key != name}
    refusal_of(checking, making.write_zip(tmp_path / "a.zip", files), errors.UnexpectedFile)


def test_a_path_outside_is_refused(good: PackReport, tmp_path: Path, checking: Checking) -> None:
    package = appended(good.out, tmp_path / "a.zip", zipfile.ZipInfo("../../etc/cron.d/x"))
    assert refusal_of(checking, package, errors.PathOutside).code == "path_outside"
    assert not (tmp_path.parent / "etc").exists()


def test_a_symlink_is_refused(good: PackReport, tmp_path: Path, checking: Checking) -> None:
    entry = zipfile.ZipInfo("link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    package = appended(good.out, tmp_path / "a.zip", entry, b"/etc/passwd")
    assert refusal_of(checking, package, errors.SymlinkEntry).code == "symlink_entry"


def test_a_symlinked_entry_of_a_right_name_is_refused(
    good: PackReport, tmp_path: Path, checking: Checking
) -> None:
    files = making.contents(good.out)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            if name == FEATURES:
                entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, data)
    refusal_of(checking, tmp_path / "a.zip", errors.SymlinkEntry)


def test_a_zip_bomb_is_refused_before_it_goes_off(
    good: PackReport, tmp_path: Path, checking: Checking
) -> None:
    files = making.contents(good.out) | {FEATURES: bytes(300 << 20)}
    package = making.write_zip(tmp_path / "bomb.zip", files)
    assert package.stat().st_size < 1 << 20
    assert refusal_of(checking, package, errors.ArchiveTooLarge).code == "archive_too_large"


def test_a_package_beyond_the_limit_is_refused(good: PackReport, checking: Checking) -> None:
    limits = Limits(package_bytes=1000)
    refusal_of(checking, good.out, errors.ArchiveTooLarge, limits=limits)


def test_a_truncated_package_is_refused_wherever_it_is_cut(
    good: PackReport, tmp_path: Path, checking: Checking
) -> None:
    raw = good.out.read_bytes()
    for length in (0, 1, 21, 22, 100, len(raw) // 2, len(raw) - 22, len(raw) - 1):
        (tmp_path / "a.zip").write_bytes(raw[:length])
        refusal_of(checking, tmp_path / "a.zip", errors.BadArchive)


def test_no_file_a_folder_and_a_pipe_are_refused(tmp_path: Path, checking: Checking) -> None:
    import os

    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("none", "folder", "pipe"):
        refusal_of(checking, tmp_path / name, errors.BadArchive)


# --- rightly signed, and wrong ----------------------------------------------------------------


def replaced(name: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.update({name: data})


@pytest.mark.parametrize("raw", [b"", b"[]", b"nonsense", b'{"a":1,"a":2}', b"\xff" * 100])
def test_documents_that_are_no_json_objects_are_refused(
    resigned: Any, checking: Checking, raw: bytes
) -> None:
    refusal_of(checking, resigned(replaced(QUALITY, raw)), errors.ManifestInvalid)


def test_a_profile_with_a_secret_half_is_refused(
    good: PackReport, resigned: Any, checking: Checking
) -> None:
    profile = json.loads(making.contents(good.out)[PROFILE])
    profile["secret"] = {"restricted_margin": 50.0}
    with pytest.raises(Refusal) as caught:
        checking(resigned(replaced(PROFILE, json.dumps(profile).encode())))
    assert caught.value.code == "profile_invalid" or "profile" in caught.value.code


def test_profile_and_manifest_must_be_of_one_layer(resigned: Any, checking: Checking) -> None:
    refusal_of(checking, resigned(layer="another"), errors.LayerMismatch)


def test_counts_and_systems_must_agree(resigned: Any, checking: Checking) -> None:
    refusal_of(checking, resigned(feature_count=15), errors.ManifestInvalid)
    refusal_of(checking, resigned(crs="EPSG:4548"), errors.ManifestInvalid)


def test_features_that_are_no_flatgeobuf_are_refused(resigned: Any, checking: Checking) -> None:
    for data in (b"", b"nonsense", b'{"type":"FeatureCollection","features":[]}'):
        refusal_of(checking, resigned(replaced(FEATURES, data)), errors.SourceUnreadable)


def features_of(
    good: PackReport, tmp_path: Path, profile: dict[str, Any], **columns: list[Any]
) -> bytes:
    """A feature file as a careless internal node might have written it."""
    rows = len(next(iter(columns.values())))
    geometry = np.array(
        [shapely.Polygon(making.square(n % 4, n // 4)[0]) for n in range(rows)], dtype=object
    )
    arrays = {name: np.array(values, dtype=object) for name, values in columns.items()}
    path = tmp_path / "features.fgb"
    write_features(path, FeatureTable(geometry, arrays, making.CRS, ""), parse_public(profile))
    return path.read_bytes()


def test_a_rightly_signed_package_above_the_floor_is_refused(
    good: PackReport, resigned: Any, checking: Checking
) -> None:
    profile = json.loads(making.contents(good.out)[PROFILE])
    profile["ground"]["grid"] = 1.0
    package = resigned(replaced(PROFILE, json.dumps(profile).encode()))
    refusal = refusal_of(checking, package, errors.AboveFloor)
    assert refusal.code == "above_floor"
    assert refusal.as_dict()["report"]["findings"]


def test_a_rightly_signed_package_that_carries_owners_is_refused(
    good: PackReport, resigned: Any, checking: Checking, tmp_path: Path
) -> None:
    allowed = json.loads(making.contents(good.out)[PROFILE])
    owner = {"name": "owner", "title": "权利人", "source": "QSDW", "type": "text", "rule": "scrub"}
    generous = allowed | {"attribute": [*allowed["attribute"], owner]}
    data = features_of(
        good,
        tmp_path,
        generous,
        code=["0901"] * 16,
        far=[1.0] * 16,
        owner=["某某，13812345678"] * 16,
    )
    for profile in (allowed, generous):
        change = {FEATURES: data, PROFILE: json.dumps(profile).encode()}
        package = resigned(lambda files, c=change: files.update(c))
        refusal = refusal_of(checking, package, errors.AboveFloor)
        assert "13812345678" not in str(refusal.as_dict())


def test_values_beyond_the_profile_are_refused(
    good: PackReport, resigned: Any, checking: Checking, tmp_path: Path
) -> None:
    profile = json.loads(making.contents(good.out)[PROFILE])
    data = features_of(good, tmp_path, profile, code=["0901"] * 15 + ["9999"], far=[1.0] * 16)
    with pytest.raises((errors.AboveFloor, errors.QualityFailed)):
        checking(resigned(replaced(FEATURES, data)))


def test_geometry_off_the_grid_is_refused(
    good: PackReport, resigned: Any, checking: Checking, tmp_path: Path
) -> None:
    profile = parse_public(json.loads(making.contents(good.out)[PROFILE]))
    geometry = np.array([shapely.box(500_000.5, 3_400_000.5, 500_200, 3_400_200)], dtype=object)
    columns = {
        "code": np.array(["0901"], dtype=object),
        "far": np.array([1.0], dtype=object),
    }
    path = tmp_path / "off.fgb"
    write_features(path, FeatureTable(geometry, columns, making.CRS, ""), profile)
    package = resigned(replaced(FEATURES, path.read_bytes()), feature_count=1)
    refusal_of(checking, package, errors.AboveFloor)


def test_the_audit_is_the_callers_when_only_opened(
    good: PackReport, signers: Signers, tmp_path: Path
) -> None:
    package = open_package(good.out, trust=signers.trust, now=making.NOW, workdir=tmp_path)
    assert package.quality["public"]["passed"]
    assert package.audit["internal"]["passed"]
    assert parse_profile(package.profile.public()).secret is None
    assert list(tmp_path.iterdir()) == []


# --- any damage -------------------------------------------------------------------------------


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_damage_to_the_bytes_is_refused(
    good: PackReport, signers: Signers, tmp_path: Path, data: st.DataObject
) -> None:
    raw = bytearray(good.out.read_bytes())
    before = making.contents(good.out)
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(raw)
    try:
        open_package(damaged, trust=signers.trust, now=making.NOW, workdir=tmp_path)
    except Refusal:
        return
    assert making.contents(damaged) == before


def test_a_second_directory_does_not_show_other_files(
    good: PackReport, tmp_path: Path, checking: Checking
) -> None:
    """Two zips in one file: readers must not disagree about which one counts."""
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("other", b"x")
    comment = other.getvalue()
    raw = bytearray(good.out.read_bytes())
    raw[-2:] = struct.pack("<H", len(comment))
    (tmp_path / "a.zip").write_bytes(bytes(raw) + comment)
    with pytest.raises((errors.UnexpectedFile, errors.BadArchive)):
        checking(tmp_path / "a.zip")
