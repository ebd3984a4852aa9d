from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiles.packages.making import NOW, example_manifest
from tiles.packages.errors import Expired, ManifestInvalid, NotYetValid, OlderVersion
from tiles.packages.manifest import check_term, check_version, default_version, parse_manifest


def test_a_manifest_is_read_back_as_it_was_written() -> None:
    manifest = example_manifest()
    assert parse_manifest(manifest.to_bytes()) == manifest


def test_the_default_version_grows_with_time() -> None:
    assert default_version(NOW) == 20261122080000
    assert default_version(NOW + timedelta(seconds=1)) > default_version(NOW)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", "another"),
        ("format_version", 2),
        ("format_version", True),
        ("layer", "../landuse"),
        ("layer", "landuse\n"),
        ("layer", None),
        ("version", 0),
        ("version", -1),
        ("version", 1.5),
        ("version", "20261122"),
        ("version", True),
        ("version", 10**19),
        ("created", "2026-11-22"),
        ("created", "2026-11-22T08:00:00+08:00"),
        ("created", "2026-02-30T08:00:00Z"),
        ("created", 5),
        ("expires", "2026-11-22T08:00:00Z"),
        ("feature_count", -1),
        ("feature_count", 2**60),
        ("crs", "EPSG:4547; DROP"),
        ("crs", "PROJCS[...]"),
        ("files", []),
        ("files", {}),
        ("files", None),
        ("comment", "one key too many"),
    ],
)
def test_anything_not_of_the_form_is_refused(key: str, value: object) -> None:
    document = json.loads(example_manifest().to_bytes()) | {key: value}
    with pytest.raises(ManifestInvalid):
        parse_manifest(json.dumps(document).encode())


@pytest.mark.parametrize("key", list(json.loads(example_manifest().to_bytes())))
def test_a_missing_key_is_refused(key: str) -> None:
    document = json.loads(example_manifest().to_bytes())
    del document[key]
    with pytest.raises(ManifestInvalid):
        parse_manifest(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("path", "../features.fgb"),
        ("path", "quality.json"),
        ("path", ["features.fgb"]),
        ("sha256", "0" * 63),
        ("sha256", "G" * 64),
        ("size", -1),
        ("size", "1"),
        ("mode", 0),
    ],
)
def test_a_file_entry_not_of_the_form_is_refused(key: str, value: object) -> None:
    document = json.loads(example_manifest().to_bytes())
    document["files"][0][key] = value
    with pytest.raises(ManifestInvalid):
        parse_manifest(json.dumps(document).encode())


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe", b"[]", b"null", b'{"a": NaN}', b"[" * 100_000, b'{"a":1,"a":2}']
)
def test_what_is_no_json_object_is_refused(raw: bytes) -> None:
    with pytest.raises(ManifestInvalid):
        parse_manifest(raw)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(ManifestInvalid):
        parse_manifest(raw)


_VALUES: Any = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.lists(
        st.dictionaries(st.sampled_from(["path", "sha256", "size"]), st.text() | st.integers())
    )
)


@given(key=st.sampled_from(sorted(json.loads(example_manifest().to_bytes()))), value=_VALUES)
def test_any_value_in_any_place_is_accepted_in_form_or_refused(key: str, value: Any) -> None:
    document = json.loads(example_manifest().to_bytes()) | {key: value}
    raw = json.dumps(document).encode()
    try:
        manifest = parse_manifest(raw)
    except ManifestInvalid:
        return
    assert json.loads(manifest.to_bytes()) == document


def test_an_expired_package_is_refused() -> None:
    manifest = example_manifest()
    check_term(manifest, manifest.expires - timedelta(seconds=1))
    with pytest.raises(Expired):
        check_term(manifest, manifest.expires)


def test_a_package_from_the_future_is_refused_but_not_for_a_clock_a_little_slow() -> None:
    manifest = example_manifest()
    check_term(manifest, manifest.created - timedelta(minutes=9))
    with pytest.raises(NotYetValid):
        check_term(manifest, manifest.created - timedelta(minutes=11))


@pytest.mark.parametrize("latest", [20261122080000, 20261122080001])
def test_a_version_not_newer_is_refused(latest: int) -> None:
    check_version(example_manifest(), latest - 10)
    check_version(example_manifest(), None)
    with pytest.raises(OlderVersion):
        check_version(example_manifest(), latest)
