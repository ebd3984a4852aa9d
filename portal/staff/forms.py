"""Forms of the staff area."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordMixin
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm

ONE_TIME_CODE = {
    "autocomplete": "one-time-code",
    "autocapitalize": "characters",
    "autofocus": True,
    "spellcheck": "false",
}


class SignInForm(LoginForm):
    """Name and password, in Chinese; no "remember me": a session ends with the working day."""

    username = forms.CharField(
        label=_("用户名"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("密码"),
        strip=False,
        max_length=256,  # a hash over megabytes would be a way to keep the server busy
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    remember = None

    error_messages = {
        "invalid_login": _("用户名或密码不正确。多次失败后将暂时锁定。"),
        "inactive": _("用户名或密码不正确。多次失败后将暂时锁定。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs["placeholder"] = ""
        self.fields["password"].widget.attrs["placeholder"] = ""


class CodeForm(forms.Form):
    """A code of the second factor, or a recovery code where it is allowed."""

    code = forms.CharField(
        label=_("验证码"), max_length=40, widget=forms.TextInput(attrs=ONE_TIME_CODE)
    )


class ReasonForm(forms.Form):
    """Why the security administrator does this; goes into the audit log."""

    reason = forms.CharField(
        label=_("理由"), min_length=2, max_length=200, widget=forms.TextInput()
    )


class NewPasswordForm(SetPasswordMixin, forms.Form):  # type: ignore[type-arg]
    """An official's own new password: the present one first."""

    old_password = forms.CharField(
        label=_("当前密码"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    new_password1, new_password2 = SetPasswordMixin.create_password_fields(
        label1=_("新密码"), label2=_("再次输入新密码")
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_old_password(self) -> str:
        """The present password is right."""
        given: str = self.cleaned_data["old_password"]
        if not self.user.check_password(given):
            raise forms.ValidationError(_("当前密码不正确。"), code="password_incorrect")
        return given

    def clean(self) -> dict[str, Any]:
        """Both new ones are the same and keep the rules."""
        self.validate_passwords("new_password1", "new_password2")
        self.validate_password_for_user(self.user, "new_password2")
        return super().clean() or {}

    def save(self) -> None:
        """Set the password."""
        self.set_password_and_save(self.user, "new_password1")
