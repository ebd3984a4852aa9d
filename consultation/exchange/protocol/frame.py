"""The frame (数据帧): one UDP payload with one RaptorQ symbol.

Big-endian. 0: magic ``CX``; 2: version; 3: kind; 4: object id, BLAKE2b-128 of the whole object;
20: length of the object; 28: size of a symbol; 30: RaptorQ payload id, one byte of source block
(always 0) and three of symbol; 34: symbol; 1426: authentication code, BLAKE2s-128 over all before
it, keyed with the link key. 1,442 bytes in all.

Everything is checked here before the RaptorQ decoder sees a byte: it ends the process on a packet
of another size, sets memory aside for any length that it is told, and one forged symbol spoils
the whole object.
"""

from __future__ import annotations

import hmac
import struct
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b, blake2s

from .errors import FrameForged, FrameInvalid
from .sizes import BUCKETS, FRAME_BYTES, MAC_BYTES, MANIFEST_BYTES, SYMBOL_BYTES

MAGIC = b"CX"
VERSION = 1
OBJECT_ID_BYTES = 16
LINK_KEY_BYTES = 32
_HEADER = struct.Struct(">2sBB16sQH4s")
_PERSON = b"cx-frame"
_SIGNED = FRAME_BYTES - MAC_BYTES


class Kind(IntEnum):
    """What an object is: an envelope, or the signed manifest of a slot."""

    ENVELOPE = 0
    MANIFEST = 1


LENGTHS = {Kind.ENVELOPE: frozenset(BUCKETS), Kind.MANIFEST: frozenset({MANIFEST_BYTES})}


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame whose authentication code fits. ``packet`` is what the RaptorQ decoder takes."""

    kind: Kind
    object_id: bytes
    length: int
    packet: bytes


def object_id(data: bytes) -> bytes:
    """BLAKE2b-128 of the whole object (RFC 7693)."""
    return blake2b(data, digest_size=OBJECT_ID_BYTES).digest()


def build_frames(
    kind: Kind, identifier: bytes, length: int, packets: list[bytes], link_key: bytes
) -> list[bytes]:
    """The frames of one object, in the order of ``packets`` (RaptorQ payload id and symbol)."""
    start = _HEADER.pack(MAGIC, VERSION, kind, identifier, length, SYMBOL_BYTES, b"")[:-4]
    # Keying once and copying is a third of the time of keying for each frame.
    keyed = blake2s(start, digest_size=MAC_BYTES, key=link_key, person=_PERSON)
    frames = []
    for packet in packets:
        code = keyed.copy()
        code.update(packet)
        frames.append(b"".join((start, packet, code.digest())))
    return frames


def parse_frame(datagram: bytes, link_key: bytes) -> Frame:
    """Check one datagram. Raises ``FrameInvalid`` or ``FrameForged``; allocates nothing before."""
    if len(datagram) != FRAME_BYTES:
        raise FrameInvalid(f"{len(datagram)} bytes, a frame has {FRAME_BYTES}")
    code = blake2s(datagram[:_SIGNED], digest_size=MAC_BYTES, key=link_key, person=_PERSON)
    if not hmac.compare_digest(code.digest(), datagram[_SIGNED:]):
        raise FrameForged("the authentication code does not fit")
    return _parse(datagram)


def _parse(datagram: bytes) -> Frame:
    magic, version, number, identifier, length, symbol, payload = _HEADER.unpack_from(datagram)
    if magic != MAGIC or version != VERSION:
        raise FrameInvalid("another protocol or version")
    if number not in Kind.__members__.values():
        raise FrameInvalid(f"unknown kind {number}")
    kind = Kind(number)
    if length not in LENGTHS[kind]:
        raise FrameInvalid(f"no object of this kind has {length} bytes")
    if symbol != SYMBOL_BYTES:
        raise FrameInvalid(f"symbols of {symbol} bytes")
    if payload[0] != 0:
        raise FrameInvalid(f"source block {payload[0]}; objects have one")
    return Frame(kind, identifier, length, datagram[_HEADER.size - 4 : _SIGNED])
