"""Protocol-buffer varints read from a byte array, many at once."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Octets: TypeAlias = npt.NDArray[np.uint8]
Integers: TypeAlias = npt.NDArray[np.int64]

_LONGEST = 9


class Unreadable(ValueError):
    """Bytes that are no tile, or no archive, as the format has it (读不出)."""


def read_varints(octets: Octets, at: Integers) -> tuple[Integers, Integers]:
    """One varint at each position, and the position behind it.

    ``octets`` ends with zeros enough for the longest varint.
    """
    if len(at) and int(at.max()) + _LONGEST >= len(octets):
        raise Unreadable("a field lies outside the data")
    first = octets[at].astype(np.int64)
    value, behind = first & 0x7F, at + 1
    rows = np.flatnonzero(first >= 0x80)
    shift = 7
    while len(rows):
        if shift >= 7 * _LONGEST:
            raise Unreadable("a number is too long")
        octet = octets[behind[rows]].astype(np.int64)
        value[rows] |= (octet & 0x7F) << shift
        behind[rows] += 1
        rows = rows[octet >= 0x80]
        shift += 7
    return value, behind


def unpack(octets: Octets, spans: Integers) -> tuple[Integers, Integers]:
    """All varints of the packed fields at ``spans`` (n, 2), and the row of the span of each."""
    size = spans[:, 1] - spans[:, 0]
    total = int(size.sum())
    if not total:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    offset = np.cumsum(size) - size
    packed = octets[np.arange(total) + np.repeat(spans[:, 0] - offset, size)]
    last = packed < 0x80
    if not last[(offset + size - 1)[size > 0]].all():
        raise Unreadable("a packed field ends within a number")
    stop = np.flatnonzero(last)
    start = np.concatenate([[0], stop[:-1] + 1])
    width = stop - start + 1
    if int(width.max()) > _LONGEST:
        raise Unreadable("a number is too long")
    value = (packed[start] & 0x7F).astype(np.int64)
    rows, place = np.flatnonzero(width > 1), 1
    while len(rows):
        value[rows] |= (packed[start[rows] + place] & 0x7F).astype(np.int64) << (7 * place)
        place += 1
        rows = rows[width[rows] > place]
    ended = np.concatenate([[0], np.cumsum(last)])
    return value, np.repeat(np.arange(len(spans)), ended[offset + size] - ended[offset])
