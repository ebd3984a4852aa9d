"""Verification of the chain: altered, missing, reordered and truncated events."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from portal.core.audit.anchors import Anchor, read_anchors
from portal.core.audit.canonical import FIRST_PREVIOUS, HASHED, digest
from portal.core.audit.models import AuditEvent

CHUNK = 5_000
LISTED = 100
"""Differences that a report lists; all are counted."""
ANCHOR_LAG_SECONDS = 2.0
"""An anchor is written right after its event was committed; one that is missing is waited for."""


class Kind(StrEnum):
    """What can be wrong with the chain."""

    ALTERED = "altered"
    MISSING = "missing"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    REPLACED = "replaced"
    FORGED_ANCHOR = "forged_anchor"
    UNANCHORED = "unanchored"
    OTHER_HEAD = "other_head"


TEXTS = {
    Kind.ALTERED: ("第 {at} 条的内容与其摘要不符", "event {at} does not match its hash"),
    Kind.MISSING: ("第 {at} 条起缺失，直到第 {to} 条", "events {at} to {to} are missing"),
    Kind.REORDERED: (
        "第 {at} 条没有接在上一条之后",
        "event {at} does not follow the one before it",
    ),
    Kind.TRUNCATED: (
        "日志止于第 {to} 条，锚点（第 {line} 行）记有第 {at} 条",
        "the log ends with event {to}, an anchor (line {line}) knows of event {at}",
    ),
    Kind.REPLACED: (
        "第 {at} 条与锚点（第 {line} 行）记下的不是同一条",
        "event {at} is not the one that the anchor (line {line}) saw",
    ),
    Kind.FORGED_ANCHOR: (
        "锚点文件第 {line} 行无法核验",
        "line {line} of the anchor file cannot be verified",
    ),
    Kind.UNANCHORED: (
        "第 {at} 条至第 {to} 条没有锚点，无法证明其未被添加、截断或改写",
        "events {at} to {to} have no anchor: nothing shows that they were not added, cut or rewritten",
    ),
    Kind.OTHER_HEAD: (
        "日志中没有给定的最新摘要 {wanted}",
        "the log does not hold the head that was expected, {wanted}",
    ),
}


@dataclass(frozen=True)
class Difference:
    """One finding, with where it is."""

    kind: Kind
    where: dict[str, Any]

    @property
    def zh(self) -> str:
        return TEXTS[self.kind][0].format(**self.where)

    @property
    def en(self) -> str:
        return TEXTS[self.kind][1].format(**self.where)

    def as_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, **self.where, "zh": self.zh, "en": self.en}


@dataclass
class Verification:
    """The result of a run: how much was read, what was found."""

    events: int = 0
    last: int = 0
    head: str = FIRST_PREVIOUS
    anchors: int = 0
    found: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return self.found == 0

    def add(self, kind: Kind, **where: Any) -> None:
        self.found += 1
        if len(self.differences) < LISTED:
            self.differences.append(Difference(kind, where))

    def as_dict(self) -> dict[str, Any]:
        return {
            "sound": self.sound,
            "events": self.events,
            "last": self.last,
            "head": self.head,
            "anchors": self.anchors,
            "found": self.found,
            "differences": [difference.as_dict() for difference in self.differences],
        }


def verify_chain(anchors: Path | None = None, expect_head: str = "") -> Verification:
    """Walk the chain once, in constant memory but for the anchors.

    ``anchors``: the file of ``portal.core.audit.anchors``; each event from its first anchor on has
    to have one, and the newest event in any case. ``expect_head``: a hash written down
    earlier (64 hexadecimal digits, or their beginning), which the chain has to hold.
    """
    result = Verification()
    pending = _anchored(anchors, result) if anchors else {}
    first = min(pending, default=None)
    bare: dict[int, str] = {}
    head_seen = not expect_head
    wanted = expect_head.lower()
    for values, stored in _rows():
        _check_row(result, values, stored)
        anchor = pending.pop(result.last, None)
        if anchor and anchor.hash != stored:
            result.add(Kind.REPLACED, at=result.last, line=anchor.line)
        if first is None:
            bare = {result.last: stored}
        elif anchor is None and result.last > first:
            bare[result.last] = stored
        head_seen = head_seen or stored.startswith(wanted)
    _check_rest(result, pending)
    if anchors and bare:
        _check_bare(result, anchors, bare, whole=first is None)
    if not head_seen:
        result.add(Kind.OTHER_HEAD, wanted=expect_head)
    return result


def _rows() -> Iterator[tuple[tuple[Any, ...], str]]:
    """The values under the hash, and the hash, in order."""
    rows = AuditEvent.objects.order_by("sequence").values_list(*HASHED, "hash")
    for row in rows.iterator(chunk_size=CHUNK):
        yield row[:-1], row[-1]


def _check_row(result: Verification, values: tuple[Any, ...], stored: str) -> None:
    sequence, previous = int(values[0]), values[-1]
    if sequence != result.last + 1:
        result.add(Kind.MISSING, at=result.last + 1, to=sequence - 1)
    elif previous != result.head:
        result.add(Kind.REORDERED, at=sequence)
    if digest(values) != stored:
        result.add(Kind.ALTERED, at=sequence)
    result.events += 1
    result.last, result.head = sequence, stored


def _anchored(path: Path, result: Verification) -> dict[int, Anchor]:
    """Sound anchors by number; two of one number that differ: the chain was written twice."""
    known: dict[int, Anchor] = {}
    for anchor in read_anchors(path):
        result.anchors += 1
        if not anchor.sound:
            result.add(Kind.FORGED_ANCHOR, line=anchor.line)
        elif known.setdefault(anchor.sequence, anchor).hash != anchor.hash:
            result.add(Kind.REPLACED, at=anchor.sequence, line=anchor.line)
    return known


def _check_rest(result: Verification, pending: dict[int, Anchor]) -> None:
    """Anchors whose event never came: behind the end of the log it was cut, inside it is a gap."""
    behind = [anchor for number, anchor in pending.items() if number > result.last]
    if behind:
        newest = max(behind, key=lambda anchor: anchor.sequence)
        result.add(Kind.TRUNCATED, at=newest.sequence, to=result.last, line=newest.line)


def _check_bare(result: Verification, path: Path, bare: dict[int, str], *, whole: bool) -> None:
    """Events without an anchor: whoever owns the database could have added or rewritten them.

    ``whole``: there were no anchors at all. A line that cannot be verified may be the one that is
    missing here; it was told already.
    """
    time.sleep(ANCHOR_LAG_SECONDS)
    for anchor in read_anchors(path, after=result.anchors):
        stored = bare.pop(anchor.sequence, None) if anchor.sound else None
        if stored is not None and stored != anchor.hash:
            result.add(Kind.REPLACED, at=anchor.sequence, line=anchor.line)
    if any(difference.kind == Kind.FORGED_ANCHOR for difference in result.differences):
        return
    for start, end in [(1, result.last)] if whole and bare else _runs(bare):
        result.add(Kind.UNANCHORED, at=start, to=end)


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending numbers as runs without gaps: first and last of each."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
