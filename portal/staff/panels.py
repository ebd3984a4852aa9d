"""Panels of the dashboard that no other part brings: releases, accounts, one's own password."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.staff.audit_standing import AuditChainPanel
from portal.staff.dashboard import DashboardRow, RowState, due_state, register_panel
from portal.staff.lockout import locked_names
from portal.staff.models import Credential
from portal.staff.permissions import may_keep_accounts
from tiles.releases.models import Release
from tiles.releases.permissions import is_another_person, may_approve, may_import

PASSWORD_WARNING = timedelta(days=14)


class ReleasesPanel:
    """Packages that wait for approval; the importer sees their own wait."""

    title = gettext_lazy("图层发布")

    def rows(self, user: User) -> Sequence[DashboardRow]:
        """What the official may approve, or has handed in."""
        if not may_approve(user) and not may_import(user):
            return []
        awaiting = Release.objects.awaiting_approval().select_related("layer")
        rows = []
        for release in awaiting[:50]:
            mine = may_approve(user) and is_another_person(user, release)
            if not mine and release.imported_by_id != user.pk:
                continue
            text = _("待审批：%(layer)s") if mine else _("已提交，等待他人审批：%(layer)s")
            rows.append(
                DashboardRow(
                    text % {"layer": release.layer.title},
                    reverse("releases:detail", args=[release.pk]),
                    release.expires_at,
                    due_state(release.expires_at) if mine else RowState.PLAIN,
                )
            )
        return rows


class AccountsPanel:
    """For the security administrator: locked accounts, accounts without a second factor."""

    title = gettext_lazy("账号安全")

    def rows(self, user: User) -> Sequence[DashboardRow]:
        """Counts, each with its way to the accounts."""
        if not may_keep_accounts(user):
            return []
        accounts = reverse("wagtailusers_users:index")
        people = User.objects.filter(username__in=locked_names())
        rows = [
            DashboardRow(
                _("登录已锁定：%(name)s") % {"name": person.get_full_name() or person.username},
                reverse("staff:account", args=[person.pk]),
            )
            for person in people[:20]
        ]
        bare = User.objects.filter(is_active=True, groups__role__isnull=False).exclude(
            totpdevice__confirmed=True
        )
        if count := bare.distinct().count():
            text = _("尚未绑定动态口令的账号：%(count)d个") % {"count": count}
            rows.append(DashboardRow(text, accounts, state=RowState.PLAIN, count=count))
        return rows


class OwnAccountPanel:
    """One's own password that runs out, and recovery codes that are used up."""

    title = gettext_lazy("我的账号")

    def rows(self, user: User) -> Sequence[DashboardRow]:
        """Nothing, most of the time."""
        rows = []
        until = Credential.expires_at(user)
        if until - timezone.now() < PASSWORD_WARNING:
            rows.append(
                DashboardRow(_("请更改密码"), reverse("staff:password"), until, RowState.SOON)
            )
        if user.recovery_codes.exists() and not user.recovery_codes.filter(used_at=None).exists():
            rows.append(DashboardRow(_("备用验证码已用完"), reverse("staff:security")))
        return rows


def register_panels() -> None:
    """Called once the apps are ready."""
    for panel in (ReleasesPanel(), AuditChainPanel(), AccountsPanel(), OwnAccountPanel()):
        register_panel(panel)
