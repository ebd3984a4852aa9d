"""Lengthen the public period of a notice, with a reason, before it is over."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from portal.plans.enums import EventKind, VersionState
from portal.plans.errors import Incomplete, WrongState
from portal.plans.models import NoticeVersion, WorkingDays
from portal.plans.permissions import may_approve
from portal.plans.procedure.step import locked, move, note, require, require_reason, require_state
from portal.plans.published import announce


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

    The clock only lengthens: the later of the old end and the new one holds. Raises ``WrongState``
    after the last day is over, ``Incomplete`` where the new end is not later, ``NotAllowed``.
    """
    reason = require_reason(reason)
    version = locked(version)
    region = version.notice.region
    require(
        may_approve(by, region),
        f"您没有在“{region}”延长公示的权限",
        f"you may not extend notices of {region.code}",
    )
    require_state(version, (VersionState.APPROVED, VersionState.PUBLISHED))
    today = timezone.localdate()
    if version.closes_on is None:
        raise WrongState("这一公示没有截止日", "this notice has no end")
    if version.closes_on < today:
        raise WrongState(
            f"公示已于{version.closes_on}期满，不能再延长：请重新公告",
            f"the period was over on {version.closes_on}: announce anew instead",
        )
    if until is None and event_on is not None and version.rule is not None:
        until = version.rule.last_day(event_on, WorkingDays())
    if until is None or until <= version.closes_on:
        raise Incomplete(
            f"新的截止日须晚于{version.closes_on}",
            f"the new last day must be after {version.closes_on}",
        )
    version.closes_on = until
    move(version, VersionState(version.state), "closes_on")
    note(version, EventKind.EXTENDED, by, reason=reason)
    announce(version)
    return version
