"""Accounts of officials in the staff area: kept by the security administrator alone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import permission_denied
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import EditView, IndexView, UserViewSet

from portal.core.audit.origin import current_actor
from portal.staff.errors import ResetOnServer, RightsRefusal
from portal.staff.permissions import keeps_another_duty, may_keep_account_of, may_keep_accounts
from portal.staff.rights import (
    check_gains,
    check_given,
    check_keeper,
    check_keepers_remain,
    check_reset,
    check_roles,
)
from portal.staff.roles import BY_CODE, SECURITY_ADMINISTRATOR


class RoleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """The roles, each with what it may do."""

    def label_from_instance(self, group: Any) -> str:
        """Name and purpose of the role."""
        return f"{group.name}：{BY_CODE[group.role.code].help}"


class OfficialFormMixin(forms.Form):
    """Full name in one field, as Chinese names are written; roles instead of free groups."""

    email = forms.EmailField(label=_("电子邮箱"), required=False)
    first_name = forms.CharField(label=_("姓名"), max_length=150)
    last_name = None
    is_superuser = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["groups"] = RoleField(
            Group.objects.filter(role__isnull=False).select_related("role").order_by("role"),
            label=_("角色"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("系统、安全、审计管理员三种职责须由三人分别担任，且不得兼任其他角色。"),
        )

    def clean_groups(self) -> Any:
        """Three separate duties; nobody's own roles; somebody is left to keep accounts."""
        groups = self.cleaned_data["groups"]
        user = self.instance  # type: ignore[attr-defined]
        held = set(user.groups.all()) if user.pk else set()
        try:
            check_roles(list(groups))
            check_given(current_actor(), [group.pk for group in set(groups) - held])
            if user.pk and held != set(groups):
                check_keeper(current_actor(), [user.pk])
                lost = {group.role.code for group in held - set(groups) if hasattr(group, "role")}
                if SECURITY_ADMINISTRATOR.code in lost:
                    check_keepers_remain([user.pk])
                if not held or held <= set(groups):
                    check_gains(user, [group.pk for group in groups])
        except RightsRefusal as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from refusal
        return groups


class OfficialCreationForm(OfficialFormMixin, UserCreationForm):
    """A new account; its owner changes the password at the first sign-in."""

    class Meta(UserCreationForm.Meta):
        fields = ["username", "first_name", "email", "groups"]


class OfficialEditForm(OfficialFormMixin, UserEditForm):
    """An account; one's own name and address may be changed here, one's rights not."""

    class Meta(UserEditForm.Meta):
        fields = ["username", "first_name", "email", "groups", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.editing_self = kwargs.pop("editing_self", False)
        super().__init__(*args, **kwargs)
        if self.editing_self:
            for name in ("groups", "is_active", "password1", "password2"):
                del self.fields[name]
        elif keeps_another_duty(self.instance):
            self.fields["password1"].help_text = str(ResetOnServer())

    @property
    def password_enabled(self) -> bool:
        """One's own password is changed where the present one is asked for."""
        return "password1" in self.fields

    def clean_password1(self) -> str:
        """Another administrator's password is not set here."""
        given: str = self.cleaned_data["password1"]
        if given:
            try:
                check_reset(current_actor(), self.instance)
            except RightsRefusal as refusal:
                raise forms.ValidationError(str(refusal), code=refusal.code) from refusal
        return given

    def clean_is_active(self) -> bool:
        """Somebody is left to keep accounts."""
        active: bool = self.cleaned_data["is_active"]
        if self.instance.is_active and not active:
            try:
                check_keepers_remain([self.instance.pk])
            except RightsRefusal as refusal:
                raise forms.ValidationError(str(refusal), code=refusal.code) from refusal
        return active


class OfficialIndexView(IndexView):
    """All accounts; no bulk actions: rights are changed one by one."""

    default_ordering = "username"

    @cached_property
    def columns(self) -> list[Any]:
        """Name, account, roles, whether it is in use, last sign-in."""
        roles = Column(
            "roles",
            label=_("角色"),
            accessor=lambda user: "、".join(group.name for group in user.groups.all()),
        )
        kept = [
            column
            for column in super().columns
            if not isinstance(column, BulkActionsCheckboxColumn) and column.name != "is_superuser"
        ]
        return [*kept[:2], roles, *kept[2:]]

    def get_base_queryset(self) -> Any:
        """With the roles, in one query for all."""
        return super().get_base_queryset().prefetch_related("groups")


class OfficialEditView(EditView):
    """Change an account; a superuser's is out of reach."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The security administrator only, and never above a superuser."""
        own = self.editing_self and may_keep_accounts(request.user)
        if not own and not may_keep_account_of(request.user, self.object):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)


class OfficialViewSet(UserViewSet):
    """Accounts (账号)."""

    menu_label = _("账号与角色")
    index_view_class = OfficialIndexView
    edit_view_class = OfficialEditView
    create_template_name = "wagtailadmin/generic/form.html"
    edit_template_name = "wagtailadmin/generic/edit.html"

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm[User]]:
        """Our forms."""
        return OfficialEditForm if for_update else OfficialCreationForm
