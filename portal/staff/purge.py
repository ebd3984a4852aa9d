"""Delete what is left of sessions and failed sign-ins that are over.

A browser that never returns would leave its rows for ever: what names an address is not kept longer than
it serves.
"""

from __future__ import annotations

import datetime

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from portal.staff.models import StaffSession


def over(now: datetime.datetime) -> list[QuerySet[StaffSession] | QuerySet[Session]]:
    """Sessions of officials that lasted too long, browsers' sessions, failures that lock nobody."""
    return [
        StaffSession.objects.filter(started_at__lt=now - settings.STAFF_SESSION_TIME),
        Session.objects.filter(expire_date__lt=now),
        AccessAttempt.objects.filter(attempt_time__lt=now - settings.AXES_COOLOFF_TIME),
    ]


def purge_if_due() -> None:
    """For the worker's clock: looks first, so that an idle look takes no write lock."""
    for rows in over(timezone.now()):
        if rows.exists():
            rows.delete()
