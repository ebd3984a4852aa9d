"""The clock of the nightly audit, which the background worker keeps.

The state is in the database: one run for each release and night, which its constraint keeps to
one. A night that passed while no worker ran is made up for at the next look at the clock.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import IntegrityError, close_old_connections, transaction
from django.utils import timezone

from tiles.releases.enums import AuditTrigger
from tiles.releases.models import AuditRun, Release
from tiles.releases.nightly import is_at_work
from tiles.releases.tasks import run_live_audit

logger = logging.getLogger(__name__)

LOOK_INTERVAL_SECONDS = 20.0


def last_due(now: datetime, at: time) -> datetime:
    """The latest moment, not after ``now``, at which the local clock showed ``at``."""
    local = timezone.localtime(now)
    due = timezone.make_aware(datetime.combine(local.date(), at))
    if due <= local:
        return due
    return timezone.make_aware(datetime.combine(local.date() - timedelta(days=1), at))


def begin_due(now: datetime) -> list[AuditRun]:
    """Queue the audits of the night that are not there yet; nothing when ``AUDIT_LIVE_AT`` is empty.

    A release that was published since the moment was audited then.
    """
    at: time | None = settings.AUDIT_LIVE_AT
    if at is None:
        return []
    due = last_due(now, at)
    night = timezone.localtime(due).date()
    waiting = Release.objects.current().filter(published_at__lt=due)
    begun = []
    for release in waiting.exclude(audits__night=night):
        try:
            with transaction.atomic():
                run = AuditRun.objects.create(
                    release=release, trigger=AuditTrigger.NIGHTLY, full=True, night=night
                )
        except IntegrityError:  # another worker was faster
            continue
        run_live_audit.enqueue(run.pk)
        begun.append(run)
    return begun


def resume_cut_off() -> None:
    """Queue again, or give up, the nightly runs whose worker ended before they did."""
    for run in AuditRun.objects.filter(trigger=AuditTrigger.NIGHTLY, finished_at=None):
        if not is_at_work(run.pk):
            run_live_audit.enqueue(run.pk)


class NightWatch(threading.Thread):
    """Looks at the clock beside the worker's loop and queues what is due."""

    def __init__(self) -> None:
        super().__init__(name="night-watch", daemon=True)
        self._over = threading.Event()

    def run(self) -> None:
        while True:
            close_old_connections()
            self.look()
            close_old_connections()
            if self._over.wait(LOOK_INTERVAL_SECONDS):
                return

    def look(self) -> None:
        try:
            begin_due(timezone.now())
        except DatabaseFailure:
            # Locked or away: the next look makes up for it.
            logger.exception("the nightly audit could not be queued")

    def stop(self) -> None:
        self._over.set()
        self.join()
