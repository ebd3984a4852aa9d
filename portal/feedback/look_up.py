"""What became of a message, for whoever holds its receipt and code."""

from __future__ import annotations

from portal.feedback.form_token import is_code_of
from portal.feedback.models import Message


def look_up(receipt: str, code: str) -> Message | None:
    """The message; None for an unknown receipt and for a wrong code alike."""
    wanted = "".join(receipt.upper().split())
    message = Message.objects.filter(receipt=wanted).first()
    # The digest is computed in both cases: the time of the answer tells nothing.
    fits = is_code_of(wanted, code, message.code_digest if message else "")
    return message if fits else None
