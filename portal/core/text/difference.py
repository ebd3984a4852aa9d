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


LARGEST_PAIR = 1_000_000
MOST_WORK = 20_000_000
"""Signs or words of one text times those of the other: what two texts, and all texts of one
comparison, may cost. A million take some tenths of a second; beyond that texts are shown whole."""


_COST_OF_A_LOOK = 4
"""A sign of two paragraphs that are only looked at, to see whether they might be alike."""


class Work:
    """What a comparison may still cost; shared by all that is compared for one answer."""

    def __init__(self, left: int = MOST_WORK) -> None:
        self.left = left

    def afford(self, cost: int) -> bool:
        """Whether so much may be done; if so it counts as done."""
        if cost > min(self.left, LARGEST_PAIR):
            return False
        self.left -= cost
        return True


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


def word_changes(old: str, new: str, work: Work | None = None) -> tuple[Piece, ...]:
    """The pieces of ``new`` and of what it lost; joined without the removed ones they are ``new``.

    What ``work`` does not suffice for is one removed and one added piece, between equal ends.
    """
    before, after = _words(old), _words(new)
    pieces: list[Piece] = []
    for tag, i, j, k, m in _opcodes(before, after, work or Work()):
        if tag == "equal":
            pieces.append(Piece("same", "".join(after[k:m])))
            continue
        if j > i:
            pieces.append(Piece("removed", "".join(before[i:j])))
        if m > k:
            pieces.append(Piece("added", "".join(after[k:m])))
    return tuple(pieces)


Opcode = tuple[str, int, int, int, int]


def _opcodes(old: Sequence[str], new: Sequence[str], work: Work) -> Sequence[Opcode]:
    """As ``SequenceMatcher`` has them; of what is too large only the equal ends are told apart."""
    if work.afford(len(old) * len(new)):
        return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    head = common_start(old, new)
    tail = common_start(old[head:][::-1], new[head:][::-1])
    i, k = len(old) - tail, len(new) - tail
    if work.afford((i - head) * (k - head)):
        middle = SequenceMatcher(None, old[head:i], new[head:k], autojunk=False).get_opcodes()
    else:
        middle = [("replace", 0, i - head, 0, k - head)]
    return [
        ("equal", 0, head, 0, head),
        *((tag, a + head, b + head, c + head, d + head) for tag, a, b, c, d in middle),
        ("equal", i, len(old), k, len(new)),
    ]


def common_start(old: Sequence[str], new: Sequence[str]) -> int:
    """How many elements both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((n for n, (one, other) in pairs if one != other), min(len(old), len(new)))


def _words(text: str) -> list[str]:
    found: list[str] = []
    for run in RUN.findall(text):
        is_whole = run[0].isspace() or run[0].isascii()
        found += [run] if is_whole else rjieba.cut(run)
    return found


def paragraph_changes(
    old: Sequence[str], new: Sequence[str], work: Work | None = None
) -> list[Paragraph]:
    """Paragraphs of both texts in reading order, each with what changed in it.

    What ``work`` does not suffice for is removed and added as a whole.
    """
    work = work or Work()
    found: list[Paragraph] = []
    for tag, i, j, k, m in _opcodes(old, new, work):
        if tag == "equal":
            found += [Paragraph("same", (Piece("same", text),)) for text in new[k:m]]
        else:
            found += _replaced(old[i:j], new[k:m], work)
    return found


def _replaced(old: Sequence[str], new: Sequence[str], work: Work) -> Iterator[Paragraph]:
    """Pair each new paragraph with the next old one that is like it; order is kept."""
    at = 0
    for text in new:
        partner = _partner(text, old, at, work)
        if partner is None:
            yield Paragraph("added", (Piece("added", text),))
            continue
        yield from (Paragraph("removed", (Piece("removed", gone),)) for gone in old[at:partner])
        yield Paragraph("changed", word_changes(old[partner], text, work))
        at = partner + 1
    yield from (Paragraph("removed", (Piece("removed", gone),)) for gone in old[at:])


def _partner(text: str, old: Sequence[str], start: int, work: Work) -> int | None:
    for place in range(start, len(old)):
        if not work.afford(_COST_OF_A_LOOK * (len(old[place]) + len(text))):
            return None
        matcher = SequenceMatcher(None, old[place], text, autojunk=False)
        if matcher.quick_ratio() < ALIKE or not work.afford(len(old[place]) * len(text)):
            continue
        if matcher.ratio() >= ALIKE:
            return place
    return None
