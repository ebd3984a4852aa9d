"""The report on messages (留言办理情况): what came, what was answered, how fast, what is late."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.feedback.deadline import WorkingDayCount
from portal.feedback.enums import Kind, State
from portal.feedback.models import Message, MessageQuerySet
from portal.feedback.permissions import may_see_queue, messages_for
from portal.staff.permissions import may_read_reports
from portal.staff.reports import Report, Row, register_report
from portal.staff.scope import Person

COLUMNS = ("received_at", "kind", "state", "due_on", "closed_at")


@dataclass
class Month:
    """The messages of one kind that came in one month; ``taken``: working days to the answer."""

    received: int = 0
    answered: int = 0
    dismissed: int = 0
    late: int = 0
    taken: list[int] = field(default_factory=list)

    @property
    def open(self) -> int:
        """Neither answered nor dismissed yet."""
        return self.received - self.answered - self.dismissed

    @property
    def median(self) -> str:
        """Median of the working days to the answer; empty where nothing was answered."""
        return f"{median(self.taken):g}" if self.taken else ""


def may_read_message_report(person: Person) -> bool:
    """Who answers messages, for their divisions; the audit administrator, for all."""
    return may_read_reports(person) or may_see_queue(person)


def messages_by_month(reader: User) -> Iterator[Row]:
    """One row a month of receipt and form, the newest month first.

    (month, form, received, answered, dismissed, open, median working days, late). Late: closed
    after its last day, or open now and past it. Messages that were deleted in time are not counted.
    """
    today, count = timezone.localdate(), WorkingDayCount()
    months: dict[tuple[str, str], Month] = defaultdict(Month)
    for received_at, kind, state, due_on, closed_at in _readable(reader).values_list(*COLUMNS):
        received = timezone.localdate(received_at)
        month = months[received.strftime("%Y-%m"), kind]
        closed = timezone.localdate(closed_at) if closed_at else None
        month.received += 1
        month.late += (closed or today) > due_on
        month.dismissed += state == State.DISMISSED
        if state == State.ANSWERED and closed:
            month.answered += 1
            month.taken.append(count.between(received, closed))
    for name, kind in sorted(months, key=_newest_first):
        yield _row(name, kind, months[name, kind])


def _readable(reader: User) -> MessageQuerySet:
    rows = Message.objects.all() if may_read_reports(reader) else messages_for(reader)
    ordered: MessageQuerySet = rows.order_by()  # type: ignore[assignment]
    return ordered


def _newest_first(key: tuple[str, str]) -> tuple[int, int]:
    name, kind = key
    day = datetime.date.fromisoformat(f"{name}-01")
    return -day.toordinal(), Kind.values.index(kind)


def _row(name: str, kind: str, month: Month) -> Row:
    numbers = (month.received, month.answered, month.dismissed, month.open)
    return (name, str(Kind(kind).label), *numbers, month.median, month.late)


REPORT = Report(
    "messages",
    _("留言办理情况（按月）"),
    (
        _("收到月份"),
        _("来源"),
        _("收到"),
        _("已答复"),
        _("不予受理"),
        _("未办结"),
        _("答复用时中位数（工作日）"),
        _("逾期"),
    ),
    messages_by_month,
    may_read_message_report,
)


def register_message_report() -> None:
    """Called once the apps are ready."""
    register_report(REPORT)
