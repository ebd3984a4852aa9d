"""What is kept of a name that somebody typed at the sign-in.

Officials type passwords into the field of the name: one that is no account's is not written down.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

UNKNOWN = "unknown:"
"""No name of an account holds a colon."""


def kept_name(typed: str) -> str:
    """The name of an account as it is, or an unreadable mark in its place."""
    if User.objects.filter(username=typed).exists():
        return typed
    mark = salted_hmac("portal.staff.unknown-name", typed, algorithm="sha256").hexdigest()[:12]
    return f"{UNKNOWN}{mark}"


def name_for_axes(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str | None:
    """The name that failures are counted under."""
    typed = credentials.get("username") if credentials else request.POST.get("username")
    return kept_name(str(typed)) if typed else None
