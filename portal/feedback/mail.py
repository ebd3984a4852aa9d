"""Answers by mail: kept with the message and tried again, so that no failure stops an answer."""

from __future__ import annotations

import datetime
import logging
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.feedback.enums import MailState
from portal.feedback.models import Contact, Message

logger = logging.getLogger(__name__)

ATTEMPTS = 8
FIRST_PAUSE = datetime.timedelta(minutes=5)
AT_ONCE = 20


def letter(message: Message, contact: Contact) -> EmailMessage:
    """The answer in the language in which the message was written."""
    with override(message.language):
        subject = _("对您的留言 %(receipt)s 的答复") % {"receipt": message.receipt}
        text = _(
            "您好：\n\n您的留言 %(receipt)s 已有答复：\n\n%(answer)s\n\n"
            "此邮件由系统发出，请勿直接回复。您的邮箱只用于这次答复，将按期删除。"
        ) % {"receipt": message.receipt, "answer": message.answer}
    return EmailMessage(subject, text, to=[contact.email])


def send(message: Message) -> bool:
    """Try once; whether it went out. A failure is written down and tried again later.

    Who answers and the worker may try at the same moment: the one who claims the mail sends it.
    """
    if not _claim(message):
        return False
    contact = Contact.objects.filter(message=message).exclude(email="").first()
    if contact is None:  # deleted in the meantime
        message.mail_state, message.mail_next_at = MailState.NONE, None
        message.save(update_fields=["mail_state", "mail_next_at"])
        return False
    try:
        letter(message, contact).send()
    except (OSError, SMTPException):
        logger.exception("the answer to %s could not be mailed", message.receipt)
        _postpone(message)
        return False
    message.mail_state, message.mail_next_at = MailState.SENT, None
    message.save(update_fields=["mail_state", "mail_next_at"])
    return True


def _claim(message: Message) -> bool:
    """Move the mail's time on, unless somebody did since ``message`` was read.

    A mail whose sender dies is tried again at that time.
    """
    next_at = timezone.now() + FIRST_PAUSE
    unclaimed = Message.objects.filter(
        pk=message.pk, mail_state=MailState.WAITING, mail_next_at=message.mail_next_at
    )
    if not unclaimed.update(mail_next_at=next_at):
        return False
    message.mail_next_at = next_at
    return True


def _postpone(message: Message) -> None:
    """Longer and longer pauses: 5 minutes to about 10 hours, then given up in sight of the staff."""
    message.mail_attempts += 1
    message.mail_next_at = timezone.now() + FIRST_PAUSE * 2 ** (message.mail_attempts - 1)
    if message.mail_attempts >= ATTEMPTS:
        message.mail_state, message.mail_next_at = MailState.FAILED, None
    message.save(update_fields=["mail_attempts", "mail_next_at", "mail_state"])


def send_waiting(now: datetime.datetime) -> int:
    """Send what is due, at most ``AT_ONCE``; how many went out."""
    due = Message.objects.filter(mail_state=MailState.WAITING, mail_next_at__lte=now)
    return sum(send(message) for message in due.order_by("mail_next_at")[:AT_ONCE])


def send_if_due() -> None:
    """For the worker's clock."""
    send_waiting(timezone.now())
