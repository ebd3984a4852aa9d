"""What the staff sees of the queue: numbers, never an address."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from portal.plans.subscriptions.enums import MailState
from portal.plans.subscriptions.models import Mail, Subscriber, Subscription

LATE_AFTER = datetime.timedelta(minutes=30)
MOST_SHOWN = 50


@dataclass(frozen=True)
class QueueFigures:
    """The queue at one moment."""

    subscribers: int
    subscriptions: int
    waiting: int
    retrying: int
    failed: int
    sent_today: int
    oldest: datetime.datetime | None
    problems: list[tuple[str, int]]

    @property
    def is_late(self) -> bool:
        """Whether something waits for so long that somebody has to look."""
        return self.oldest is not None and self.oldest < timezone.now() - LATE_AFTER


def figures() -> QueueFigures:
    """Counted now."""
    unsent, failed = Mail.objects.unsent(), Mail.objects.filter(state=MailState.FAILED)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    troubled = Mail.objects.exclude(problem="").exclude(state=MailState.SENT)
    by_problem = troubled.values_list("problem").annotate(count=Count("pk"))
    confirmed = Subscription.objects.confirmed()
    return QueueFigures(
        subscribers=Subscriber.objects.filter(subscriptions__in=confirmed).distinct().count(),
        subscriptions=confirmed.count(),
        waiting=unsent.count(),
        retrying=unsent.filter(attempts__gt=0).count(),
        failed=failed.count(),
        sent_today=Mail.objects.sent_since(today).count(),
        oldest=unsent.aggregate(oldest=Min("created_at"))["oldest"],
        problems=list(by_problem.order_by("-count", "problem")[:MOST_SHOWN]),
    )


def failed_mails() -> QuerySet[Mail]:
    """Mails that were given up, the latest first."""
    return Mail.objects.filter(state=MailState.FAILED).order_by("-created_at", "-pk")


def try_again(now: datetime.datetime) -> int:
    """Let every mail that was given up wait again; returns how many."""
    return Mail.objects.filter(state=MailState.FAILED).update(
        state=MailState.WAITING, attempts=0, next_at=now, problem=""
    )
