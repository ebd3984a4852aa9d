"""The protobuf wire format, read field by field: nothing is skipped, defaulted or forgiven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


class WireError(ValueError):
    """The bytes are no protobuf message."""


@dataclass(frozen=True)
class Field:
    """One field as it stands: number, wire type, and its varint or its bytes."""

    number: int
    wire: int
    value: int
    data: bytes


def read_fields(message: bytes) -> Iterator[Field]:
    """Every field of a message in order; raises ``WireError`` at the first byte out of place."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if number == 0:
            raise WireError("field number 0")
        if wire == VARINT:
            value, at = _varint(message, at)
            yield Field(number, wire, value, b"")
            continue
        if wire == BYTES:
            length, at = _varint(message, at)
        elif wire in {FIXED32, FIXED64}:
            length = 4 if wire == FIXED32 else 8
        else:
            raise WireError(f"wire type {wire}")
        if at + length > len(message):
            raise WireError("a field is longer than its message")
        yield Field(number, wire, 0, message[at : at + length])
        at += length


def read_packed(data: bytes) -> list[int]:
    """A packed list of unsigned varints."""
    values, at = [], 0
    while at < len(data):
        value, at = _varint(data, at)
        values.append(value)
    return values


def signed(value: int) -> int:
    """Zigzag decoding."""
    return (value >> 1) ^ -(value & 1)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            raise WireError("a varint is cut short")
        octet = data[at]
        at += 1
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            return value, at
    raise WireError("a varint of more than ten bytes")
