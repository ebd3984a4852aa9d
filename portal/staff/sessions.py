"""Sessions end: after idling, after a working day, when revoked (会话管理)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.audit.origin import client_address
from portal.core.audit.record import record_event
from portal.staff.models import Credential, StaffSession

SESSION_KEY = "staff_session"
BEGAN_KEY = "staff_session_began"
NOTED_EVERY = timedelta(seconds=30)
# Pages ask for these by themselves: they are no sign that somebody is at work.
AUTOMATIC = {
    "wagtailadmin_editing_sessions:ping",
    "wagtailadmin_editing_sessions:release",
    "releases:job_state",
}
# What an official may reach whose password has to be changed first.
BEFORE_NEW_PASSWORD = {"staff:password", "wagtailadmin_logout", "wagtailadmin_javascript_catalog"}


def begin_session(request: HttpRequest, user: User) -> StaffSession:
    """Write a new sign-in down and tie the browser's session to it."""
    session = StaffSession.objects.create(
        user=user,
        address=client_address(request),
        agent=request.headers.get("User-Agent", "")[:200],
    )
    request.session[SESSION_KEY] = str(session.pk)
    request.session[BEGAN_KEY] = session.started_at.timestamp()
    return session


def current_session(request: HttpRequest) -> StaffSession | None:
    """The row of this request's session, unless it was revoked."""
    number = request.session.get(SESSION_KEY)
    return StaffSession.objects.filter(pk=number, user=request.user.pk).first() if number else None


def end_other_sessions(user: User, keep: StaffSession | None = None) -> int:
    """Revoke the sessions of an account, all or all but one; returns their number."""
    others = user.staff_sessions.exclude(pk=keep.pk) if keep else user.staff_sessions.all()
    return others.delete()[0]


class StaffSessionMiddleware:
    """Signs an official out whose session is over, and asks for a new password where it is due.

    It also stands behind the sign-in: a session without a confirmed second factor is no session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Visitors have no session cookie and are passed on untouched."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            reason = self._over(request)
            if reason:
                _sign_out(request, reason)
            elif _needs_new_password(request):
                return redirect("staff:password")
        return self.get_response(request)

    def _over(self, request: HttpRequest) -> str:
        """Why the session is over; empty: it is not."""
        if not request.user.is_verified():  # type: ignore[union-attr]
            return "no_second_factor"
        session = current_session(request)
        if session is None:
            return "expired" if _began_long_ago(request) else "revoked"
        if session.is_over:
            session.delete()
            return "expired"
        now = timezone.now()
        if now - session.seen_at > NOTED_EVERY and _route(request) not in AUTOMATIC:
            StaffSession.objects.filter(pk=session.pk).update(seen_at=now)
        return ""


def _began_long_ago(request: HttpRequest) -> bool:
    """Whether a session without its row lasted too long: such rows are deleted (``purge``)."""
    began: float = request.session.get(BEGAN_KEY, 0.0)
    return 0 < began < (timezone.now() - settings.STAFF_SESSION_TIME).timestamp()


def _sign_out(request: HttpRequest, reason: str) -> None:
    user = request.user
    if isinstance(user, User):
        record_event("session.ended", actor=user, target=user, facts={"reason": reason})
    request.session_end_recorded = True  # type: ignore[attr-defined]
    logout(request)
    messages.warning(request, _("会话已结束，请重新登录。"))


def _needs_new_password(request: HttpRequest) -> bool:
    user = request.user
    inside = request.path.startswith(reverse("wagtailadmin_home"))
    if not inside or not isinstance(user, User) or _route(request) in BEFORE_NEW_PASSWORD:
        return False
    return Credential.must_be_changed(user)


def _route(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""
