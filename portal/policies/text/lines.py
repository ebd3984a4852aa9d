"""The lines of a source, whatever its format, before anything is made of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

INFO_END = "<!-- INFO END -->"
_COMMENT = re.compile(r"<!--.*?-->")
_HASHES = re.compile(r"(#{1,6})[ \t\u3000]+(.*\S)")
_BARE_HASHES = re.compile(r"#{1,6}")


@dataclass(frozen=True)
class Line:
    """A line that is not blank. ``number`` counts from 1; ``level``: 1-6 for marked headings."""

    number: int
    text: str
    level: int = 0


@dataclass(frozen=True)
class SourceLines:
    """Header (title, history) and body. ``header`` is None where the source does not part them."""

    header: list[Line] | None
    body: list[Line]


def plain_lines(text: str) -> SourceLines:
    """Lines of plain text."""
    return SourceLines(None, _lines(text.splitlines(), 1, marked=False))


def markdown_lines(text: str) -> SourceLines:
    """Lines of Markdown: ``#`` headings get a level, comments go, ``<!-- INFO END -->`` parts."""
    rows = text.splitlines()
    cut = next((number for number, row in enumerate(rows) if row.strip() == INFO_END), None)
    if cut is None:
        return SourceLines(None, _lines(rows, 1, marked=True))
    header = _lines(rows[:cut], 1, marked=True)
    return SourceLines(header, _lines(rows[cut + 1 :], cut + 2, marked=True))


def _lines(rows: list[str], first: int, *, marked: bool) -> list[Line]:
    found = []
    for number, row in enumerate(rows, first):
        text = row.replace("\ufeff", "").replace("\x00", "").strip()
        level = 0
        if marked:
            text = _COMMENT.sub("", text).strip()
            heading = _HASHES.fullmatch(text)
            if heading:
                level, text = len(heading[1]), heading[2]
            elif _BARE_HASHES.fullmatch(text):
                continue
        if text:
            found.append(Line(number, text, level))
    return found
