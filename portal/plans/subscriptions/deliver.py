"""Hand waiting mails to the mail server: each once, a few at a time, again later where it fails."""

from __future__ import annotations

import datetime
import logging
import time
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.db.models import F
from django.utils import timezone

from portal.plans.subscriptions.address import SealedWithAnotherKey
from portal.plans.subscriptions.enums import MailState, Purpose
from portal.plans.subscriptions.letters import NothingToTell, letter
from portal.plans.subscriptions.models import Mail, Subscriber
from portal.plans.subscriptions.subscribe import remove, stop

logger = logging.getLogger(__name__)

LEASE = datetime.timedelta(minutes=10)
"""After it a mail that a worker took and never finished is tried again."""

ATTEMPTS = 12
FIRST_PAUSE = datetime.timedelta(minutes=2)
LONGEST_PAUSE = datetime.timedelta(hours=6)
MOST_REFUSALS = 3
A_MINUTE = datetime.timedelta(minutes=1)
TURN_SECONDS = 20.0
"""After it the connection is closed, and the next turn looks anew at the rate and at what is due."""

OF_ONE_MAIL = (SMTPRecipientsRefused, SMTPDataError, SMTPSenderRefused)
"""Refusals of a mail; every other failure is one of the server, and ends the turn."""


def deliver_due(now: datetime.datetime | None = None) -> int:
    """Send what is due, within the rate and for at most ``TURN_SECONDS``; how many went out."""
    moment = now or timezone.now()
    left = allowance(moment)
    if left <= 0 or not Mail.objects.due_at(moment).exists():
        return 0
    connection = get_connection()
    sent, end = 0, time.monotonic() + TURN_SECONDS
    try:
        while sent < left and time.monotonic() < end:
            mail = take(moment)
            if mail is None:
                break
            sent += _send(mail, connection)
    except (OSError, SMTPException):
        logger.warning("the mail server does not answer; mails wait", exc_info=True)
    finally:
        _close(connection)
    return sent


def allowance(now: datetime.datetime) -> int:
    """How many mails may go out at this moment, all workers together."""
    rate: int = settings.SUBSCRIPTION_MAILS_PER_MINUTE
    return rate - Mail.objects.sent_since(now - A_MINUTE).count()


def take(now: datetime.datetime) -> Mail | None:
    """Take the mail that has waited longest; nobody else gets it until its lease is over."""
    while True:
        due = Mail.objects.due_at(now).order_by("next_at", "pk")
        pk = due.values_list("pk", flat=True).first()
        if pk is None:
            return None
        if (
            Mail.objects.due_at(now)
            .filter(pk=pk)
            .update(state=MailState.SENDING, lease_until=now + LEASE, attempts=F("attempts") + 1)
        ):
            found = Mail.objects.select_related("subscriber", "subscription__site")
            return found.filter(pk=pk).first() or take(now)


def _send(mail: Mail, connection: Any) -> bool:
    """Try one; whether it went out. Raises what the server itself fails with."""
    try:
        message = letter(mail)
    except NothingToTell:
        _settle(mail, MailState.OBSOLETE)
        return False
    except SealedWithAnotherKey:
        logger.exception("mail %s has no readable address", mail.pk)
        _settle(mail, MailState.FAILED, "SealedWithAnotherKey")
        return False
    message.connection = connection
    try:
        connection.open()
        message.send()
    except OF_ONE_MAIL as refusal:
        _refused(mail, refusal)
        return False
    except (OSError, SMTPException) as failure:
        _postpone(mail, problem_of(failure))
        _hold_back()
        raise
    _settle(mail, MailState.SENT)
    return True


def _settle(mail: Mail, state: MailState, problem: str = "") -> None:
    """The end of a mail. A row that is gone belonged to somebody who stopped meanwhile."""
    sent_at = timezone.now() if state == MailState.SENT else None
    Mail.objects.filter(pk=mail.pk).update(
        state=state, sent_at=sent_at, lease_until=None, problem=problem
    )
    if state == MailState.SENT and mail.subscriber.refusals:
        Subscriber.objects.filter(pk=mail.subscriber_id).update(refusals=0)


def _refused(mail: Mail, refusal: SMTPException) -> None:
    """The server does not take this mail: for good (5xx) or for now (4xx)."""
    if not isinstance(refusal, SMTPRecipientsRefused) or not _for_good(refusal):
        _postpone(mail, problem_of(refusal))
        return
    if mail.purpose == Purpose.CONFIRM and mail.subscription is not None:
        remove(mail.subscriber, mail.subscription.key)
        return
    refusals = mail.subscriber.refusals + 1
    if refusals >= MOST_REFUSALS:
        stop(mail.subscriber.key)
        return
    Subscriber.objects.filter(pk=mail.subscriber_id).update(refusals=refusals)
    _settle(mail, MailState.FAILED, problem_of(refusal))


def _for_good(refusal: SMTPRecipientsRefused) -> bool:
    return all(code >= 500 for code, _text in refusal.recipients.values())


def _postpone(mail: Mail, problem: str) -> None:
    """Longer and longer pauses, about a day in all, then given up in sight of the staff."""
    if mail.attempts >= ATTEMPTS:
        _settle(mail, MailState.FAILED, problem)
        return
    Mail.objects.filter(pk=mail.pk).update(
        state=MailState.WAITING,
        next_at=timezone.now() + pause_after(mail.attempts),
        lease_until=None,
        problem=problem,
    )


def pause_after(attempts: int) -> datetime.timedelta:
    """How long to wait after so many attempts: 2 minutes doubled each time, at most 6 hours."""
    doubled: int = 2 ** max(attempts - 1, 0)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def _hold_back() -> None:
    """The server is away: what is due waits with it, so that each look tries one mail only."""
    now = timezone.now()
    waiting = Mail.objects.filter(state=MailState.WAITING, next_at__lte=now)
    waiting.update(next_at=now + A_MINUTE)


def problem_of(failure: Exception) -> str:
    """Kind and number of a failure; its text may repeat the address, and is left out."""
    codes: list[int] = []
    if isinstance(failure, SMTPRecipientsRefused):
        codes = [code for code, _text in failure.recipients.values()]
    elif isinstance(failure, SMTPResponseException):
        codes = [failure.smtp_code]
    return " ".join([type(failure).__name__, *map(str, codes)])[:80]


def _close(connection: Any) -> None:
    try:
        connection.close()
    except (OSError, SMTPException):
        logger.warning("the connection to the mail server did not close well", exc_info=True)
