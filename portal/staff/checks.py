"""System checks for production: accounts above the rules, and roles that are worth nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections
from django.db.models import Q

from portal.staff.enums import Column
from portal.staff.models import Posting
from portal.staff.roles import LAYER_APPROVER, LAYER_IMPORTER

LAYER_ROLES = (LAYER_IMPORTER.code, LAYER_APPROVER.code)


@register(Tags.database, deploy=True)
def no_superusers(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **_kwargs: Any
) -> list[CheckMessage]:
    """``manage.py check --deploy --database default``: no active superuser works here.

    A superuser has all three duties at once. What it does is in the audit log all the same.
    """
    found: list[CheckMessage] = []
    for alias in databases or ():
        if User._meta.db_table not in connections[alias].introspection.table_names():
            continue
        names = User.objects.using(alias).filter(is_superuser=True, is_active=True)
        found += [
            Warning(
                f"超级用户 {user.get_username()} 处于启用状态 / an active superuser",
                hint="三员分立：用 create_official 建立三类管理员后停用它 / "
                "make the three administrators with create_official, then deactivate it",
                id="portal.staff.W001",
            )
            for user in names
        ]
    return found


@register(Tags.database, deploy=True)
def layer_staff_is_posted(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **_kwargs: Any
) -> list[CheckMessage]:
    """Whoever has a role for layers has a posting to them: without one the role is worth nothing."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        if Posting._meta.db_table not in connections[alias].introspection.table_names():
            continue
        posted = Q(
            pk__in=Posting.objects.using(alias).filter(column=Column.RELEASES).values("user")
        )
        staff = User.objects.using(alias).filter(
            is_active=True, is_superuser=False, groups__role__code__in=LAYER_ROLES
        )
        found += [
            Warning(
                f"{name} 有图层角色，但没有“图层发布”任职 / a role for layers without a posting to them",
                hint="由安全管理员在“任职”中添加 / the security administrator adds it under 任职",
                id="portal.staff.W002",
            )
            for name in staff.exclude(posted).distinct().values_list("username", flat=True)
        ]
    return found
