"""Property values as tiles store them."""

from __future__ import annotations

import struct

from tiles.pyramid.varints import varint

Property = str | int | float | bool

_STRING, _DOUBLE, _UNSIGNED, _SIGNED, _BOOL = b"\x0a", b"\x19", b"\x28", b"\x30", b"\x38"
_VALUE = b"\x22"


def encode_value(value: Property) -> bytes:
    """One ``Value`` message (MVT 2.1, 4.1) with its key and length, as it stands in a layer."""
    if isinstance(value, str):
        raw = value.encode()
        body = _STRING + varint(len(raw)) + raw
    elif isinstance(value, bool):
        body = _BOOL + varint(int(value))
    elif isinstance(value, int):
        body = _UNSIGNED + varint(value) if value >= 0 else _SIGNED + varint(-2 * value - 1)
    else:
        body = _DOUBLE + struct.pack("<d", value)
    return _VALUE + varint(len(body)) + body
