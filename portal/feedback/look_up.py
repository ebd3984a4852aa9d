"""What became of a message, for whoever holds its receipt and code."""

from __future__ import annotations

from django.utils.crypto import constant_time_compare

from portal.feedback.form_token import code_digest
from portal.feedback.models import Message


def look_up(receipt: str, code: str) -> Message | None:
    """The message; None for an unknown receipt and for a wrong code alike."""
    wanted = "".join(receipt.upper().split())
    message = Message.objects.filter(receipt=wanted).first()
    # The digest is computed in both cases: the time of the answer tells nothing.
    digest = code_digest(wanted, code)
    if message is None or not constant_time_compare(message.code_digest, digest):
        return None
    return message
