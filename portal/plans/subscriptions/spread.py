"""Put an announcement into the mails of everybody who subscribed to it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.plans.models import Notice, NoticeVersion
from portal.plans.subscriptions.enums import MailState, News, Purpose
from portal.plans.subscriptions.models import Announcement, Delivery, Mail, Subscription

GATHER_SECONDS = 60
"""A mail waits so long for more: what is published together arrives in one mail."""

AT_ONCE = 500
LONGEST_PROCEDURE = 20


def spread_waiting() -> int:
    """Spread what was gathered; returns how many mails tell of it."""
    waiting = Announcement.objects.filter(spread_at=None).order_by("moment", "pk")
    return sum(spread(pk) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def spread(pk: int) -> int:
    """Add one announcement to the mails of its subscribers, all or none; once."""
    announcement = Announcement.objects.select_for_update().get(pk=pk)
    if announcement.spread_at is not None:
        return 0
    told = 0
    for some in batches(_wanting(announcement), AT_ONCE):
        told += _queue(announcement, some)
    announcement.spread_at = timezone.now()
    announcement.save(update_fields=["spread_at"])
    return told


def _queue(announcement: Announcement, subscriptions: list[Subscription]) -> int:
    now = timezone.now()
    mails = _open_mails({subscription.subscriber_id for subscription in subscriptions})
    for subscription in subscriptions:
        if subscription.subscriber_id not in mails:
            mails[subscription.subscriber_id] = Mail.objects.create(
                subscriber_id=subscription.subscriber_id,
                purpose=Purpose.NEWS,
                next_at=now + datetime.timedelta(seconds=GATHER_SECONDS),
            )
    Delivery.objects.bulk_create(
        Delivery(
            subscription=subscription,
            announcement=announcement,
            mail=mails[subscription.subscriber_id],
        )
        for subscription in subscriptions
    )
    return len({subscription.subscriber_id for subscription in subscriptions})


def _open_mails(subscribers: Iterable[int]) -> dict[int, Mail]:
    """Mails that still wait for more; locked, so that none is sent while something is added."""
    waiting = Mail.objects.select_for_update().filter(
        subscriber__in=subscribers, purpose=Purpose.NEWS, state=MailState.WAITING, attempts=0
    )
    return {mail.subscriber_id: mail for mail in waiting}


def _wanting(announcement: Announcement) -> Iterator[Subscription]:
    """Subscriptions that match, each subscriber's next to each other."""
    version = NoticeVersion.objects.select_related("notice__region").get(pk=announcement.version_id)
    rows = Subscription.objects.confirmed().filter(confirmed_at__lte=announcement.moment)
    if announcement.kind == News.ENDING:
        rows = rows.filter(with_ending=True)
    rows = rows.filter(_on_its_node(version) & (_following(version) | _describing(version)))
    for subscription in rows.order_by("subscriber", "pk"):
        area = subscription.area
        if area is None or (version.footprint is not None and area.meets(version.footprint)):
            yield subscription


def _on_its_node(version: NoticeVersion) -> Q:
    """A node tells of its own division only; a site without a node tells of everything."""
    above = version.notice.region.ancestor_codes
    return Q(site=None) | Q(site__node=None) | Q(site__node__region__in=above)


def _following(version: NoticeVersion) -> Q:
    """Who follows the notice, or an earlier one of the same procedure."""
    codes = [version.notice_id]
    notice = version.notice
    while notice.follows_id and len(codes) < LONGEST_PROCEDURE:
        notice = Notice.objects.get(pk=notice.follows_id)
        codes.append(notice.pk)
    return Q(notice__in=codes)


def _describing(version: NoticeVersion) -> Q:
    notice = version.notice
    matches = (
        Q(notice=None)
        & (Q(region=None) | Q(region__in=notice.region.ancestor_codes))
        & (Q(kinds="") | Q(kinds__contains=f",{notice.kind},"))
        & (Q(level="") | Q(level=notice.plan_level))
    )
    bounds = version.bounds
    if bounds is None:
        return matches & Q(west=None)
    west, south, east, north = bounds
    box = Q(west__lte=east, east__gte=west, south__lte=north, north__gte=south)
    return matches & (Q(west=None) | box)


def batches(rows: Iterable[Subscription], size: int) -> Iterator[list[Subscription]]:
    """The rows in lists of at least ``size``; one subscriber's rows stay in one list."""
    some: list[Subscription] = []
    for row in rows:
        if len(some) >= size and some[-1].subscriber_id != row.subscriber_id:
            yield some
            some = []
        some.append(row)
    if some:
        yield some
