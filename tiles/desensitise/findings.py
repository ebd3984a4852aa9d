"""What a check found: the shared shape of audit results and floor violations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

_EXAMPLES = 10

Severity = Literal["refuse", "note"]


@dataclass(frozen=True)
class Finding:
    """One rule that fired (发现).

    ``count``: how many features (or vertices, where the sentence says so). ``examples``: row
    numbers of the published table (raw table where the sentence says so), never values, since
    findings travel into logs, reports and the package.
    """

    rule: str
    severity: Severity
    zh: str
    en: str
    count: int = 1
    examples: tuple[int, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "severity": self.severity,
            "zh": self.zh,
            "en": self.en,
            "count": self.count,
            "examples": list(self.examples),
        }


@dataclass(frozen=True)
class AuditReport:
    """All findings of one audit and how many things each rule looked at.

    ``checked``: rule name -> number of features, vertices or values examined, so that a rule
    that looked at nothing cannot pass for one that found nothing.
    """

    findings: tuple[Finding, ...] = ()
    checked: Mapping[str, int] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return not any(finding.severity == "refuse" for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        return {
            "passed": self.passed,
            "findings": [finding.as_dict() for finding in self.findings],
            "checked": dict(self.checked),
        }


def flagged(
    rule: str, rows: npt.NDArray[np.bool_], zh: str, en: str, severity: Severity = "refuse"
) -> list[Finding]:
    """One finding about the rows where the mask is true, or none when it is false everywhere."""
    hit = np.flatnonzero(rows)
    if not len(hit):
        return []
    examples = tuple(int(row) for row in hit[:_EXAMPLES])
    return [Finding(rule, severity, zh, en, len(hit), examples)]
