"""Ask for a subscription, confirm it, change it, stop it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import Site

from portal.core.regions.models import Region
from portal.plans.models import Notice
from portal.plans.subscriptions import address
from portal.plans.subscriptions.area import Area
from portal.plans.subscriptions.enums import Purpose
from portal.plans.subscriptions.errors import TooManySubscriptions
from portal.plans.subscriptions.models import Mail, Subscriber, Subscription
from portal.plans.subscriptions.models.subscription import MOST_SUBSCRIPTIONS

MOST_REQUESTS = 3
REQUESTS_WITHIN = datetime.timedelta(hours=24)
"""Nobody's mailbox is filled with questions to confirm: three a day for an address, then silence."""

TRIES = 5


@dataclass(frozen=True)
class Choice:
    """Which notices somebody wants to hear of; the empty parts mean all."""

    notice: Notice | None = None
    region: Region | None = None
    kinds: list[str] = field(default_factory=list)
    level: str = ""
    area: Area | None = None
    with_ending: bool = False


@dataclass(frozen=True)
class Request:
    """What was filled in, checked by the form."""

    email: str
    language: str
    choice: Choice
    consent: str
    submission: str
    site: Site | None = None


def ask(request: Request) -> None:
    """Keep the request for 48 hours and mail a question to confirm it.

    Answers nothing, and takes the same way for known and for unknown addresses: nobody learns who
    has subscribed. A form that is sent twice is one request.
    """
    for _attempt in range(TRIES):
        if Subscription.objects.filter(submission=request.submission).exists():
            return
        try:
            with transaction.atomic():
                _keep(request, timezone.now())
        except IntegrityError:
            # The same form, or the same address, a moment earlier.
            continue
        return
    raise RuntimeError("the request could not be stored")


def _keep(request: Request, now: datetime.datetime) -> None:
    subscriber, _new = Subscriber.objects.select_for_update().get_or_create(
        address_digest=address.digest(request.email),
        defaults={
            "address_sealed": address.seal(request.email),
            "language": request.language,
        },
    )
    recent = subscriber.subscriptions.filter(
        confirmed_at=None, created_at__gt=now - REQUESTS_WITHIN
    )
    if recent.count() >= MOST_REQUESTS:
        return
    subscription = Subscription(
        subscriber=subscriber,
        site=request.site,
        language=request.language,
        consent=request.consent,
        submission=request.submission,
        created_at=now,
    )
    apply(subscription, request.choice)
    subscription.save()
    Mail.objects.create(
        subscriber=subscriber, purpose=Purpose.CONFIRM, subscription=subscription, next_at=now
    )


def apply(subscription: Subscription, choice: Choice) -> None:
    """Set what a subscription is about, without storing it."""
    subscription.notice, subscription.region = choice.notice, choice.region
    subscription.kind_list, subscription.level = choice.kinds, choice.level
    subscription.area, subscription.with_ending = choice.area, choice.with_ending


@transaction.atomic
def confirm(subscription: Subscription) -> Subscription:
    """Make a request a subscription; a second time changes nothing. Raises ``TooManySubscriptions``."""
    subscriber = Subscriber.objects.select_for_update().get(pk=subscription.subscriber_id)
    current: Subscription = subscriber.subscriptions.get(pk=subscription.pk)
    if current.confirmed_at is not None:
        return current
    if subscriber.subscriptions.confirmed().count() >= MOST_SUBSCRIPTIONS:
        raise TooManySubscriptions
    current.confirmed_at = timezone.now()
    current.save(update_fields=["confirmed_at"])
    subscriber.language, subscriber.refusals = current.language, 0
    subscriber.save(update_fields=["language", "refusals"])
    return current


@transaction.atomic
def stop(subscriber_key: str) -> bool:
    """Delete the address and everything about it; whether there was something to delete."""
    # Locked first: a mail that is being queued at this moment is deleted too, and stops nothing.
    found = Subscriber.objects.select_for_update().filter(key=subscriber_key).first()
    if found is None:
        return False
    found.delete()
    return True


@transaction.atomic
def remove(subscriber: Subscriber, subscription_key: str) -> None:
    """Delete one subscription; with the last one the address goes too."""
    locked = Subscriber.objects.select_for_update().filter(pk=subscriber.pk).first()
    if locked is None:  # stopped meanwhile
        return
    locked.subscriptions.filter(key=subscription_key).delete()
    if not locked.subscriptions.exists():
        locked.delete()
