"""Lock-out after repeated failures (登录失败锁定): three counts, one cool-off."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal.core.audit.origin import client_address
from portal.staff.second_factor import was_given


def client_ip(request: HttpRequest) -> str | None:
    """The address as axes keeps it."""
    return client_address(request) or None


class LockOutHandler(AxesDatabaseHandler):
    """Axes' counting with a limit of its own for each of ``AXES_LOCKOUT_PARAMETERS``.

    Axes holds every count against one limit. An account that is tried from many addresses is
    locked later than one tried from one address, lest anybody lock an office out at will.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """The worst of the counts, each scaled so that its own limit becomes the common one."""
        common = settings.AXES_FAILURE_LIMIT
        limits = (common, settings.SIGN_IN_FAILURES_BY_NAME, settings.SIGN_IN_FAILURES_BY_ADDRESS)
        counts = (
            sum(attempts.values_list("failures_since_start", flat=True))
            for attempts in self.get_user_attempts(request, credentials)
        )
        return max(
            int(count * common // limit) for count, limit in zip(counts, limits, strict=True)
        )

    def user_logged_in(self, sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        """Only a whole sign-in makes failures forgotten: the password alone is half of one."""
        if was_given(user):
            super().user_logged_in(sender, request, user, **kwargs)


def is_locked(request: HttpRequest, username: str) -> bool:
    """Whether this account may not be tried from here now."""
    return not AxesProxyHandler.is_allowed(request, {"username": username})


def count_failure(request: HttpRequest, username: str) -> None:
    """A wrong second factor counts like a wrong password; may lock."""
    user_login_failed.send(__name__, credentials={"username": username}, request=request)


def refuse_locked(request: HttpRequest, username: str) -> HttpResponse:
    """The refusal of a step after the password, where axes' backend is not asked."""
    return locked_out(request, None, {"username": username})


def locked_out(
    request: HttpRequest, _response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """What a locked person is told: how long it lasts, and who can help. 429 with Retry-After."""
    wait = seconds_left((credentials or {}).get("username", ""), client_ip(request))
    context = {"minutes": math.ceil(wait / 60)}
    response = render(request, "pages/staff/locked.html", context, status=429)
    response["Retry-After"] = str(wait)
    response["Cache-Control"] = "no-store"
    return response


def seconds_left(username: str, address: str | None) -> int:
    """Seconds until the newest failure of the account, or of the address, is forgotten."""
    by_name = AccessAttempt.objects.filter(username=username)
    by_address = AccessAttempt.objects.filter(ip_address=address)
    newest = (by_name | by_address).aggregate(at=Max("attempt_time"))["at"]
    if newest is None:
        return 1
    left: timedelta = newest + settings.AXES_COOLOFF_TIME - timezone.now()
    return max(1, math.ceil(left.total_seconds()))


def failures_of(user: User) -> int:
    """Failed sign-ins of an account that still count."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    attempts = AccessAttempt.objects.filter(username=user.get_username(), attempt_time__gte=since)
    failures: list[int] = list(attempts.values_list("failures_since_start", flat=True))
    return sum(failures)


def unlock(user: User) -> int:
    """Forget the failures of an account; returns how many rows there were."""
    forgotten: int = AxesProxyHandler.reset_attempts(username=user.get_username())
    return forgotten
