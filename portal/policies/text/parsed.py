"""A regulation's text as it was understood: typed, complete, not yet stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from portal.policies.enums import PartKind, UnitKind
from portal.policies.errors import Remark


@dataclass
class ParsedPart:
    """A heading; ``trail`` names the headings from the top down to it."""

    line: int
    kind: PartKind
    label: str
    title: str
    depth: int = 0
    trail: str = ""

    @property
    def heading(self) -> str:
        """Number and title as one line."""
        return f"{self.label} {self.title}".strip()


@dataclass
class ParsedUnit:
    """An article or another unit; ``paragraphs`` without the label."""

    line: int
    kind: UnitKind
    label: str = ""
    number: int | None = None
    sub_number: int | None = None
    anchor: str = ""
    paragraphs: list[str] = field(default_factory=list)
    part: ParsedPart | None = None

    @property
    def text(self) -> str:
        """Paragraph by paragraph, one a line."""
        return "\n".join(self.paragraphs)


Node = ParsedPart | ParsedUnit


@dataclass
class ParsedText:
    """``history``: the 题注, line by line. ``nodes``: headings and units in the order of the text.

    ``volume``: the name of the volume where a code comes in several files, else empty.
    """

    title: str
    volume: str = ""
    history: list[str] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def parts(self) -> list[ParsedPart]:
        """The headings."""
        return [node for node in self.nodes if isinstance(node, ParsedPart)]

    @property
    def units(self) -> list[ParsedUnit]:
        """Everything that is no heading."""
        return [node for node in self.nodes if isinstance(node, ParsedUnit)]

    @property
    def articles(self) -> list[ParsedUnit]:
        """The articles (第N条)."""
        return [unit for unit in self.units if unit.kind == UnitKind.ARTICLE]

    def printed(self) -> Iterator[str]:
        """The body again, line by line, as it would be printed."""
        for node in self.nodes:
            yield node.heading if isinstance(node, ParsedPart) else f"{node.label} {node.text}"
