"""Take in a message: once, with a receipt, whatever else fails."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core.regions.models import Region
from portal.feedback.deadline import due_on, working_days_of
from portal.feedback.enums import Kind
from portal.feedback.form_token import FormToken, code_digest, new_receipt
from portal.feedback.models import Contact, Message

RECEIPT_TRIES = 5


@dataclass(frozen=True)
class Submission:
    """What a visitor filled in, checked by the form."""

    kind: Kind
    topic: str
    body: str
    page: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""

    @property
    def has_contact(self) -> bool:
        """Whether the author can be reached."""
        return bool(self.name or self.email or self.phone)


@dataclass(frozen=True)
class Receipt:
    """What the author takes home."""

    message: Message
    code: str


def purpose_of_contact() -> str:
    """The words beside the fields for contact details."""
    return _("仅用于答复这条留言，答复后 %(days)s 天内删除，不作他用。") % {
        "days": settings.FEEDBACK_CONTACT_DAYS
    }


def receive(given: Submission, token: FormToken, region: Region | None) -> Receipt:
    """Store a message, or find the one that the same form made before."""
    for _attempt in range(RECEIPT_TRIES):
        known = Message.objects.filter(submission=token.submission).first()
        if known:
            return Receipt(known, token.code)
        try:
            with transaction.atomic():
                return Receipt(_store(given, token, region), token.code)
        except IntegrityError:
            # The same form a moment earlier, or a receipt number drawn twice.
            continue
    raise RuntimeError("no free receipt number was found")


def _store(given: Submission, token: FormToken, region: Region | None) -> Message:
    now = timezone.now()
    today = timezone.localdate(now)
    receipt = new_receipt(today.strftime("%Y%m%d"))
    message = Message.objects.create(
        receipt=receipt,
        code_digest=code_digest(receipt, token.code),
        submission=token.submission,
        kind=given.kind,
        topic=given.topic,
        body=given.body,
        page=given.page,
        language=get_language() or settings.LANGUAGE_CODE,
        region=region,
        received_at=now,
        due_on=due_on(today, working_days_of(given.kind)),
    )
    if given.has_contact:
        Contact.objects.create(
            message=message,
            name=given.name,
            email=given.email,
            phone=given.phone,
            purpose=purpose_of_contact(),
        )
    return message
