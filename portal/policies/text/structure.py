"""Headings, articles and paragraphs of a regulation, in the order of the text; nothing is lost."""

from __future__ import annotations

import re
from itertools import pairwise

from portal.policies.enums import PartKind, UnitKind
from portal.policies.errors import Remark, no_body
from portal.policies.text.header import read_header
from portal.policies.text.labels import (
    ArticleLabel,
    anchor_for,
    is_bare_heading,
    is_contents_heading,
    read_article,
    read_heading,
    read_item,
    squeeze,
)
from portal.policies.text.lines import Line, SourceLines
from portal.policies.text.parsed import ParsedPart, ParsedText, ParsedUnit

_ANNEX = re.compile(
    r"附\s*(?:件|录|表|图)?\s*[0-9０-９一二三四五六七八九十]{0,3}\s*(?:[：:].{0,80})?"
)
_TABLE_ROW = re.compile(r"\|.*\|")
_MARKED_KINDS = {1: PartKind.SECTION, 2: PartKind.SECTION, 3: PartKind.SUBHEADING}
# After these a number at the start of a line is spoken of, not given: 第三条规定的……
_SPOKEN_OF = re.compile(r"(?:的|规定|所|第|、|，|至|和|与|或|及|款|项|中|之)")
# Dots and the page number that end an entry of a table of contents.
_LEADERS = re.compile(r"[.．…·\d]+$")
_LONGEST_HEADING = 600
_LONGEST_TRAIL = 2000


def parse_text(source: SourceLines) -> ParsedText:
    """The whole text. Raises ``TextProblem`` where there is no title or no text."""
    header = read_header(source)
    text = ParsedText(header.title, header.volume, header.history)
    builder = _Builder(text, header.body)
    for line in header.body:
        builder.take(line)
    builder.finish()
    if not text.units:
        raise no_body(header.body[0].number if header.body else 0)
    return text


class _Builder:
    """Takes line after line; knows the unit that is open and the headings above it."""

    def __init__(self, text: ParsedText, body: list[Line]) -> None:
        self.text = text
        self.unit: ParsedUnit | None = None
        self.open_parts: list[ParsedPart] = []
        self.number, self.series = 0, 1
        self.anchors: set[str] = set()
        self.in_contents = False
        self.contents: set[str] = set()
        """What the table of contents lists, where the text has one."""
        # In a marked source a heading without a mark is a sentence that quotes one.
        self.plain_headings = not any(line.level and read_heading(line.text) for line in body)

    def take(self, line: Line) -> None:
        """Find out what the line is, and put it in its place."""
        if self._is_heading(line):
            self._start_part(line)
            return
        label = read_article(line.text)
        if label and self._is_article(label):
            self.in_contents = False
            self._start_article(line, label)
        elif _TABLE_ROW.fullmatch(line.text):
            self._add_row(line)
        elif self._starts_unit(line):
            self._start_unit(line)
        elif self.unit is not None:
            self.unit.paragraphs.append(line.text)

    def finish(self) -> None:
        """Remark what looks odd."""
        numbered = [unit for unit in self.text.articles if not unit.anchor.startswith("s")]
        for before, unit in pairwise(numbered):
            if unit.number and before.number and unit.number > before.number + 1:
                self.text.remarks.append(
                    Remark(
                        "gap",
                        f"{before.label}之后是{unit.label}",
                        f"article {before.anchor} is followed by {unit.anchor}",
                        unit.line,
                    )
                )

    # -- headings

    def _is_heading(self, line: Line) -> bool:
        if line.level:
            return len(line.text) <= _LONGEST_HEADING
        if is_bare_heading(line.text) or (self.plain_headings and read_heading(line.text)):
            return not self.in_contents or not self._is_listed(line.text)
        return bool(_ANNEX.fullmatch(line.text))

    def _is_listed(self, text: str) -> bool:
        """Whether a heading in a table of contents is an entry: the real one comes a second time."""
        entry = _LEADERS.sub("", squeeze(text))
        if entry in self.contents:
            return False
        self.contents.add(entry)
        return True

    def _start_part(self, line: Line) -> None:
        label = read_heading(line.text)
        if label:
            part = ParsedPart(line.number, label.kind, label.printed, label.title)
        else:
            kind = _MARKED_KINDS.get(line.level or 2, PartKind.MINOR)
            part = ParsedPart(line.number, kind, "", line.text)
        while self.open_parts and self.open_parts[-1].kind >= part.kind:
            self.open_parts.pop()
        part.depth = len(self.open_parts)
        self.open_parts.append(part)
        part.trail = " › ".join(each.heading for each in self.open_parts)[:_LONGEST_TRAIL]
        self.text.nodes.append(part)
        self.unit = None
        self.in_contents = is_contents_heading(line.text)

    # -- units

    def _is_article(self, label: ArticleLabel) -> bool:
        if label.spaced:
            return True
        if _SPOKEN_OF.match(label.rest):
            return False
        expected = {self.number + 1} if label.sub_number is None else {self.number}
        return label.number in expected

    def _start_article(self, line: Line, label: ArticleLabel) -> None:
        if label.number == 1 and not label.sub_number and self.number >= 1:
            self.series += 1
        anchor = anchor_for(label.number, label.sub_number, self.series)
        if anchor in self.anchors:
            anchor = self._second_anchor(line, label, anchor)
        self.number = label.number
        self._open(
            ParsedUnit(
                line.number,
                UnitKind.ARTICLE,
                label.printed,
                label.number,
                label.sub_number,
                anchor,
                [label.rest] if label.rest else [],
            )
        )

    def _second_anchor(self, line: Line, label: ArticleLabel, anchor: str) -> str:
        self.text.remarks.append(
            Remark(
                "repeated",
                f"{label.printed}出现不止一次",
                f"article {anchor} occurs more than once",
                line.number,
            )
        )
        times = 2
        while f"{anchor}-r{times}" in self.anchors:
            times += 1
        return f"{anchor}-r{times}"

    def _starts_unit(self, line: Line) -> bool:
        """Whether a line outside articles begins a unit; inside an article it is a paragraph of it."""
        if self.unit is None or self.unit.kind in {UnitKind.PARAGRAPH, UnitKind.TABLE}:
            return not self.in_contents or self.unit is None
        return self.unit.kind == UnitKind.ITEM and read_item(line.text) is not None

    def _start_unit(self, line: Line) -> None:
        item = read_item(line.text)
        if item and not self.in_contents:
            rest = line.text[len(item) :].strip()
            unit = ParsedUnit(line.number, UnitKind.ITEM, item, paragraphs=[rest] if rest else [])
        else:
            unit = ParsedUnit(line.number, UnitKind.PARAGRAPH, paragraphs=[line.text])
        self._open(unit)

    def _add_row(self, line: Line) -> None:
        """A row of a table: of the open article, or of a table that is a unit of its own."""
        if self.unit is None or self.unit.kind == UnitKind.PARAGRAPH:
            self._open(ParsedUnit(line.number, UnitKind.TABLE, paragraphs=[line.text]))
        else:
            self.unit.paragraphs.append(line.text)

    def _open(self, unit: ParsedUnit) -> None:
        unit.part = self.open_parts[-1] if self.open_parts else None
        unit.anchor = unit.anchor or f"p-{len(self.text.nodes) + 1}"
        self.anchors.add(unit.anchor)
        self.unit = unit
        self.text.nodes.append(unit)
