"""What a DBF file says about itself: its language driver and the widths of its text fields."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

_HEADER = 32
_DESCRIPTOR = 32
_END_OF_FIELDS = 0x0D
_MOST_FIELDS = 2048
# Language driver ids that name an encoding (dBASE and FoxPro tables); 0x57 ("ANSI") names none.
_LANGUAGE_DRIVERS = {
    0x13: "cp932", 0x26: "cp866", 0x4D: "gb18030", 0x4E: "cp949", 0x4F: "big5", 0x64: "cp852",
    0x65: "cp866", 0x66: "cp865", 0x6A: "cp737", 0x6B: "cp857", 0x78: "big5", 0x79: "cp949",
    0x7A: "gb18030", 0x7B: "cp932", 0x7C: "cp874", 0x7D: "cp1255", 0x7E: "cp1256",
    0xC8: "cp1250", 0xC9: "cp1251", 0xCA: "cp1254", 0xCB: "cp1253",
}  # fmt: skip


@dataclass(frozen=True)
class DbfHeader:
    """``encoding``: codec named by the language driver id, or ``""``; ``widths``: bytes a field."""

    encoding: str
    widths: tuple[int, ...]


def read_dbf_header(path: Path) -> DbfHeader:
    """Read the header; fields that a damaged file cuts off are simply not there."""
    with path.open("rb") as stream:
        head = stream.read(_HEADER)
        if len(head) < _HEADER:
            return DbfHeader("", ())
        (size,) = struct.unpack("<H", head[8:10])
        body = stream.read(min(max(0, size - _HEADER), _MOST_FIELDS * _DESCRIPTOR))
    widths = []
    for start in range(0, len(body) - _DESCRIPTOR + 1, _DESCRIPTOR):
        if body[start] == _END_OF_FIELDS:
            break
        widths.append(body[start + 16])
    return DbfHeader(_LANGUAGE_DRIVERS.get(head[29], ""), tuple(widths))
