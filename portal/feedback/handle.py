"""The steps of an official: take over, pass on, answer, dismiss. Each leaves its audit record."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from portal.core.audit.record import record_event
from portal.feedback import mail
from portal.feedback.enums import TRANSITIONS, MailState, State
from portal.feedback.errors import AlreadyClosed, NotAKeeper, ReasonMissing
from portal.feedback.models import Contact, Message
from portal.feedback.permissions import may_answer


def _locked(message: Message, state: State) -> Message:
    """The message as it stands now, held until the transaction ends."""
    current: Message = Message.objects.select_for_update().get(pk=message.pk)
    if state not in TRANSITIONS[State(current.state)]:
        raise AlreadyClosed
    return current


def assign(message: Message, to: User, *, by: User) -> Message:
    """Put a message into an official's hands. Raises ``AlreadyClosed``, ``NotAKeeper``."""
    if not may_answer(to, message):
        raise NotAKeeper
    with transaction.atomic():
        current = _locked(message, State.ASSIGNED)
        current.state, current.assignee = State.ASSIGNED, to
        current.save(update_fields=["state", "assignee"])
        record_event(
            "feedback.assigned",
            actor=by,
            target=current,
            facts={"assignee": to.get_username()},
            region=current.region,
        )
    return current


def answer(message: Message, text: str, *, by: User) -> Message:
    """Answer a message, and mail the answer where an address was left.

    Raises ``ReasonMissing`` and ``AlreadyClosed``. A mail that does not go out waits for the worker.
    """
    closed = _close(message, State.ANSWERED, text, by=by)
    if closed.mail_state == MailState.WAITING:
        mail.send(closed)
    return closed


def dismiss(message: Message, reason: str, *, by: User) -> Message:
    """Close a message without an answer: its author reads the reason. Raises as ``answer``."""
    return _close(message, State.DISMISSED, reason, by=by)


def _close(message: Message, state: State, text: str, *, by: User) -> Message:
    if not text.strip():
        raise ReasonMissing
    with transaction.atomic():
        current = _locked(message, state)
        mailed = state == State.ANSWERED and (
            Contact.objects.filter(message=current).exclude(email="").exists()
        )
        current.state, current.answer = state, text.strip()
        current.closed_by, current.closed_at = by, timezone.now()
        if mailed:
            # Not yet the worker's: who answers tries first.
            current.mail_state = MailState.WAITING
            current.mail_next_at = current.closed_at + mail.FIRST_PAUSE
        current.save()
        record_event(f"feedback.{state.value}", actor=by, target=current, region=current.region)
    return current
