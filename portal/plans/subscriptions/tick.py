"""What the worker does for subscribers every few seconds."""

from __future__ import annotations

from django.utils import timezone

from portal.plans.subscriptions.deliver import deliver_due
from portal.plans.subscriptions.gather import gather
from portal.plans.subscriptions.purge import purge
from portal.plans.subscriptions.spread import spread_waiting


def tick() -> None:
    """Gather, spread, send, delete what is over: each step takes up what a killed one left."""
    now = timezone.now()
    gather(now)
    spread_waiting()
    deliver_due(now)
    purge(now)
