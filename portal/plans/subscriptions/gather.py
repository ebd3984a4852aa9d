"""Find what subscribers have to be told.

The timeline of a notice is written in the same transaction as the change itself, so what is read
from it is never lost and never told of a change that did not happen: not even when a process is
killed between the change and the call of a listener.
"""

from __future__ import annotations

import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from portal.plans.enums import EventKind
from portal.plans.models import NoticeEvent, NoticeVersion
from portal.plans.subscriptions.enums import NEWS_OF_EVENT, News
from portal.plans.subscriptions.models import Announcement

OLDEST = datetime.timedelta(days=7)
"""News older than a week is told to nobody: a worker that stood still so long is seen by the staff."""

ENDING_DAYS = 3
ENDING_HOUR = 8
"""Nobody is reminded of an end in the middle of the night."""


def gather(now: datetime.datetime) -> int:
    """Write down each event that was not announced yet; returns how many."""
    return _gather_events(now) + _gather_endings(now)


def _gather_events(now: datetime.datetime) -> int:
    events = NoticeEvent.objects.filter(
        kind__in=NEWS_OF_EVENT,
        announcement=None,
        at__gt=now - OLDEST,
        at__lte=now,
        version__in=NoticeVersion.objects.public_at(now),
    )
    found = [
        Announcement(
            kind=NEWS_OF_EVENT[EventKind(event.kind)],
            version_id=event.version_id,
            event=event,
            moment=event.at,
        )
        for event in events.order_by("at", "pk")
    ]
    # Another worker may have seen the same event: the database keeps one.
    Announcement.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


def _gather_endings(now: datetime.datetime) -> int:
    local = timezone.localtime(now)
    if local.hour < ENDING_HOUR:
        return 0
    today = local.date()
    told = Announcement.objects.filter(
        kind=News.ENDING, version=OuterRef("pk"), closes_on=OuterRef("closes_on")
    )
    ending = (
        NoticeVersion.objects.standing()
        .open_on(today)
        .filter(closes_on__lte=today + datetime.timedelta(days=ENDING_DAYS), opens_on__lt=today)
        .filter(~Exists(told))
    )
    found = [
        Announcement(kind=News.ENDING, version_id=pk, closes_on=closes_on, moment=now)
        for pk, closes_on in ending.values_list("pk", "closes_on")
    ]
    Announcement.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)
