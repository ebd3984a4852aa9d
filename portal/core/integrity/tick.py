"""The clock of the nightly checks, which the background worker keeps.

The state is in the database: one run for each check and night. A night that passed while no worker
ran is made up for at the next look at the clock.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.core.integrity.enums import State
from portal.core.integrity.models import IntegrityCheck
from portal.core.integrity.registry import registered
from portal.core.integrity.run import give_up
from portal.core.integrity.tasks import run_check

LONGEST = timedelta(hours=6)
"""A run that takes longer was cut off, with the worker that did it."""

MOST_ATTEMPTS = 3
"""A run that was cut off this often is given up: it may be what ends the worker."""


def tick() -> None:
    """Called by the worker every few seconds."""
    now = timezone.now()
    begin_due(now)
    resume_cut_off(now)


def last_due(now: datetime, at: time) -> datetime:
    """The latest moment, not after ``now``, at which the local clock showed ``at``."""
    local = timezone.localtime(now)
    due = timezone.make_aware(datetime.combine(local.date(), at))
    if due <= local:
        return due
    return timezone.make_aware(datetime.combine(local.date() - timedelta(days=1), at))


def begin_due(now: datetime) -> list[IntegrityCheck]:
    """Queue the checks of the night that are not there yet."""
    begun = []
    for check in registered():
        if check.at is None:
            continue
        night = timezone.localtime(last_due(now, check.at)).date()
        if IntegrityCheck.objects.filter(name=check.name, night=night).exists():
            continue
        try:
            with transaction.atomic():
                run = IntegrityCheck.objects.create(name=check.name, night=night, started_at=now)
        except IntegrityError:  # another worker was faster
            continue
        run_check.enqueue(run.pk)
        begun.append(run)
    return begun


def resume_cut_off(now: datetime) -> None:
    """Queue again, or give up, what did not come to its end."""
    over = IntegrityCheck.objects.filter(state=State.RUNNING, started_at__lt=now - LONGEST)
    for run in over:
        if run.attempts >= MOST_ATTEMPTS:
            give_up(run, "cut off")
            continue
        # Several workers look: the one that moves the start does it.
        taken = over.filter(pk=run.pk).update(started_at=now, attempts=run.attempts + 1)
        if taken:
            run_check.enqueue(run.pk)
