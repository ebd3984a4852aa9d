"""What the clock does by itself: publish at the minute, close when the period is over."""

from __future__ import annotations

import datetime
import logging

from django.db import transaction
from django.utils import timezone

from portal.plans.enums import EventKind, VersionState
from portal.plans.models import NoticeVersion
from portal.plans.procedure.step import locked, move, note
from portal.plans.published import announce

logger = logging.getLogger(__name__)


def tick() -> None:
    """Everything that is due now; called by the worker every few seconds."""
    now = timezone.now()
    publish_due(now)
    close_due(timezone.localdate(now))


def publish_due(now: datetime.datetime) -> int:
    """Mark approved versions whose minute has come as published; returns how many.

    The public reads them from their minute on without this; subscribers hear of them by it.
    """
    due = NoticeVersion.objects.due_at(now).order_by("publish_at", "pk")
    return sum(_publish(version, now) for version in due)


@transaction.atomic
def _publish(version: NoticeVersion, now: datetime.datetime) -> bool:
    version = locked(version)
    minute = version.publish_at
    if (
        version.state != VersionState.APPROVED or minute is None or minute > now
    ):  # another process was quicker
        return False
    older = version.notice.versions.filter(number__lt=version.number)
    for earlier in older.filter(state=VersionState.PUBLISHED):
        move(earlier, VersionState.CLOSED)
        note(earlier, EventKind.CLOSED, None, reason="superseded", at=version.publish_at)
    move(version, VersionState.PUBLISHED)
    kind = EventKind.REANNOUNCED if version.number > 1 else EventKind.PUBLISHED
    note(version, kind, None, reason=version.change_reason, at=version.publish_at)
    announce(version)
    return True


def close_due(today: datetime.date) -> int:
    """Close the versions whose last day is over; returns how many."""
    over = NoticeVersion.objects.filter(state=VersionState.PUBLISHED).closed_on(today)
    return sum(_close(version, today) for version in over)


@transaction.atomic
def _close(version: NoticeVersion, today: datetime.date) -> bool:
    version = locked(version)
    ends = version.closes_on
    if version.state != VersionState.PUBLISHED or ends is None or ends >= today:
        return False
    move(version, VersionState.CLOSED)
    note(version, EventKind.CLOSED, None)
    return True
