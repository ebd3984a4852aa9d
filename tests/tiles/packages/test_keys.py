from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiles.packages.errors import KeyInvalid
from tiles.packages.keys import load_private_key, load_trust, make_keys


def test_made_keys_are_private_and_belong_to_the_trust_file(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys", ("one", "two"))
    trust = load_trust(tmp_path / "keys" / "trust.json")
    assert trust.threshold == 2
    assert [key.name for key in trust.keys.values()] == ["one", "two"]
    for name in ("one", "two"):
        path = tmp_path / "keys" / f"{name}.key.pem"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        load_private_key(path)


def test_keys_are_never_overwritten(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys", ("one",))
    before = (tmp_path / "keys" / "one.key.pem").read_bytes()
    with pytest.raises(KeyInvalid):
        make_keys(tmp_path / "keys", ("one", "two"))
    assert (tmp_path / "keys" / "one.key.pem").read_bytes() == before
    assert not (tmp_path / "keys" / "two.key.pem").exists()


@pytest.mark.parametrize("names", [(), ("a", "a"), ("../a",), ("a b",), ("",)])
def test_names_that_are_no_file_names_are_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(KeyInvalid):
        make_keys(tmp_path / "keys", names)
    assert not (tmp_path / "keys").exists()


def test_other_files_are_no_keys(tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_text("-----BEGIN PRIVATE KEY-----\nnonsense\n")
    for path in (tmp_path / "a.pem", tmp_path / "none.pem"):
        with pytest.raises(KeyInvalid):
            load_private_key(path)


def _changed(document: dict, key: str, value: object) -> dict:
    return document | {key: value}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("threshold", 0),
        ("threshold", 3),
        ("threshold", True),
        ("threshold", "2"),
        ("keys", []),
        ("keys", "all"),
        ("extra", 1),
    ],
)
def test_a_trust_file_must_be_exactly_of_its_form(tmp_path: Path, key: str, value: object) -> None:
    make_keys(tmp_path / "keys", ("one", "two"))
    path = tmp_path / "keys" / "trust.json"
    path.write_text(json.dumps(_changed(json.loads(path.read_text()), key, value)))
    with pytest.raises(KeyInvalid):
        load_trust(path)


def test_one_key_cannot_stand_for_two_people(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys", ("one", "two"))
    path = tmp_path / "keys" / "trust.json"
    document = json.loads(path.read_text())
    document["keys"][1] = document["keys"][0] | {"name": "two"}
    path.write_text(json.dumps(document))
    with pytest.raises(KeyInvalid):
        load_trust(path)


def test_an_id_that_is_not_the_keys_is_refused(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys", ("one", "two"))
    path = tmp_path / "keys" / "trust.json"
    document = json.loads(path.read_text())
    document["keys"][0]["id"] = "0" * 16
    path.write_text(json.dumps(document))
    with pytest.raises(KeyInvalid):
        load_trust(path)


@given(raw=st.binary(max_size=200))
def test_any_bytes_are_a_trust_file_or_refused(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any-trust.json"
    path.write_bytes(raw)
    with pytest.raises(KeyInvalid):
        load_trust(path)
