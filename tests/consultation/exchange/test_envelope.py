"""What is sealed can be opened by the internal node alone, and tells nobody else its size."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation.exchange.protocol.envelope import (
    Recipient,
    bucket_for,
    capacity,
    open_envelope,
    read_header,
    seal,
)
from consultation.exchange.protocol.errors import (
    ContentInvalid,
    EnvelopeInvalid,
    ExchangeError,
    TooLarge,
    UnknownEpoch,
    WrongKey,
)
from consultation.exchange.protocol.sizes import BUCKETS
from consultation.exchange.protocol.suites import (
    HpkeOpener,
    HpkeSealer,
    Opener,
    Sealer,
    SmOpener,
    SmSealer,
)

EPOCH = 202611


@dataclass(frozen=True)
class Pair:
    sealer: Sealer
    opener: Opener

    @property
    def to(self) -> Recipient:
        return Recipient(self.sealer, EPOCH)

    def opened(self, envelope: bytes) -> bytes:
        return open_envelope(envelope, {(self.sealer.suite, EPOCH): self.opener})


def hpke() -> Pair:
    opener = HpkeOpener.generate()
    return Pair(HpkeSealer(opener.public_key()), opener)


def sm() -> Pair:
    opener = SmOpener.generate()
    return Pair(SmSealer(opener.public_key()), opener)


@pytest.fixture(params=[hpke, sm], ids=["suite 1", "suite 2"])
def pair(request: pytest.FixtureRequest) -> Pair:
    made: Pair = request.param()
    return made


@pytest.mark.parametrize("bucket", BUCKETS)
def test_an_envelope_has_the_size_of_its_bucket_whatever_it_holds(pair: Pair, bucket: int) -> None:
    room = capacity(pair.sealer, bucket)
    for content in (b"", os.urandom(room)):
        envelope = seal(content, pair.to, bucket)
        assert len(envelope) == bucket
        assert pair.opened(envelope) == content


def test_the_smallest_bucket_is_taken_and_nothing_larger_than_the_largest(pair: Pair) -> None:
    for smaller, larger in pairwise(BUCKETS):
        assert bucket_for(pair.sealer, capacity(pair.sealer, smaller)) == smaller
        assert bucket_for(pair.sealer, capacity(pair.sealer, smaller) + 1) == larger
    with pytest.raises(TooLarge):
        bucket_for(pair.sealer, capacity(pair.sealer, BUCKETS[-1]) + 1)
    with pytest.raises(TooLarge):
        seal(bytes(BUCKETS[0]), pair.to, BUCKETS[0])


def test_the_header_says_suite_and_epoch_only(pair: Pair) -> None:
    one, other = (seal(b"same", pair.to) for _ in range(2))
    assert read_header(one) == (pair.sealer.suite, EPOCH)
    assert one[:12] == other[:12]
    same = sum(a == b for a, b in zip(one[12:], other[12:], strict=True))
    assert same < len(one) / 256 * 1.5


@pytest.mark.parametrize("position", [4, 8, 11, 12, 100, 2000, -1, -17])
def test_a_changed_byte_is_found(pair: Pair, position: int) -> None:
    envelope = bytearray(seal(b"content", pair.to))
    envelope[position] ^= 1
    openers = {(suite, EPOCH ^ bit): pair.opener for suite in range(6) for bit in (0, 1, 1 << 24)}
    with pytest.raises(WrongKey):
        open_envelope(bytes(envelope), openers)


def test_another_key_opens_nothing(pair: Pair) -> None:
    other = (hpke if pair.sealer.suite == 1 else sm)()
    with pytest.raises(WrongKey):
        Pair(pair.sealer, other.opener).opened(seal(b"content", pair.to))


def test_a_key_that_was_destroyed_is_told_apart_from_a_wrong_one(pair: Pair) -> None:
    with pytest.raises(UnknownEpoch):
        open_envelope(
            seal(b"content", Recipient(pair.sealer, EPOCH - 1)), {(1, EPOCH): pair.opener}
        )


def test_padding_that_is_not_zero_is_refused(pair: Pair) -> None:
    envelope = seal(b"content", pair.to)
    header, room = envelope[:12], capacity(pair.sealer, BUCKETS[0])
    for length, padding in ((3, b"hidden"), (room + 1, b"")):
        text = length.to_bytes(8, "big") + (b"abc" + padding).ljust(room, b"\0")
        with pytest.raises(ContentInvalid):
            pair.opened(header + pair.sealer.seal(text, header))


@given(data=st.binary(max_size=200))
def test_no_bytes_end_the_parser(data: bytes) -> None:
    for envelope in (data, data.ljust(BUCKETS[0], b"\0"), (b"CXE1" + data).ljust(BUCKETS[0], b"1")):
        with pytest.raises(ExchangeError):
            open_envelope(envelope, {(1, EPOCH): FIXED.opener, (2, EPOCH): FIXED_SM.opener})


@given(data=st.binary(max_size=300), suite=st.sampled_from([1, 2]))
def test_no_sealed_bytes_end_the_openers(data: bytes, suite: int) -> None:
    pair = FIXED if suite == 1 else FIXED_SM
    header = b"CXE1" + bytes([suite, 0, 0, 0]) + EPOCH.to_bytes(4, "big")
    with pytest.raises((WrongKey, EnvelopeInvalid)):
        pair.opened((header + data).ljust(BUCKETS[0], b"\x55"))


@pytest.mark.parametrize(("sealer", "length"), [(HpkeSealer, 1215), (SmSealer, 65)])
def test_a_public_key_of_another_length_is_refused(sealer: type, length: int) -> None:
    with pytest.raises(ValueError, match="public key"):
        sealer(bytes(length))


def test_sm2_ciphertexts_keep_their_length_whatever_the_coordinates() -> None:
    """The library's DER form varies by some bytes; a size that varies would tell."""
    lengths = {len(FIXED_SM.sealer.seal(b"x" * 100, b"")) for _ in range(300)}
    assert lengths == {100 + SmSealer.overhead}


FIXED, FIXED_SM = hpke(), sm()
