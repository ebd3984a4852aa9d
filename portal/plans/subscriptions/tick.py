"""What the worker does for subscribers every few seconds."""

from __future__ import annotations

from django.utils import timezone

from portal.plans.subscriptions.gather import gather
from portal.plans.subscriptions.purge import purge
from portal.plans.subscriptions.spread import spread_waiting


def tick() -> None:
    """Gather, spread, delete what is over: each step takes up what a killed one left.

    Sending is not among it (``deliver.deliver_due``): a mail server may take its time, and the
    deletion of personal data may not.
    """
    now = timezone.now()
    gather(now)
    spread_waiting()
    purge(now)
