"""Between password and second factor: who is signing in, kept in a session without a user.

Nobody is signed in before both were right, so no page can mistake half a sign-in for a whole one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django_otp.plugins.otp_totp.models import TOTPDevice

PENDING_KEY = "staff_pending"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Pending:
    """An official whose password was right a moment ago, and the address to go on to.

    ``device`` is the number of the device that this sign-in enrols; None: there is one in force.
    """

    user: User
    next: str
    device: int | None


def hold(request: HttpRequest, user: User, onward: str, enrols: TOTPDevice | None = None) -> None:
    """Remember whose password was right, and the device to enrol where there is none in force.

    The session gets a new key: nobody else may know it.
    """
    request.session.cycle_key()
    request.session[PENDING_KEY] = {
        "user": user.pk,
        "at": int(time.time()),
        "hash": user.get_session_auth_hash(),
        "next": onward,
        "device": enrols.pk if enrols else None,
    }


def pending_sign_in(request: HttpRequest) -> Pending | None:
    """The half-done sign-in; None when there is none, it is too old or the password changed."""
    kept = request.session.get(PENDING_KEY)
    if not kept:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    fresh = 0 <= time.time() - kept["at"] <= settings.PENDING_SIGN_IN_TIME.total_seconds()
    if (
        not user
        or not fresh
        or not constant_time_compare(user.get_session_auth_hash(), kept["hash"])
    ):
        del request.session[PENDING_KEY]
        return None
    return Pending(user, kept["next"], kept.get("device"))


def finish(request: HttpRequest, pending: Pending, device: TOTPDevice) -> None:
    """Both factors were right: sign in, under a new session key."""
    request.session.pop(PENDING_KEY, None)
    user = pending.user
    user.otp_device = device  # type: ignore[attr-defined]  # django_otp binds the session to it
    login(request, user, backend=BACKEND)
