"""How the standing of a nightly check is told to officials: sound, an incident, or not checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core.integrity.models import IntegrityCheck
from portal.core.integrity.standing import Standing
from portal.staff.dashboard import DashboardRow, RowState


@dataclass(frozen=True)
class Subject:
    """What was checked: its name (``name``), its page (``url``), how to mend it (``mend``)."""

    name: Any
    url: str
    mend: Any
    is_on: bool


def rows_of(
    standing: Standing, subject: Subject, findings: Sequence[DashboardRow]
) -> list[DashboardRow]:
    """The rows of a check; ``findings`` say what is wrong, and where."""
    rows: list[DashboardRow] = []
    if standing.is_unsound and standing.verdict:
        rows += [_incident(standing.verdict, subject), *findings]
    if standing.is_unchecked:
        rows.append(_unchecked(standing, subject))
    if not rows and standing.verdict:
        rows.append(_sound(standing.verdict, subject))
    return rows


def in_language(finding: dict[str, Any]) -> str:
    """What a finding says, in the language of the page."""
    return str(finding["en" if get_language() == "en" else "zh"])


def _moment(check: IntegrityCheck) -> str:
    at = check.finished_at
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""


def _incident(check: IntegrityCheck, subject: Subject) -> DashboardRow:
    text = _("%(subject)s核验发现%(count)d处差异（%(moment)s）")
    told = {"subject": subject.name, "count": check.found, "moment": _moment(check)}
    return DashboardRow(
        text % told, subject.url, state=RowState.INCIDENT, note=str(subject.mend), count=check.found
    )


def _sound(check: IntegrityCheck, subject: Subject) -> DashboardRow:
    text = _("%(subject)s完好：%(count)d项，核验于%(moment)s")
    told = {"subject": subject.name, "count": check.checked, "moment": _moment(check)}
    return DashboardRow(text % told, subject.url, state=RowState.SOUND)


def _unchecked(standing: Standing, subject: Subject) -> DashboardRow:
    title = _("未检查：%(subject)s") % {"subject": subject.name}
    note = " ".join(_reasons(standing, subject))
    return DashboardRow(title, subject.url, state=RowState.UNCHECKED, note=note)


def _reasons(standing: Standing, subject: Subject) -> Iterable[str]:
    if standing.is_crashed and standing.newest:
        told = {"moment": _moment(standing.newest), "problem": standing.newest.problem}
        yield _("%(moment)s的核验中断（%(problem)s），原因见后台任务的运行日志。") % told
    if standing.verdict:
        yield _("最近一次核验：%(moment)s。") % {"moment": _moment(standing.verdict)}
    else:
        yield _("从未核验。")
    if subject.is_on:
        yield _("请系统管理员检查后台任务（portal_worker）是否在运行。")
    else:
        yield _("自动核验未启用，请系统管理员设定每日时间。")
