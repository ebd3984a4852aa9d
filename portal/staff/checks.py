"""System check for production: accounts that stand above the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections


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
