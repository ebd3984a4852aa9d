"""Signed links in mails: whoever holds one may confirm, manage or stop, without an account."""

from __future__ import annotations

import datetime

from django.core import signing

CONFIRM_WITHIN = datetime.timedelta(hours=48)
"""How long a confirmation link holds; the request is deleted with it."""


def manage_token(subscriber_key: str) -> str:
    """The text of the links to manage and to stop; it never expires: stopping must always work."""
    return signing.Signer(salt="subscriptions.manage").sign(subscriber_key)


def read_manage_token(text: str) -> str | None:
    """The subscriber's key in a link; None where the link is not ours."""
    try:
        return signing.Signer(salt="subscriptions.manage").unsign(text)
    except signing.BadSignature:
        return None


def confirm_token(subscription_key: str) -> str:
    """The text of a confirmation link."""
    return signing.TimestampSigner(salt="subscriptions.confirm").sign(subscription_key)


def read_confirm_token(text: str) -> str | None:
    """The subscription's key in a link; None where it is not ours or older than 48 hours."""
    try:
        signer = signing.TimestampSigner(salt="subscriptions.confirm")
        return signer.unsign(text, max_age=CONFIRM_WITHIN)
    except signing.BadSignature:
        return None
