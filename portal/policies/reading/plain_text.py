"""Bytes of a text file into characters."""

from __future__ import annotations

import codecs

from portal.policies.reading.failures import failure
from tiles.packages.text_encoding import UTF8, detect

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Neither XML, so the feed, nor PostgreSQL carries them. Form feeds part lines and go with them.
_CONTROLS = frozenset(map(chr, [*range(9), 11, *range(14, 32), 0xFFFE, 0xFFFF]))


def decode(data: bytes) -> str:
    """The text; UTF-8, UTF-16 with its mark, GBK/GB 18030 or Big5, told by the content.

    Raises ``TextProblem``: ``encoding`` where nobody can tell, ``unknown_format`` for binary data.
    """
    stated = next((name for mark, name in _BOMS if data.startswith(mark)), "")
    if not stated and b"\x00" in data:
        raise failure("unknown_format")
    text = _decoded(data, stated or UTF8)
    if text is None and not stated:
        verdict = detect(line for line in data.splitlines() if not line.isascii())
        text = _decoded(data, verdict.encoding) if verdict.encoding else None
    if text is None:
        raise failure("encoding")
    if holds_controls(text):
        raise failure("unknown_format")
    return text


def holds_controls(text: str) -> bool:
    """Whether there are signs in it that no text has."""
    return not _CONTROLS.isdisjoint(text)


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
