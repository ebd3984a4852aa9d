"""The way in: password, then second factor; enrolment where there is none yet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from wagtail.admin.views.account import LoginView

from portal.core.rate_limit import rate_limited
from portal.staff import second_factor
from portal.staff.forms import CodeForm, SignInForm
from portal.staff.lockout import count_failure, is_locked, refuse_locked
from portal.staff.second_factor import Checked, Outcome
from portal.staff.sign_in import Pending, finish, hold, pending_sign_in

limited = rate_limited("sign-in", "RATE_LIMIT_SIGN_IN")


@method_decorator([limited, sensitive_post_parameters("password"), never_cache], name="dispatch")
class SignInView(LoginView):
    """First step (工作人员登录): name and password. Signs nobody in."""

    def get_form_class(self) -> type[SignInForm]:
        """Our form, in Chinese."""
        return SignInForm

    def form_valid(self, form: SignInForm) -> HttpResponse:
        """The password was right: on to the second factor."""
        user: User = form.get_user()
        enrolled = second_factor.confirmed_device(user) is not None
        waiting = None if enrolled else second_factor.begin_enrolment(user)
        hold(self.request, user, self.get_success_url(), waiting)
        return redirect("sign_in:code" if enrolled else "sign_in:enrol")


@limited
@never_cache
@csrf_protect
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Second step (动态口令): a code of the authenticator, or a recovery code."""
    pending = pending_sign_in(request)
    device = second_factor.confirmed_device(pending.user) if pending else None
    if pending is None or device is None:
        return _start_anew(request)
    if is_locked(request, pending.user.get_username()):
        return refuse_locked(request, pending.user.get_username())
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        checked = second_factor.check_sign_in(pending.user, device, form.cleaned_data["code"])
        if checked.outcome == Outcome.ACCEPTED and checked.device:
            finish(request, pending, checked.device)
            return redirect(pending.next)
        _explain(request, form, pending, checked)
    return render(request, "pages/staff/code.html", {"form": form})


@limited
@never_cache
@csrf_protect
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Instead of the second step, once (绑定动态口令): tie an authenticator to the account."""
    pending = pending_sign_in(request)
    if pending is None or second_factor.confirmed_device(pending.user):
        return _start_anew(request)
    if is_locked(request, pending.user.get_username()):
        return refuse_locked(request, pending.user.get_username())
    device = second_factor.waiting_device(pending.user, pending.device)
    if device is None:
        return _start_anew(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = "".join(form.cleaned_data["code"].split())
        checked = second_factor.check_code(pending.user, device, code)
        if checked.outcome == Outcome.ACCEPTED and checked.device:
            codes = second_factor.confirm(pending.user, checked.device)
            finish(request, pending, checked.device)
            return render(
                request, "pages/staff/recovery_codes.html", {"codes": codes, "next": pending.next}
            )
        _explain(request, form, pending, checked)
    return render(request, "pages/staff/enrol.html", {"form": form, **_secret(device)})


def shut(request: HttpRequest) -> HttpResponse:
    """A door of Wagtail that nobody here has a use for, superusers neither."""
    raise Http404


def _secret(device: Any) -> dict[str, str]:
    """What the authenticator needs: the picture, and the same as text for typing."""
    url: str = device.config_url
    secret = url.split("secret=")[1].split("&", maxsplit=1)[0]
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return {"qr": second_factor.qr_image(device), "secret": groups}


def _explain(request: HttpRequest, form: CodeForm, pending: Pending, checked: Checked) -> None:
    """Say what was wrong; a wrong code counts towards the lock-out."""
    if checked.outcome == Outcome.TOO_SOON:
        wait = {"wait": checked.wait}
        form.add_error("code", _("尝试过快，请 %(wait)d 秒后再输入。") % wait)
        return
    form.add_error("code", _("验证码不正确或已用过，请输入新的验证码。"))
    count_failure(request, pending.user.get_username())


def _start_anew(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("请先输入用户名和密码。"))
    return redirect("wagtailadmin_login")
