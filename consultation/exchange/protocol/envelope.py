"""The envelope (密封件): a header that says suite and key epoch only, and what was sealed.

Big-endian. 0: magic ``CXE1``; 4: suite; 5: three zero bytes; 8: key epoch, four bytes; 12: the
suite's bytes. The whole has the size of a bucket. Sealed is: length of the content (8 bytes), the
content, zero bytes up to the bucket. The header is the suite's context, so it cannot be changed.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from .errors import ContentInvalid, EnvelopeInvalid, TooLarge, UnknownEpoch
from .sizes import BUCKETS
from .suites import Opener, Sealer

MAGIC = b"CXE1"
_HEADER = struct.Struct(">4sB3xI")
_LENGTH = struct.Struct(">Q")


@dataclass(frozen=True)
class Recipient:
    """Whom to seal to: a public key and the epoch that it belongs to."""

    sealer: Sealer
    epoch: int


def capacity(sealer: type[Sealer] | Sealer, bucket: int) -> int:
    """How many bytes of content an envelope of this bucket takes."""
    return bucket - _HEADER.size - sealer.overhead - _LENGTH.size


def bucket_for(sealer: Sealer, length: int) -> int:
    """The smallest bucket for ``length`` bytes of content. Raises ``TooLarge``."""
    for bucket in BUCKETS:
        if length <= capacity(sealer, bucket):
            return bucket
    raise TooLarge(f"{length} bytes")


def seal(content: bytes, to: Recipient, bucket: int | None = None) -> bytes:
    """An envelope of exactly ``bucket`` bytes (by default the smallest one).

    Raises ``TooLarge``.
    """
    sealer = to.sealer
    size = bucket_for(sealer, len(content)) if bucket is None else bucket
    room = capacity(sealer, size)
    if len(content) > room:
        raise TooLarge(f"{len(content)} bytes, the envelope takes {room}")
    header = _HEADER.pack(MAGIC, sealer.suite, to.epoch)
    text = _LENGTH.pack(len(content)) + content + bytes(room - len(content))
    return header + sealer.seal(text, header)


def read_header(envelope: bytes) -> tuple[int, int]:
    """Suite and key epoch. Raises ``EnvelopeInvalid``."""
    if len(envelope) not in BUCKETS:
        raise EnvelopeInvalid(f"{len(envelope)} bytes is no bucket")
    magic, suite, epoch = _HEADER.unpack_from(envelope)
    if magic != MAGIC or envelope[5:8] != bytes(3):
        raise EnvelopeInvalid("another format")
    return suite, epoch


def open_envelope(envelope: bytes, openers: Mapping[tuple[int, int], Opener]) -> bytes:
    """The content; ``openers`` by suite and epoch.

    Raises ``EnvelopeInvalid``, ``UnknownEpoch``, ``WrongKey`` or ``ContentInvalid``.
    """
    suite, epoch = read_header(envelope)
    opener = openers.get((suite, epoch))
    if opener is None:
        raise UnknownEpoch(f"suite {suite}, epoch {epoch}")
    text = opener.open(envelope[_HEADER.size :], envelope[: _HEADER.size])
    (length,) = _LENGTH.unpack_from(text)
    end = _LENGTH.size + length
    if end > len(text) or any(text[end:]):
        raise ContentInvalid("the padding is not as it must be")
    return text[_LENGTH.size : end]
