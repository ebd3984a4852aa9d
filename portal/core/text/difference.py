"""What changed between two texts: paragraph by paragraph, and word by word within one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

import rjieba

Kind = Literal["same", "added", "removed"]
RUN = re.compile(r"[A-Za-z0-9.%:/-]+|\s+|[^A-Za-z0-9.%:/\s-]+")
"""Numbers, dates and Latin words stay whole; what is between them is cut into Chinese words."""

ALIKE = 0.35
"""Paragraphs with less in common are shown as one removed and one added."""


@dataclass(frozen=True)
class Piece:
    """A run of text that stayed, came or went."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph in both states; ``pieces`` cover all of it in reading order."""

    kind: Literal["same", "added", "removed", "changed"]
    pieces: tuple[Piece, ...]


def word_changes(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces of ``new`` and of what it lost; joined without the removed ones they are ``new``."""
    before, after = _words(old), _words(new)
    pieces: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(after[k:m])))
            continue
        if j > i:
            pieces.append(Piece("removed", "".join(before[i:j])))
        if m > k:
            pieces.append(Piece("added", "".join(after[k:m])))
    return tuple(pieces)


def _words(text: str) -> list[str]:
    found: list[str] = []
    for run in RUN.findall(text):
        is_whole = run[0].isspace() or run[0].isascii()
        found += [run] if is_whole else rjieba.cut(run)
    return found


def paragraph_changes(old: Sequence[str], new: Sequence[str]) -> list[Paragraph]:
    """Paragraphs of both texts in reading order, each with what changed in it."""
    found: list[Paragraph] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Paragraph("same", (Piece("same", text),)) for text in new[k:m]]
        else:
            found += _replaced(old[i:j], new[k:m])
    return found


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    """Pair each new paragraph with the next old one that is like it; order is kept."""
    at = 0
    for text in new:
        partner = _partner(text, old, at)
        if partner is None:
            yield Paragraph("added", (Piece("added", text),))
            continue
        yield from (Paragraph("removed", (Piece("removed", gone),)) for gone in old[at:partner])
        yield Paragraph("changed", word_changes(old[partner], text))
        at = partner + 1
    yield from (Paragraph("removed", (Piece("removed", gone),)) for gone in old[at:])


def _partner(text: str, old: Sequence[str], start: int) -> int | None:
    for place in range(start, len(old)):
        matcher = SequenceMatcher(None, old[place], text, autojunk=False)
        if matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
            return place
    return None
