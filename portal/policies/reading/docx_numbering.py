"""Automatic numbers of Word: 第%1条 is a setting there, not a text. No Django here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from portal.policies.numerals import numeral_of

_CHINESE = frozenset(
    {
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCountingThousand",
        "ideographDigital",
        "japaneseDigitalTenThousand",
    }
)
_PLACE = re.compile(r"%(\d)")


@dataclass(frozen=True)
class _Level:
    pattern: str
    form: str
    start: int


class Numbering:
    """Counts the numbered paragraphs of a document in their order."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[tuple[str, int], _Level] = {}
        self._lists: dict[str, str] = {}
        self._own: dict[tuple[str, int], _Level] = {}
        self._restarts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, list[int]] = {}
        self._styles = _style_numbers(document)
        part = next(
            (
                relation.target_part
                for relation in document.part.rels.values()
                if relation.reltype.endswith("/numbering") and not relation.is_external
            ),
            None,
        )
        if part is not None:
            self._read(part.element)

    def _read(self, root: Any) -> None:
        for abstract in root.iterchildren(qn("w:abstractNum")):
            name = abstract.get(qn("w:abstractNumId"))
            for level in abstract.iterchildren(qn("w:lvl")):
                self._levels[name, int(level.get(qn("w:ilvl")))] = _read_level(level)
        for number in root.iterchildren(qn("w:num")):
            name = number.get(qn("w:numId"))
            self._lists[name] = _value(number, "w:abstractNumId")
            for override in number.iterchildren(qn("w:lvlOverride")):
                self._read_override((name, int(override.get(qn("w:ilvl")))), override)

    def _read_override(self, place: tuple[str, int], override: Any) -> None:
        """What one list changes about the levels that it shares with others."""
        level = override.find(qn("w:lvl"))
        if level is not None:
            self._own[place] = _read_level(level)
        start = _value(override, "w:startOverride")
        if start:
            self._restarts[place] = int(start)

    def label_of(self, paragraph: Any) -> str:
        """The number that Word prints before a paragraph, "" where there is none or only a bullet."""
        place = _number_of(paragraph.pPr)
        if place is None and paragraph.pPr is not None and paragraph.pPr.pStyle is not None:
            place = self._styles.get(paragraph.pPr.pStyle.val)
        if place is None:
            return ""
        number, depth = place
        level = self._level(number, depth)
        if level is None or level.form in {"bullet", "none"}:
            return ""
        self._count(number, depth)
        return _PLACE.sub(lambda found: self._printed(number, int(found[1]) - 1), level.pattern)

    def _level(self, number: str, depth: int) -> _Level | None:
        return self._own.get((number, depth)) or self._levels.get(
            (self._lists.get(number, ""), depth)
        )

    def _count(self, number: str, depth: int) -> None:
        """Lists of one definition count on together, but where one of them says that it restarts."""
        counts = self._counts.setdefault(self._lists.get(number, ""), [])
        while len(counts) <= depth:
            above = self._level(number, len(counts))
            counts.append((above.start if above else 1) - 1)
        restart = self._restarts.pop((number, depth), None)
        counts[depth] = (counts[depth] if restart is None else restart - 1) + 1
        del counts[depth + 1 :]

    def _printed(self, number: str, depth: int) -> str:
        counts = self._counts[self._lists.get(number, "")]
        level = self._level(number, depth)
        count = counts[depth] if depth < len(counts) else 1
        return numeral_of(count) if level and level.form in _CHINESE else str(count)


def _read_level(level: Any) -> _Level:
    return _Level(
        _value(level, "w:lvlText"),
        _value(level, "w:numFmt"),
        int(_value(level, "w:start") or 1),
    )


def _value(element: Any, name: str) -> str:
    child = element.find(qn(name))
    return (child.get(qn("w:val")) or "") if child is not None else ""


def _number_of(properties: Any) -> tuple[str, int] | None:
    """List and depth that paragraph properties name; list 0 takes a number away."""
    if properties is None:
        return None
    number = properties.find(qn("w:numPr"))
    if number is None:
        return None
    name = _value(number, "w:numId")
    return (name, int(_value(number, "w:ilvl") or 0)) if name else None


def _style_numbers(document: Any) -> dict[str, tuple[str, int]]:
    found = {}
    for style in document.styles.element.iterchildren(qn("w:style")):
        place = _number_of(style.find(qn("w:pPr")))
        if place is not None:
            found[style.get(qn("w:styleId"))] = place
    return found
