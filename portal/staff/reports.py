"""Reports on the work of officials (统计报表): counts over the audit log, by month."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Max
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.audit.models import AuditEvent
from portal.staff.actions import action_label
from portal.staff.dashboard import RowState, registered_panels
from portal.staff.permissions import may_read_reports
from portal.staff.scope import Person

Row = Sequence[object]
MOST_ROWS = 5_000


@dataclass(frozen=True)
class Report:
    """A table with a name for its address; ``rows`` are those that a person may read."""

    name: str
    title: Any
    header: tuple[Any, ...]
    rows: Callable[[User], Iterator[Row]]
    may: Callable[[Person], bool] = may_read_reports


def _month(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m")


def actions_by_month(_reader: User) -> Iterator[Row]:
    """(month, official, action, count), newest month first."""
    counted = (
        AuditEvent.objects.filter(actor_id__isnull=False)
        .annotate(month=TruncMonth("at"))
        .values("month", "actor_name", "action")
        .annotate(count=Count("sequence"))
        .order_by("-month", "actor_name", "action")
    )
    for row in counted[:MOST_ROWS]:
        yield (_month(row["month"]), row["actor_name"], action_label(row["action"]), row["count"])


SIGN_INS = ("sign_in.succeeded", "sign_in.failed", "sign_in.locked")


def sign_ins_by_month(_reader: User) -> Iterator[Row]:
    """(month, account, event, count) of sign-ins, failures and locks."""
    counted = (
        AuditEvent.objects.filter(action__in=SIGN_INS)
        .annotate(month=TruncMonth("at"))
        .values("month", "target_text", "action")
        .annotate(count=Count("sequence"))
        .order_by("-month", "target_text", "action")
    )
    for row in counted[:MOST_ROWS]:
        yield (_month(row["month"]), row["target_text"], action_label(row["action"]), row["count"])


def late_items(_reader: User) -> Iterator[Row]:
    """(official, part, item, due) of everything on anybody's dashboard that is late."""
    for person in User.objects.filter(is_active=True, groups__isnull=False).distinct():
        for panel in registered_panels():
            for row in panel.rows(person):
                if row.state == RowState.LATE:
                    due = timezone.localtime(row.due).strftime("%Y-%m-%d %H:%M") if row.due else ""
                    yield (person.get_full_name(), str(panel.title), row.title, due)


def officials(_reader: User) -> Iterator[Row]:
    """(account, name, roles, in use, last action) of every account."""
    newest = dict(
        AuditEvent.objects.filter(actor_id__isnull=False)
        .order_by()
        .values_list("actor_id")
        .annotate(at=Max("at"))
    )
    for person in User.objects.order_by("username").prefetch_related("groups"):
        at = newest.get(person.pk)
        roles = "、".join(group.name for group in person.groups.all())
        last = timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""
        active = str(_("是") if person.is_active else _("否"))
        yield (person.get_username(), person.get_full_name(), roles, active, last)


REPORTS = {
    report.name: report
    for report in (
        Report(
            "actions",
            _("工作量（按月）"),
            (_("月份"), _("操作人"), _("操作"), _("次数")),
            actions_by_month,
        ),
        Report(
            "sign-ins",
            _("登录情况（按月）"),
            (_("月份"), _("账号"), _("事件"), _("次数")),
            sign_ins_by_month,
        ),
        Report("late", _("逾期事项"), (_("工作人员"), _("栏目"), _("事项"), _("期限")), late_items),
        Report(
            "officials",
            _("工作人员名册"),
            (_("用户名"), _("姓名"), _("角色"), _("启用"), _("最近操作")),
            officials,
        ),
    )
}


def register_report(report: Report) -> None:
    """Have a report of another part of the site; called when its app is ready."""
    REPORTS[report.name] = report


def reports_for(person: Person) -> list[Report]:
    """The reports that a person may read."""
    return [report for report in REPORTS.values() if report.may(person)]


def may_read_any(person: Person) -> bool:
    """Whether the page of reports is of any use to a person."""
    return bool(reports_for(person))
