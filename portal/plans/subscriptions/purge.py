"""Delete what has served its purpose (个人信息保护法第四十七条)."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from portal.plans.subscriptions.enums import MailState, Purpose
from portal.plans.subscriptions.models import Mail, Subscriber, Subscription

KEPT = datetime.timedelta(days=30)
"""Who was told what is kept for a month, for questions about mails that did not arrive."""

AN_HOUR = datetime.timedelta(hours=1)
"""Questions to confirm are kept as long as the rate of sending is counted."""

ENDED = (MailState.SENT, MailState.FAILED, MailState.OBSOLETE)


def over_at(now: datetime.datetime) -> QuerySet[Mail]:
    """Mails whose traces are not needed any more."""
    old = Q(state__in=ENDED, created_at__lt=now - KEPT)
    asked = Q(state=MailState.SENT, purpose=Purpose.CONFIRM, sent_at__lt=now - AN_HOUR)
    return Mail.objects.filter(old | asked)


def _delete_empty() -> int:
    """Addresses without a subscription; locked, and looked at again: one may just have come."""
    empty = Subscriber.objects.select_for_update().without_subscription()
    found = list(empty.values_list("pk", flat=True))
    return Subscriber.objects.filter(pk__in=found).without_subscription().delete()[0]


def purge(now: datetime.datetime) -> int:
    """Requests that nobody confirmed, with their addresses; old mails. Looks before it writes."""
    gone = 0
    lapsed = Subscription.objects.lapsed_at(now)
    if lapsed.exists():
        with transaction.atomic():
            gone += lapsed.delete()[0]
            gone += _delete_empty()
    over = over_at(now)
    if over.exists():
        gone += over.delete()[0]
    return gone
