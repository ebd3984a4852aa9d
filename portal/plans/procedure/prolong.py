"""Lengthen the public period of a notice, with a reason, before it is over."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from portal.plans.enums import EventKind, VersionState
from portal.plans.errors import Incomplete, WrongState
from portal.plans.models import NoticeVersion, WorkingDays
from portal.plans.procedure.decide import require_decider
from portal.plans.procedure.step import (
    locked,
    move,
    note,
    require_public,
    require_reason,
    require_state,
)
from portal.plans.published import announce

FURTHEST = datetime.timedelta(days=2 * 366)
"""A year more than anybody means is a slip of the finger, and the clock cannot be turned back."""


@transaction.atomic
def extend_version(
    version: NoticeVersion,
    by: User,
    reason: str,
    *,
    until: datetime.date | None = None,
    event_on: datetime.date | None = None,
) -> NoticeVersion:
    """Move the last day to ``until``, or count the whole period anew from ``event_on``.

    The clock only lengthens: the later of the old end and the new one holds, and a next version
    that waits for its minute does not end before. Raises ``WrongState`` before the minute of
    publication and after the last day, ``Incomplete`` where the new end is not later, or years
    away, ``NotAllowed`` for who wrote or submitted the text.
    """
    reason = require_reason(reason)
    version = locked(version)
    require_decider(version, by)
    require_state(version, (VersionState.APPROVED, VersionState.PUBLISHED))
    require_public(version)
    version.closes_on = _new_end(version, until, event_on)
    move(version, VersionState(version.state), "closes_on")
    note(version, EventKind.EXTENDED, by, reason=reason)
    _lengthen_next(version, version.closes_on)
    announce(version)
    return version


def _new_end(
    version: NoticeVersion, until: datetime.date | None, event_on: datetime.date | None
) -> datetime.date:
    today, now = timezone.localdate(), timezone.now()
    if version.superseded_at is not None and version.superseded_at <= now:
        raise WrongState("已有新的版本：请延长新版本", "a newer version is public: extend that one")
    if version.closes_on is None:
        raise WrongState("这一公示没有截止日", "this notice has no end")
    if version.closes_on < today:
        raise WrongState(
            f"公示已于{version.closes_on}期满，不能再延长：请重新公告",
            f"the period was over on {version.closes_on}: announce anew instead",
        )
    _require_near(until or event_on, today)
    if until is None and event_on is not None and version.rule is not None:
        until = version.rule.last_day(event_on, WorkingDays())
    if until is None or until <= version.closes_on:
        raise Incomplete(
            f"新的截止日须晚于{version.closes_on}",
            f"the new last day must be after {version.closes_on}",
        )
    return until


def _require_near(day: datetime.date | None, today: datetime.date) -> None:
    if day is not None and day > today + FURTHEST:
        last = today + FURTHEST
        raise Incomplete(f"日期不能晚于{last}，请核对年份", f"not after {last}: check the year")


def _lengthen_next(version: NoticeVersion, last_day: datetime.date) -> None:
    waiting = version.notice.versions.filter(
        number__gt=version.number, state=VersionState.APPROVED, closes_on__lt=last_day
    )
    waiting.update(closes_on=last_day)
