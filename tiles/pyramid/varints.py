"""Protocol buffers' variable-length integers, written for whole arrays at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Unsigned = npt.NDArray[np.uint32]
Integers = npt.NDArray[np.int64]

_SHORT = [bytes([value]) for value in range(0x80)]


def widths(values: Unsigned) -> Integers:
    """Bytes that each value takes: seven bits a byte."""
    width = np.ones(len(values), dtype=np.int64)
    for bits in (7, 14, 21, 28):
        wide = values >= (1 << bits)
        if not wide.any():
            break
        width += wide
    return width


def written(values: Unsigned, width: Integers) -> npt.NDArray[np.uint8]:
    """The bytes of all values, one behind the other; ``width`` as ``widths`` gives it."""
    ends = np.cumsum(width)
    starts = ends - width
    out = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    out[starts] = (values & 0x7F) | np.where(width > 1, 0x80, 0)
    for octet in range(1, int(width.max(initial=0))):
        rows = np.flatnonzero(width > octet)
        more = np.where(width[rows] > octet + 1, 0x80, 0)
        out[starts[rows] + octet] = ((values[rows] >> (7 * octet)) & 0x7F) | more
    return out


def zigzag(values: Integers) -> Unsigned:
    """Signed integers as unsigned ones of few bits: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return ((values << 1) ^ (values >> 63)).astype(np.uint32)


def varint(value: int) -> bytes:
    """One value."""
    if value < len(_SHORT):
        return _SHORT[value]
    out = bytearray()
    while value > 0x7F:
        out.append((value & 0x7F) | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
