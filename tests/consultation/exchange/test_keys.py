"""Whom things are sealed to is said by two of three roots, for a month, and by nobody else."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from consultation.exchange.keys.ceremony import (
    ROOT_NAMES,
    deliver,
    make_link_key,
    make_recipient,
    make_roots,
    read_link_key,
)
from consultation.exchange.keys.errors import KeyRefused, NoRecipient
from consultation.exchange.keys.ring import destroy_openers, openers_in, recipient_at
from consultation.exchange.keys.statement import Statement, sign, verify
from consultation.exchange.protocol.envelope import open_envelope, seal
from tiles.packages.errors import BadSignature, SameKeyTwice, TooFewSignatures, UnknownKey
from tiles.packages.keys import TrustStore, load_private_key, load_trust

NOVEMBER = datetime(2026, 11, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def root_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("roots")
    make_roots(folder)
    return folder


@pytest.fixture(scope="module")
def roots(root_folder: Path) -> list[Ed25519PrivateKey]:
    return [load_private_key(root_folder / f"{name}.key.pem") for name in ROOT_NAMES]


@pytest.fixture(scope="module")
def trust(root_folder: Path) -> TrustStore:
    return load_trust(root_folder / "trust.json")


@pytest.fixture
def private(tmp_path: Path) -> Path:
    return tmp_path / "private"


@pytest.fixture
def delivered(tmp_path: Path) -> Path:
    return tmp_path / "delivered"


@pytest.mark.parametrize("suite", [1, 2])
def test_a_month_from_the_ceremony_to_an_opened_envelope(
    private: Path,
    delivered: Path,
    roots: list[Ed25519PrivateKey],
    trust: TrustStore,
    suite: int,
) -> None:
    deliver(make_recipient(private, 202611, suite), roots[:2], delivered)
    to = recipient_at(delivered, trust, NOVEMBER)
    assert (to.sealer.suite, to.epoch) == (suite, 202611)
    assert open_envelope(seal(b"content", to), openers_in(private)) == b"content"


def test_the_newest_key_in_force_is_taken_and_the_wanted_suite(
    private: Path, delivered: Path, roots: list[Ed25519PrivateKey], trust: TrustStore
) -> None:
    for epoch, suite in ((202610, 1), (202611, 1), (202612, 1), (202611, 2)):
        deliver(make_recipient(private, epoch, suite), roots[1:], delivered)
    assert recipient_at(delivered, trust, NOVEMBER).epoch == 202611
    assert recipient_at(delivered, trust, NOVEMBER, (2, 1)).sealer.suite == 2
    # In the days of overlap the new month's key is taken, and the old one still where it is late.
    assert recipient_at(delivered, trust, datetime(2026, 12, 3, tzinfo=UTC)).epoch == 202612
    (delivered / "recipient-202612-1.json").unlink()
    assert recipient_at(delivered, trust, datetime(2026, 12, 3, tzinfo=UTC)).epoch == 202611


def test_without_a_key_in_force_nothing_is_sealed(
    private: Path, delivered: Path, roots: list[Ed25519PrivateKey], trust: TrustStore
) -> None:
    deliver(make_recipient(private, 202601, 1), roots[:2], delivered)
    with pytest.raises(NoRecipient, match="没有有效的收件公钥"):
        recipient_at(delivered, trust, NOVEMBER)


def test_one_root_alone_says_nothing(
    private: Path, roots: list[Ed25519PrivateKey], trust: TrustStore
) -> None:
    statement = make_recipient(private, 202611, 1)
    with pytest.raises(TooFewSignatures):
        verify(sign(statement, roots[:1]), trust)
    with pytest.raises(SameKeyTwice):
        sign(statement, [roots[0], roots[0]])
    with pytest.raises(UnknownKey):
        verify(sign(statement, [roots[0], Ed25519PrivateKey.generate()]), trust)


def test_a_changed_statement_is_refused_and_so_is_its_folder(
    private: Path, delivered: Path, roots: list[Ed25519PrivateKey], trust: TrustStore
) -> None:
    path = deliver(make_recipient(private, 202611, 1), roots[:2], delivered)
    document = json.loads(path.read_text())
    text = base64.b64decode(document["statement"]).replace(b"2026-12-08", b"2036-12-08")
    document["statement"] = base64.b64encode(text).decode()
    path.write_text(json.dumps(document))
    with pytest.raises(BadSignature):
        recipient_at(delivered, trust, NOVEMBER)


def test_a_signature_over_a_release_is_none_over_a_key(
    private: Path, roots: list[Ed25519PrivateKey], trust: TrustStore
) -> None:
    from tiles.packages.signing import sign_manifest

    raw = make_recipient(private, 202611, 1).to_bytes()
    document = {
        "statement": base64.b64encode(raw).decode(),
        "signatures": sign_manifest(raw, roots[:2]).decode(),
    }
    with pytest.raises(BadSignature):
        verify(json.dumps(document).encode(), trust)


@pytest.mark.parametrize(
    "change",
    [
        {"suite": 3},
        {"suite": True},
        {"epoch": 12},
        {"public_key": "AAAA"},
        {"public_key": "?"},
        {"not_after": "2026-11-01T00:00:00Z"},
        {"not_before": "November"},
        {"format": "other"},
        {"extra": 1},
    ],
)
def test_what_the_roots_signed_must_make_sense_all_the_same(
    private: Path,
    roots: list[Ed25519PrivateKey],
    trust: TrustStore,
    change: dict[str, object],
) -> None:
    class Changed(Statement):
        def to_bytes(self) -> bytes:
            return json.dumps(json.loads(super().to_bytes()) | change).encode()

    made = make_recipient(private, 202611, 1)
    changed = Changed(**vars(made))
    with pytest.raises(KeyRefused):
        verify(sign(changed, roots[:2]), trust)


@given(raw=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_no_bytes_end_the_parser(raw: bytes) -> None:
    with pytest.raises(KeyRefused):
        verify(raw, TrustStore(1, {}))


def test_private_keys_are_destroyed_sixty_days_after_their_month(
    private: Path, roots: list[Ed25519PrivateKey]
) -> None:
    statements = [make_recipient(private, epoch, 1) for epoch in (202608, 202611)]
    before = NOVEMBER - timedelta(days=60)
    assert destroy_openers(private, statements, before) == ["recipient-202608-1.key"]
    assert list(openers_in(private)) == [(1, 202611)]


def test_keys_are_never_overwritten_and_readable_by_their_owner_only(private: Path) -> None:
    make_recipient(private, 202611, 1)
    link = make_link_key(private)
    for again in (lambda: make_recipient(private, 202611, 1), lambda: make_link_key(private)):
        with pytest.raises(KeyRefused, match="already"):
            again()
    assert len(read_link_key(link)) == 32
    assert {path.stat().st_mode & 0o777 for path in private.iterdir()} == {0o600}


@pytest.mark.parametrize("text", ["", "00", "zz" * 32, "00" * 33])
def test_a_link_key_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "link.key"
    path.write_text(text)
    with pytest.raises(KeyRefused, match=r"link\.key"):
        read_link_key(path)


@pytest.mark.parametrize(("epoch", "suite"), [(202613, 1), (202600, 1), (12, 1), (202611, 3)])
def test_no_key_for_a_month_or_suite_that_does_not_exist(
    private: Path, epoch: int, suite: int
) -> None:
    with pytest.raises(KeyRefused):
        make_recipient(private, epoch, suite)
    assert not list(private.glob("*.key"))
