"""A datagram is checked whole before anything is made of it."""

from __future__ import annotations

import os
from hashlib import blake2s

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation.exchange.protocol.errors import FrameForged, FrameInvalid, ObjectDamaged
from consultation.exchange.protocol.fountain import Assembly, packets_of_pass
from consultation.exchange.protocol.frame import Frame, Kind, build_frames, object_id, parse_frame
from consultation.exchange.protocol.sizes import BUCKETS, FRAME_BYTES, MIB

KEY = bytes(range(32))
DATA = bytes(range(256)) * 64


def frames_of(data: bytes, pass_number: int = 0) -> list[bytes]:
    return build_frames(
        Kind.ENVELOPE, object_id(data), len(data), packets_of_pass(data, pass_number), KEY
    )


def authenticated(body: bytes) -> bytes:
    """What a holder of the link key could send, well-formed or not."""
    return body + blake2s(body, digest_size=16, key=KEY, person=b"cx-frame").digest()


def changed(frame: bytes, position: int, value: bytes) -> bytes:
    body = frame[:-16]
    return authenticated(body[:position] + value + body[position + len(value) :])


def collect(frames: list[bytes], data: bytes) -> bytes | None:
    assembly = Assembly(object_id(data), len(data))
    for frame in frames:
        if (found := assembly.add(parse_frame(frame, KEY))) is not None:
            return found
    return None


def test_a_frame_has_1442_bytes_and_comes_back() -> None:
    frames = frames_of(DATA)
    assert {len(frame) for frame in frames} == {FRAME_BYTES} == {1442}
    parsed = parse_frame(frames[0], KEY)
    assert (parsed.kind, parsed.object_id, parsed.length) == (
        Kind.ENVELOPE,
        object_id(DATA),
        16384,
    )


@pytest.mark.parametrize("size", [0, 3, 1441, 1443, 65507])
def test_a_datagram_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(FrameInvalid):
        parse_frame(os.urandom(size), KEY)


@pytest.mark.parametrize(
    ("position", "value"),
    [
        (0, b"XX"),
        (2, b"\x02"),
        (3, b"\x02"),
        (3, b"\x01"),  # a manifest of 16 KiB is one; see the test below
        (20, (0).to_bytes(8, "big")),
        (20, (2**40).to_bytes(8, "big")),
        (20, (64 * MIB + 1).to_bytes(8, "big")),
        (20, (16383).to_bytes(8, "big")),
        (28, (1400).to_bytes(2, "big")),
        (28, (0).to_bytes(2, "big")),
        (30, bytes([200])),
    ],
)
def test_a_field_out_of_its_bounds_is_refused_though_the_code_fits(
    position: int, value: bytes
) -> None:
    frame = changed(frames_of(DATA)[0], position, value)
    if (position, value) == (3, b"\x01"):
        assert parse_frame(frame, KEY).kind is Kind.MANIFEST
        return
    with pytest.raises(FrameInvalid):
        parse_frame(frame, KEY)


def test_a_manifest_has_one_length_only() -> None:
    frame = changed(frames_of(os.urandom(BUCKETS[1]))[0], 3, b"\x01")
    with pytest.raises(FrameInvalid):
        parse_frame(frame, KEY)


@given(bit=st.integers(0, FRAME_BYTES * 8 - 1))
def test_any_flipped_bit_is_found(bit: int) -> None:
    frame = bytearray(frames_of(DATA)[0])
    frame[bit // 8] ^= 1 << bit % 8
    with pytest.raises(FrameForged):
        parse_frame(bytes(frame), KEY)


def test_another_link_key_is_found() -> None:
    with pytest.raises(FrameForged):
        parse_frame(frames_of(DATA)[0], bytes(32))


@given(
    datagram=st.binary(max_size=1500) | st.binary(min_size=1426, max_size=1426).map(authenticated)
)
def test_no_bytes_end_the_parser(datagram: bytes) -> None:
    try:
        frame = parse_frame(datagram, KEY)
    except (FrameInvalid, FrameForged):
        return
    assert frame.length in BUCKETS


@given(packets=st.lists(st.binary(min_size=1396, max_size=1396), max_size=40))
def test_symbols_by_a_holder_of_the_key_end_no_decoder(packets: list[bytes]) -> None:
    assembly = Assembly(object_id(DATA), len(DATA))
    for packet in packets:
        frame = Frame(Kind.ENVELOPE, object_id(DATA), len(DATA), b"\x00" + packet[1:])
        try:
            assert assembly.add(frame) is None
        except ObjectDamaged:
            return


@pytest.mark.parametrize("bucket", BUCKETS)
def test_an_object_comes_back_from_repair_alone(bucket: int) -> None:
    data = os.urandom(bucket)
    repair_only = frames_of(data, pass_number=1)
    assert collect(repair_only, data) == data


def test_passes_never_send_a_symbol_twice() -> None:
    payload_ids = [
        frame[30:34] for number in range(4) for frame in frames_of(DATA, pass_number=number)
    ]
    assert len(set(payload_ids)) == len(payload_ids)


def test_doubled_frames_count_once_and_order_does_not_matter() -> None:
    frames = frames_of(DATA)[::-1]
    assert collect([frame for frame in frames[:11] for _ in range(3)], DATA) is None
    assert collect([frame for frame in frames for _ in range(3)], DATA) == DATA


def test_one_forged_symbol_is_told_by_the_hash() -> None:
    frames = frames_of(DATA)
    forged = changed(frames[0], 40, b"forged")
    with pytest.raises(ObjectDamaged):
        collect([forged, *frames[1:]], DATA)
