"""Postings as bytes: which documents hold a token, and how often in title and body.

One posting list of a batch is ``n`` documents: ``n`` uint32 numbers in rising order (kept as
differences), then ``n`` uint8 counts in the title, then ``n`` uint8 counts in the body; a first
byte says whether the rest is deflated. Both databases keep the same bytes, so both engines give the
same hits in the same order.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_PLAIN, _DEFLATED = b"\x00", b"\x01"
_DEFLATE_FROM_BYTES = 400
_ENTRY_BYTES = 6
MAX_COUNT = 255


class CorruptPosting(ValueError):
    """A posting list is not what was written."""

    code = "corrupt_posting"


@dataclass(frozen=True, slots=True)
class Postings:
    """Three arrays of one length, the documents in rising order."""

    documents: NDArray[np.uint32]
    title: NDArray[np.uint8]
    body: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.documents)

    @classmethod
    def empty(cls) -> Postings:
        """No document."""
        none = np.empty(0, np.uint8)
        return cls(np.empty(0, np.uint32), none, none)

    def only(self, kept: NDArray[np.bool_]) -> Postings:
        """The entries where ``kept`` is true."""
        return Postings(self.documents[kept], self.title[kept], self.body[kept])


def encode(postings: Postings) -> bytes:
    """The bytes of a posting list."""
    steps = np.diff(postings.documents, prepend=np.uint32(0)).astype("<u4")
    plain = steps.tobytes() + postings.title.tobytes() + postings.body.tobytes()
    if len(plain) < _DEFLATE_FROM_BYTES:
        return _PLAIN + plain
    return _DEFLATED + zlib.compress(plain, 1)


def decode(data: bytes) -> Postings:
    """The posting list of bytes; raises ``CorruptPosting``."""
    try:
        plain = zlib.decompress(data[1:]) if data[:1] == _DEFLATED else data[1:]
    except zlib.error as error:
        raise CorruptPosting(str(error)) from error
    count, rest = divmod(len(plain), _ENTRY_BYTES)
    if rest or data[:1] not in {_PLAIN, _DEFLATED}:
        raise CorruptPosting(f"{len(data)} bytes")
    steps = np.frombuffer(plain, "<u4", count)
    counts = np.frombuffer(plain, np.uint8, 2 * count, 4 * count)
    return Postings(np.cumsum(steps, dtype=np.uint32), counts[:count], counts[count:])


def joined(lists: Sequence[Postings]) -> Postings:
    """Lists of several batches as one; a later batch holds higher numbers only."""
    if len(lists) == 1:
        return lists[0]
    if not lists:
        return Postings.empty()
    whole = Postings(
        np.concatenate([each.documents for each in lists]),
        np.concatenate([each.title for each in lists]),
        np.concatenate([each.body for each in lists]),
    )
    order = np.argsort(whole.documents, kind="stable")
    return Postings(whole.documents[order], whole.title[order], whole.body[order])


def by_token(
    tokens: NDArray[np.uint32],
    documents: NDArray[np.int64],
    in_title: NDArray[np.bool_],
) -> Iterable[tuple[int, Postings]]:
    """Occurrences (three arrays of one length) counted into one posting list a token code."""
    if not len(tokens):
        return
    keys = (tokens.astype(np.uint64) << np.uint64(32)) | documents.astype(np.uint64)
    order = np.argsort(keys, kind="stable")
    keys, in_title = keys[order], in_title[order]
    firsts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    title = np.minimum(np.add.reduceat(in_title.astype(np.int64), firsts), MAX_COUNT)
    total = np.diff(np.r_[firsts, len(keys)])
    body = np.minimum(total - np.add.reduceat(in_title.astype(np.int64), firsts), MAX_COUNT)
    keys = keys[firsts]
    codes = (keys >> np.uint64(32)).astype(np.uint32)
    numbers = (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    title, body = title.astype(np.uint8), body.astype(np.uint8)
    starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
    ends = np.r_[starts[1:], len(codes)]
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        part = slice(start, end)
        yield int(codes[start]), Postings(numbers[part], title[part], body[part])
