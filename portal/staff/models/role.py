"""Roles: groups whose permissions the code keeps, and which of them are administrator duties."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.Model):
    """A group that stands for a role of ``portal.staff.roles`` (角色).

    A duty (三员：系统、安全、审计管理员) excludes every other role of the same person; the
    database refuses a second one (``portal.staff.guards``).
    """

    group = models.OneToOneField(
        Group, verbose_name=_("用户组"), on_delete=models.PROTECT, primary_key=True
    )
    code = models.SlugField(_("代码"), max_length=40, unique=True)
    is_duty = models.BooleanField(_("管理员职责"), default=False)

    class Meta:
        verbose_name = _("角色")
        verbose_name_plural = _("角色")
        default_permissions = ()

    def __str__(self) -> str:
        return self.group.name
