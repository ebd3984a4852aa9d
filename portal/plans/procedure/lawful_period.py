"""Whether the public period of a version is as long as the law of its day demands."""

from __future__ import annotations

import datetime

from django.utils import timezone

from portal.plans.enums import NoticeKind
from portal.plans.errors import Incomplete
from portal.plans.models import NoticeVersion, StatutoryPeriod, WorkingDays

NEEDS_PERIOD = frozenset({NoticeKind.DRAFT_PLAN, NoticeKind.PRE_APPROVAL, NoticeKind.AMENDMENT})
"""Kinds that invite objections: without a period nobody would know until when."""


def first_day(version: NoticeVersion, now: datetime.datetime) -> datetime.date:
    """The local day on which the period would begin, were the version approved ``now``."""
    return timezone.localdate(max(version.publish_at or now, now))


def require_lawful_period(version: NoticeVersion) -> None:
    """Asked at submission and again at approval: law, calendar and day may be others by then.

    Raises ``Incomplete`` where the period is missing or too short, ``CalendarMissing`` where its
    days cannot be counted.
    """
    begins = first_day(version, timezone.now())
    notice, rule, working = version.notice, version.rule, WorkingDays()
    law = StatutoryPeriod.objects.for_notice(notice.kind, notice.region, begins).first()
    if rule is None:
        if law is not None or notice.kind in NEEDS_PERIOD:
            raise Incomplete(
                "这类公示须有公示期：请填写公示天数", "this kind needs a public period"
            )
        return
    end = rule.last_day(begins, working)
    if law is not None and end < law.rule.last_day(begins, working):
        raise Incomplete(
            f"公示期短于法定期限（{law.basis}：{law.amount}{law.get_unit_display()}）",
            f"the period is shorter than the law says ({law.amount} {law.unit} days)",
        )
