"""The slot manifest (时隙清单): what was sent in one slot, signed by the sender.

Big-endian, 16 KiB. 0: magic ``CXM1``; 4: stream id (16 bytes, random, a new one when the sender's
memory was lost or restored); 20: slot number, 8 bytes, the time since 1970 divided by the slot's
length; 28: length of a slot in seconds, 4; 32: SHA-256 of the previous manifest of the stream (zero
bytes for the first); 64: number of objects, 2; then for each its id (16) and its length (8), in
the order of ids; zero bytes; the last 64: Ed25519 (RFC 8032) over all before them.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .errors import ManifestForged, ManifestInvalid
from .sizes import BUCKETS, MANIFEST_BYTES

MAGIC = b"CXM1"
STREAM_ID_BYTES = 16
FIRST = bytes(32)
_HEAD = struct.Struct(">4s16sQI32sH")
_ENTRY = struct.Struct(">16sQ")
_SIGNATURE_BYTES = 64
_SIGNED = MANIFEST_BYTES - _SIGNATURE_BYTES
MAX_OBJECTS = (_SIGNED - _HEAD.size) // _ENTRY.size
MAX_SLOT_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True)
class Entry:
    """An object of the slot; ``length`` in bytes, one of the buckets."""

    object_id: bytes
    length: int


@dataclass(frozen=True)
class Manifest:
    """A slot's manifest, parsed. ``slot`` times ``slot_seconds`` is its beginning since 1970."""

    stream_id: bytes
    slot: int
    slot_seconds: int
    previous: bytes
    entries: tuple[Entry, ...]


def hash_of(raw: bytes) -> bytes:
    """What the next manifest of the stream names as its previous one."""
    return hashlib.sha256(raw).digest()


def sign(manifest: Manifest, key: Ed25519PrivateKey) -> bytes:
    """The 16 KiB that are sent. The order of entries is that of ids, whatever is given."""
    entries = sorted(manifest.entries, key=lambda entry: entry.object_id)
    if len(entries) > MAX_OBJECTS:
        raise ValueError(f"{len(entries)} objects, a manifest takes {MAX_OBJECTS}")
    body = _HEAD.pack(
        MAGIC,
        manifest.stream_id,
        manifest.slot,
        manifest.slot_seconds,
        manifest.previous,
        len(entries),
    ) + b"".join(_ENTRY.pack(entry.object_id, entry.length) for entry in entries)
    body += bytes(_SIGNED - len(body))
    return body + key.sign(body)


def verify(raw: bytes, senders: Iterable[Ed25519PublicKey]) -> Manifest:
    """Signature first, then every field. Raises ``ManifestInvalid`` or ``ManifestForged``."""
    if len(raw) != MANIFEST_BYTES:
        raise ManifestInvalid(f"{len(raw)} bytes")
    if not any(_fits(raw, key) for key in senders):
        raise ManifestForged("no known sender signed these bytes")
    return _parse(raw)


def _fits(raw: bytes, key: Ed25519PublicKey) -> bool:
    try:
        key.verify(raw[_SIGNED:], raw[:_SIGNED])
    except InvalidSignature:
        return False
    return True


def _parse(raw: bytes) -> Manifest:
    magic, stream_id, slot, seconds, previous, count = _HEAD.unpack_from(raw)
    end = _HEAD.size + count * _ENTRY.size
    if magic != MAGIC or count > MAX_OBJECTS or not 1 <= seconds <= MAX_SLOT_SECONDS:
        raise ManifestInvalid("magic, number of objects or length of the slot")
    if any(raw[end:_SIGNED]):
        raise ManifestInvalid("bytes after the last object")
    entries = tuple(
        Entry(*_ENTRY.unpack_from(raw, _HEAD.size + row * _ENTRY.size)) for row in range(count)
    )
    ids = [entry.object_id for entry in entries]
    if ids != sorted(set(ids)) or any(entry.length not in BUCKETS for entry in entries):
        raise ManifestInvalid("objects out of order, doubled, or of an unknown size")
    return Manifest(stream_id, slot, seconds, previous, entries)
