"""Lock-out after repeated failures (登录失败锁定): three counts, one cool-off."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal.core.audit.origin import client_network
from portal.staff.kept_name import kept_name
from portal.staff.second_factor import was_given


def client_ip(request: HttpRequest) -> str | None:
    """The address as axes keeps it: a household of IPv6 has as many as it likes, and counts once."""
    return client_network(request) or None


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

    def reset_user_attempts(
        self, request: HttpRequest, credentials: dict[str, Any] | None = None
    ) -> int:
        """Forget the failures of the account that signed in, and nobody else's at its address."""
        username = get_client_username(request, credentials)
        return self.reset_attempts(username=username) if username else 0


def is_locked(request: HttpRequest, username: str) -> bool:
    """Whether this account may not be tried from here now."""
    return not AxesProxyHandler.is_allowed(request, {"username": username})


def count_failure(request: HttpRequest, username: str, step: str = "second_factor") -> None:
    """A wrong code, or present password, counts like a wrong password at the sign-in; may lock."""
    credentials = {"username": username}
    user_login_failed.send(__name__, credentials=credentials, request=request, step=step)


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
    by_name = AccessAttempt.objects.filter(username=kept_name(username))
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


def locked_names() -> set[str]:
    """The accounts that are locked somewhere now, however many browsers the tries came from."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    recent = AccessAttempt.objects.filter(attempt_time__gte=since).order_by()
    failures = Sum("failures_since_start")
    at_one_address = recent.values("username", "ip_address").annotate(failures=failures)
    anywhere = recent.values("username").annotate(failures=failures)
    return {
        row["username"]
        for rows, limit in (
            (at_one_address, settings.AXES_FAILURE_LIMIT),
            (anywhere, settings.SIGN_IN_FAILURES_BY_NAME),
        )
        for row in rows.filter(failures__gte=limit)
    }


def unlock(user: User) -> int:
    """Forget the failures of an account; returns how many rows there were."""
    forgotten: int = AxesProxyHandler.reset_attempts(username=user.get_username())
    return forgotten
