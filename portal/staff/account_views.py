"""An official's own account: password, recovery codes, sessions."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.audit.record import record_event
from portal.staff import second_factor
from portal.staff.forms import CodeForm, NewPasswordForm
from portal.staff.lockout import count_failure, is_locked, refuse_locked
from portal.staff.models import Credential
from portal.staff.second_factor import Outcome
from portal.staff.sessions import current_session, end_other_sessions


def own(request: HttpRequest) -> User:
    """The signed-in official; Wagtail lets nobody else come here."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("a staff page was reached without an official")
    return user


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Choose a new password; all other sessions end."""
    user = own(request)
    if is_locked(request, user.get_username()):
        return refuse_locked(request, user.get_username())
    form = NewPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        session = current_session(request)
        form.save()
        update_session_auth_hash(request, user)
        end_other_sessions(user, keep=session)
        messages.success(request, _("密码已更改，其他设备上的登录已全部结束。"))
        return redirect("wagtailadmin_home")
    if form.has_error("old_password", "password_incorrect"):
        count_failure(request, user.get_username(), "present_password")
    context = {"form": form, "forced": Credential.must_be_changed(user)}
    return render(request, "pages/staff/password.html", context)


@never_cache
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Second factor, recovery codes, password age and sessions at a glance."""
    user = own(request)
    context = {
        "device": second_factor.confirmed_device(user),
        "codes_left": user.recovery_codes.filter(used_at=None).count(),
        "password_until": Credential.expires_at(user),
        "sessions": user.staff_sessions.all()[:50],
        "current": current_session(request),
        "form": CodeForm(),
    }
    return render(request, "pages/staff/security.html", context)


@sensitive_post_parameters("code")
@never_cache
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, against a code of the authenticator."""
    user = own(request)
    if is_locked(request, user.get_username()):
        return refuse_locked(request, user.get_username())
    device = second_factor.confirmed_device(user)
    form = CodeForm(request.POST)
    if device and form.is_valid():
        checked = second_factor.check_code(user, device, form.cleaned_data["code"].strip())
        if checked.outcome == Outcome.ACCEPTED:
            codes = second_factor.new_recovery_codes(user)
            record_event("second_factor.recovery_codes_renewed", actor=user, target=user)
            context = {"codes": codes, "next": "/admin/"}
            return render(request, "pages/staff/recovery_codes.html", context)
        if checked.outcome == Outcome.WRONG:
            count_failure(request, user.get_username())
    messages.error(request, _("验证码不正确或已用过，请输入新的验证码。"))
    return redirect("staff:security")


@require_POST
def end_session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End one of one's own other sessions."""
    user = own(request)
    get_object_or_404(user.staff_sessions, pk=pk).delete()
    record_event("session.revoked", actor=user, target=user)
    messages.success(request, _("该设备上的登录已结束。"))
    return redirect("staff:security")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End all sessions of one's own but this one."""
    user = own(request)
    ended = end_other_sessions(user, keep=current_session(request))
    record_event("session.revoked", actor=user, target=user, facts={"count": ended})
    messages.success(request, _("其他设备上的登录已全部结束。"))
    return redirect("staff:security")
