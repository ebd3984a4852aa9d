"""The manifest of a slot: signed, of one size, and nothing in it can be overlooked."""

from __future__ import annotations

import dataclasses
import os

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from consultation.exchange.protocol.errors import ManifestForged, ManifestInvalid
from consultation.exchange.protocol.manifest import (
    FIRST,
    MAX_OBJECTS,
    Entry,
    Manifest,
    hash_of,
    sign,
    verify,
)
from consultation.exchange.protocol.sizes import BUCKETS, MANIFEST_BYTES

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KNOWN = [KEY.public_key()]
ENTRIES = tuple(Entry(os.urandom(16), BUCKETS[number % 5]) for number in range(12))
MANIFEST = Manifest(bytes(16), 82_345, 21_600, FIRST, ENTRIES)
SIGNED = MANIFEST_BYTES - 64


def signed_again(body: bytes) -> bytes:
    """What a holder of the sender's key could send, well-formed or not."""
    return body + KEY.sign(body)


def test_a_manifest_comes_back_in_the_order_of_ids() -> None:
    raw = sign(MANIFEST, KEY)
    assert len(raw) == MANIFEST_BYTES
    ordered = tuple(sorted(ENTRIES, key=lambda entry: entry.object_id))
    assert verify(raw, KNOWN) == dataclasses.replace(MANIFEST, entries=ordered)


def test_the_order_in_which_objects_came_leaves_no_trace() -> None:
    other = dataclasses.replace(MANIFEST, entries=ENTRIES[::-1])
    assert sign(other, KEY) == sign(MANIFEST, KEY)


def test_manifests_are_chained_by_the_hash_of_the_whole() -> None:
    first = sign(MANIFEST, KEY)
    second = dataclasses.replace(MANIFEST, slot=82_346, previous=hash_of(first))
    assert verify(sign(second, KEY), KNOWN).previous == hash_of(first)


def test_a_stranger_signs_nothing() -> None:
    with pytest.raises(ManifestForged):
        verify(sign(MANIFEST, Ed25519PrivateKey.generate()), KNOWN)
    with pytest.raises(ManifestForged):
        verify(sign(MANIFEST, KEY), [])


@given(bit=st.integers(0, MANIFEST_BYTES * 8 - 1))
def test_any_flipped_bit_is_found(bit: int) -> None:
    raw = bytearray(RAW)
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ManifestForged):
        verify(bytes(raw), KNOWN)


@pytest.mark.parametrize("size", [0, 1, MANIFEST_BYTES - 1, MANIFEST_BYTES + 1])
def test_a_manifest_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ManifestInvalid):
        verify(RAW[:size].ljust(size, b"\0"), KNOWN)


@pytest.mark.parametrize(
    ("position", "value"),
    [
        (0, b"CXM2"),
        (28, bytes(4)),
        (28, (8 * 24 * 3600).to_bytes(4, "big")),
        (64, (MAX_OBJECTS + 1).to_bytes(2, "big")),
        (64, (11).to_bytes(2, "big")),
        (64, (13).to_bytes(2, "big")),
        (66, b"\xff" * 16),
        (82, (12345).to_bytes(8, "big")),
        (SIGNED - 1, b"x"),
    ],
)
def test_a_field_out_of_its_bounds_is_refused_though_the_signature_fits(
    position: int, value: bytes
) -> None:
    body = RAW[:position] + value + RAW[position + len(value) : SIGNED]
    with pytest.raises(ManifestInvalid):
        verify(signed_again(body[:SIGNED]), KNOWN)


def test_more_objects_than_fit_are_refused_by_the_sender() -> None:
    many = tuple(Entry(os.urandom(16), BUCKETS[0]) for _ in range(MAX_OBJECTS + 1))
    with pytest.raises(ValueError, match="takes"):
        sign(dataclasses.replace(MANIFEST, entries=many), KEY)
    assert len(verify(sign(dataclasses.replace(MANIFEST, entries=many[1:]), KEY), KNOWN).entries)


@given(body=st.binary(max_size=300))
def test_no_signed_bytes_end_the_parser(body: bytes) -> None:
    for start in (b"", b"CXM1"):
        try:
            verify(signed_again((start + body).ljust(SIGNED, b"\0")), KNOWN)
        except ManifestInvalid:
            continue


RAW = sign(MANIFEST, KEY)
