"""Quality and audit reports as rows that an official can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

VERDICTS = {
    "pass": _("通过"),
    "note": _("提示"),
    "repair": _("已修复"),
    "refuse": _("不通过"),
}


@dataclass(frozen=True)
class ReportRow:
    """One line of a report: what was looked at, the verdict, how often, which rows."""

    code: str
    text: str
    verdict: str
    count: int
    examples: str


def quality_rows(report: Mapping[str, Any]) -> list[ReportRow]:
    """Every check of a quality report, those that found something first."""
    checks = sorted(report.get("checks", []), key=lambda check: check["verdict"] == "pass")
    return [
        ReportRow(
            check["code"],
            f"{_in_language(check, 'element_')}：{_in_language(check)}",
            str(VERDICTS.get(check["verdict"], check["verdict"])),
            check["count"],
            _examples(check),
        )
        for check in checks
    ]


def audit_rows(report: Mapping[str, Any]) -> list[ReportRow]:
    """The findings of an audit; one row that says so when there is none."""
    rows = [
        ReportRow(
            finding["rule"],
            _in_language(finding),
            str(VERDICTS.get(finding["severity"], finding["severity"])),
            finding["count"],
            _examples(finding),
        )
        for finding in report.get("findings", [])
    ]
    checked = report.get("checked", report.get("rules", []))
    if not checked:  # a report that looked at nothing must not look like one that found nothing
        return [*rows, ReportRow("—", str(_("未检查")), str(VERDICTS["refuse"]), 0, "")]
    summary = str(_("已检查的规则")) + "：" + ", ".join(checked)
    return [*rows, ReportRow("—", summary, str(VERDICTS["pass"]), len(checked), "")]


def _in_language(entry: Mapping[str, Any], prefix: str = "") -> str:
    english = (get_language() or "").startswith("en")
    return str(entry[f"{prefix}{'en' if english else 'zh'}"])


def _examples(entry: Mapping[str, Any]) -> str:
    return ", ".join(str(row) for row in entry.get("examples", [])[:10])
