"""The shape of a quality report: checks by the quality elements of GB/T 17941."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .assemble import Noticed, Part
from .repair import Repair

Verdict = Literal["pass", "note", "repair", "refuse"]
Element = Literal[
    "spatial_reference", "completeness", "format", "domain", "topology", "thematic", "concept"
]
MOST_EXAMPLES = 10

# Quality elements and sub-elements of GB/T 17941 (数字测绘成果质量要求).
ELEMENTS: Mapping[str, tuple[str, str]] = {
    "spatial_reference": ("空间参考系", "Spatial reference"),
    "completeness": ("完整性", "Completeness"),
    "concept": ("逻辑一致性：概念一致性", "Logical consistency: concepts"),
    "format": ("逻辑一致性：格式一致性", "Logical consistency: format"),
    "domain": ("逻辑一致性：值域一致性", "Logical consistency: domain"),
    "topology": ("逻辑一致性：拓扑一致性", "Logical consistency: topology"),
    "thematic": ("属性精度：属性正确性", "Attribute accuracy: correctness"),
}


@dataclass(frozen=True)
class Check:
    """One check and what it found (检查项).

    ``count``: features (or fields, where the text says so) found wanting; ``checked``: how many
    were looked at; ``examples``: rows from 1, never values; ``measured``: figures in all.
    """

    code: str
    element: Element
    zh: str
    en: str
    count: int = 0
    checked: int = 0
    verdict: Verdict = "pass"
    examples: tuple[int, ...] = ()
    measured: Mapping[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        element_zh, element_en = ELEMENTS[self.element]
        return {
            "code": self.code,
            "element": self.element,
            "element_zh": element_zh,
            "element_en": element_en,
            "zh": self.zh,
            "en": self.en,
            "count": self.count,
            "checked": self.checked,
            "verdict": self.verdict,
            "examples": list(self.examples),
            "measured": dict(self.measured),
        }

    def summary(self) -> dict[str, Any]:
        """Without rows and figures of the raw data, fit to leave the internal node."""
        kept = ("code", "element", "element_zh", "element_en", "zh", "en", "count", "verdict")
        return {name: value for name, value in self.as_dict().items() if name in kept}


@dataclass(frozen=True)
class QualityReport:
    """All checks of one table, the repairs one by one, and where its rows came from."""

    checks: tuple[Check, ...]
    repairs: tuple[Repair, ...] = ()
    parts: tuple[Part, ...] = ()
    noticed: tuple[Noticed, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.refused

    @property
    def refused(self) -> tuple[Check, ...]:
        """The checks that forbid the table to go on."""
        return tuple(check for check in self.checks if check.verdict == "refuse")

    def as_dict(self) -> dict[str, Any]:
        """The whole report. With ``repairs`` and ``parts`` it stays at the internal node."""
        return {
            "passed": self.passed,
            "checks": [check.as_dict() for check in self.checks],
            "repairs": [repair.as_dict() for repair in self.repairs],
            "sources": [part.as_dict() for part in self.parts],
            "noticed": [
                {"code": n.code, "count": n.count, "source": n.source, "examples": list(n.examples)}
                for n in self.noticed
            ],
        }

    def summary(self) -> dict[str, Any]:
        """What the package tells about the control of the raw data: counts and verdicts."""
        return {
            "passed": self.passed,
            "repairs": len(self.repairs),
            "checks": [check.summary() for check in self.checks],
        }


def examples_of(rows: Sequence[int]) -> tuple[int, ...]:
    """The first few of these row numbers, as plain integers."""
    return tuple(int(row) for row in rows[:MOST_EXAMPLES])
