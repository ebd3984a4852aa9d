"""The check as a background task."""

from __future__ import annotations

from django_tasks import task

from portal.core.integrity.run import run_queued

LOW = -10
"""Priority of what can wait: officials' work goes first."""


@task(priority=LOW)
def run_check(pk: int) -> None:
    """Do one queued run; the outcome stands on it."""
    run_queued(pk)
