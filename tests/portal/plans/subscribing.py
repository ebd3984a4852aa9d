"""Subscribers and what the worker does for them, in tests."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from portal.plans.subscriptions.deliver import deliver_due
from portal.plans.subscriptions.gather import gather
from portal.plans.subscriptions.models import Mail, Subscription
from portal.plans.subscriptions.models.subscription import new_key
from portal.plans.subscriptions.spread import spread_waiting
from portal.plans.subscriptions.subscribe import Choice, Request, ask, confirm

READER = "reader@example.com"
LATER = datetime.timedelta(minutes=2)
"""After it a mail waits for nothing more."""


def request(email: str = READER, language: str = "zh-hans", **choice: Any) -> Subscription:
    """A request that waits to be confirmed."""
    submission = new_key()
    ask(Request(email, language, Choice(**choice), "我同意", submission))
    return Subscription.objects.get(submission=submission)


def subscribed(email: str = READER, language: str = "zh-hans", **choice: Any) -> Subscription:
    """A confirmed subscription; the question to confirm it is out of the way."""
    subscription = confirm(request(email, language, **choice))
    Mail.objects.filter(subscription=subscription).delete()
    return subscription


def tell(after: datetime.timedelta = LATER) -> int:
    """Gather and spread now, send some minutes later; how many mails went out."""
    gather(timezone.now())
    spread_waiting()
    return deliver_due(timezone.now() + after)
