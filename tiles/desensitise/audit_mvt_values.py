"""Keys and values of vector tiles for the leak audit, each read once however often it stands."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TypeAlias

from tiles.desensitise.audit_varints import Unreadable

TileValue: TypeAlias = str | int | float | tuple[str, bool]


@dataclass
class Vocabulary:
    """Every key and every value met so far under one number each.

    ``names`` and ``values`` by that number; a boolean comes as ``("bool", value)``, so that it
    is never taken for a number.
    """

    names: list[str] = field(default_factory=list)
    values: list[TileValue] = field(default_factory=list)
    _known_names: dict[bytes, int] = field(default_factory=dict)
    _known_values: dict[bytes, int] = field(default_factory=dict)

    def number_names(self, raw: list[bytes]) -> list[int]:
        """The numbers of key names as they stand in a tile."""
        return [self._number_name(name) for name in raw]

    def number_values(self, raw: list[bytes]) -> list[int]:
        """The numbers of values as they stand in a tile."""
        known = self._known_values.get
        numbers = [known(value, -1) for value in raw]
        if -1 in numbers:
            numbers = [
                number if number >= 0 else self._number_value(value)
                for number, value in zip(numbers, raw, strict=True)
            ]
        return numbers

    def _number_name(self, raw: bytes) -> int:
        if raw not in self._known_names:
            self.names.append(read_text(raw))
            self._known_names[raw] = len(self.names) - 1
        return self._known_names[raw]

    def _number_value(self, raw: bytes) -> int:
        if raw not in self._known_values:
            self.values.append(_value(raw))
            self._known_values[raw] = len(self.values) - 1
        return self._known_values[raw]


def read_varint(data: bytes, position: int) -> tuple[int, int]:
    """One varint and the position behind it."""
    value = shift = 0
    while True:
        octet = data[position]
        position += 1
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            return value, position
        shift += 7
        if shift > 63:
            raise Unreadable("a number is too long")


def read_text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable("a text is no UTF-8") from error


def _value(raw: bytes) -> TileValue:
    """One value message, which holds one field and nothing else."""
    if not raw:
        raise Unreadable("a value is empty")
    tag, body = raw[0], raw[1:]
    if tag == 0x0A:
        size, start = read_varint(raw, 1)
        if start + size != len(raw):
            raise Unreadable("a text value has the wrong length")
        return read_text(raw[start:])
    if (tag, len(body)) in {(0x15, 4), (0x19, 8)}:
        number: float = struct.unpack("<f" if tag == 0x15 else "<d", body)[0]
        return number
    if tag not in (0x20, 0x28, 0x30, 0x38):
        raise Unreadable("a value is of an unknown type")
    whole, stop = read_varint(raw, 1)
    if stop != len(raw):
        raise Unreadable("a value holds more than one field")
    if tag == 0x38:
        return ("bool", bool(whole))
    if tag == 0x30:
        return (whole >> 1) ^ -(whole & 1)
    return whole - (1 << 64) if tag == 0x20 and whole >= 1 << 63 else whole
