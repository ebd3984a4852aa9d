"""The security administrator's page of one account: unlock, reset, end sessions."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.core.audit.record import record_event
from portal.staff import second_factor
from portal.staff.account_views import own
from portal.staff.errors import ResetOnServer, RightsRefusal
from portal.staff.forms import ReasonForm
from portal.staff.lockout import failures_of, unlock
from portal.staff.models import Credential
from portal.staff.permissions import may_keep_account_of, may_keep_accounts, may_reset_account_of
from portal.staff.sessions import end_other_sessions


@require_safe
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """State of an account, and what may be done about it."""
    if not may_keep_accounts(request.user):
        raise PermissionDenied
    other = get_object_or_404(User, pk=pk)
    context = {
        "account": other,
        "roles": other.groups.order_by("name"),
        "postings": other.postings.select_related("region"),
        "device": second_factor.confirmed_device(other),
        "codes_left": other.recovery_codes.filter(used_at=None).count(),
        "failures": failures_of(other),
        "password_until": Credential.expires_at(other),
        "sessions": other.staff_sessions.all()[:50],
        "may_keep": may_keep_account_of(request.user, other),
        "may_reset": may_reset_account_of(request.user, other),
        "reset_on_server": str(ResetOnServer()),
        "form": ReasonForm(),
    }
    return render(request, "pages/staff/account.html", context)


def _with_reason(
    request: HttpRequest, pk: int, action: str, change: Callable[[User], object], done: str
) -> HttpResponse:
    """Do something to another's account, once a reason was given; recorded with the change."""
    other = get_object_or_404(User, pk=pk)
    if not may_keep_account_of(request.user, other):
        raise PermissionDenied
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明理由。"))
        return redirect("staff:account", pk)
    try:
        with transaction.atomic():
            change(other)
            facts = {"reason": form.cleaned_data["reason"]}
            record_event(action, actor=own(request), target=other, facts=facts)
    except RightsRefusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("staff:account", pk)


@require_POST
def unlock_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the failed sign-ins of an account."""
    return _with_reason(request, pk, "account.unlocked", unlock, _("账号已解锁。"))


@require_POST
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the second factor away: its owner enrols anew, all sessions end."""

    def change(other: User) -> None:
        second_factor.reset(other)
        end_other_sessions(other)

    done = _("动态口令已重置，下次登录时须重新绑定。")
    return _with_reason(request, pk, "second_factor.reset", change, done)


@require_POST
def end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign an account out everywhere."""
    return _with_reason(
        request, pk, "session.revoked", end_other_sessions, _("该账号的登录已全部结束。")
    )
