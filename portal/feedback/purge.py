"""Delete what has served its purpose (个人信息保护法第四十七条)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from portal.feedback.enums import CLOSED
from portal.feedback.models import Contact, Message


@dataclass(frozen=True)
class Purged:
    """How much was deleted."""

    contacts: int
    messages: int


def contacts_over(now: datetime.datetime) -> QuerySet[Contact]:
    """Contact details that are not needed any more."""
    until = now - datetime.timedelta(days=settings.FEEDBACK_CONTACT_DAYS)
    return Contact.objects.filter(message__state__in=CLOSED, message__closed_at__lt=until)


def messages_over(now: datetime.datetime) -> QuerySet[Message]:
    """Messages that were closed long ago."""
    until = now - datetime.timedelta(days=settings.FEEDBACK_KEEP_DAYS)
    return Message.objects.filter(state__in=CLOSED, closed_at__lt=until)


def purge(now: datetime.datetime) -> Purged:
    """Contact details some days after the answer; whole messages some years after it."""
    _all, gone = contacts_over(now).delete()
    _all, old = messages_over(now).delete()
    return Purged(
        gone.get("feedback.Contact", 0) + old.get("feedback.Contact", 0),
        old.get("feedback.Message", 0),
    )


def purge_if_due() -> None:
    """For the worker's clock: looks first, so that an idle look takes no write lock."""
    now = timezone.now()
    if contacts_over(now).exists() or messages_over(now).exists():
        purge(now)
