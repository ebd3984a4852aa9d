from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiles.packages.conftest import Signers
from tiles.desensitise.errors import Refusal
from tiles.packages.errors import (
    BadSignature,
    ManifestInvalid,
    SameKeyTwice,
    TooFewSignatures,
    UnknownKey,
)
from tiles.packages.keys import TrustStore, load_private_key
from tiles.packages.signing import sign_manifest, verify_signatures

MANIFEST = b'{"any": "bytes"}'


def signed(signers: Signers, count: int) -> bytes:
    return sign_manifest(MANIFEST, [load_private_key(path) for path in signers.keys[:count]])


def test_two_different_signatures_hold(signers: Signers) -> None:
    assert verify_signatures(MANIFEST, signed(signers, 2), signers.trust) == ("one", "two")


def test_one_signature_of_the_needed_two_is_refused(signers: Signers) -> None:
    with pytest.raises(TooFewSignatures) as caught:
        verify_signatures(MANIFEST, signed(signers, 1), signers.trust)
    assert caught.value.code == "too_few_signatures"


def test_the_same_key_twice_is_not_two_people(signers: Signers) -> None:
    document = json.loads(signed(signers, 1))
    document["signatures"] *= 2
    with pytest.raises(SameKeyTwice):
        verify_signatures(MANIFEST, json.dumps(document).encode(), signers.trust)


def test_nobody_signs_twice(signers: Signers) -> None:
    with pytest.raises(SameKeyTwice):
        sign_manifest(MANIFEST, [load_private_key(signers.keys[0])] * 2)


def test_a_third_unknown_signature_spoils_two_good_ones(signers: Signers) -> None:
    known = dict(list(signers.trust.keys.items())[:2])
    with pytest.raises(UnknownKey):
        verify_signatures(MANIFEST, signed(signers, 3), TrustStore(2, known))


def test_a_changed_manifest_is_refused(signers: Signers) -> None:
    with pytest.raises(BadSignature):
        verify_signatures(MANIFEST + b" ", signed(signers, 2), signers.trust)


def test_a_bare_signature_of_the_bytes_does_not_count(signers: Signers) -> None:
    """The signature is over a prefix of its own purpose, so it cannot be lifted from elsewhere."""
    document = json.loads(signed(signers, 2))
    key = load_private_key(signers.keys[0])
    bare = base64.b64encode(key.sign(MANIFEST)).decode()
    document["signatures"][0]["signature"] = bare
    with pytest.raises(BadSignature):
        verify_signatures(MANIFEST, json.dumps(document).encode(), signers.trust)


@pytest.mark.parametrize(
    "signatures",
    [
        b"",
        b"[]",
        b"{}",
        b'{"signatures": 1}',
        b'{"signatures": [1]}',
        b'{"signatures": [{}]}',
        b'{"signatures": [{"key_id": 1, "algorithm": "ed25519", "signature": ""}]}',
        b'{"signatures": [{"key_id": "a", "algorithm": "none", "signature": ""}]}',
        b'{"signatures": [{"key_id": "a", "algorithm": "ed25519", "signature": "*"}]}',
        b'{"signatures": [], "signatures": []}',
    ],
)
def test_signatures_of_another_form_are_refused(signers: Signers, signatures: bytes) -> None:
    with pytest.raises(ManifestInvalid):
        verify_signatures(MANIFEST, signatures, signers.trust)


def test_no_signature_at_all_is_too_few(signers: Signers) -> None:
    with pytest.raises(TooFewSignatures):
        verify_signatures(MANIFEST, b'{"signatures": []}', signers.trust)


_JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
)


@given(document=st.dictionaries(st.sampled_from(["signatures", "x"]), _JSON))
def test_any_json_is_only_ever_refused(signers: Signers, document: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        verify_signatures(MANIFEST, json.dumps(document).encode(), signers.trust)
