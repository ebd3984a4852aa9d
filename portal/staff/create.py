"""New officials from the command line: the first three administrators, and those of a demo."""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction

from portal.staff.models import Credential, Role
from portal.staff.roles import BY_CODE

ALPHABET = string.ascii_letters + string.digits
LENGTH = 16


class UnknownRoleError(Exception):
    """There is no such role, or ``staff_roles`` was not run (没有此角色)."""

    code = "unknown_role"

    def __init__(self, role: str) -> None:
        known = ", ".join(BY_CODE)
        super().__init__(
            f"没有角色 {role}，可用：{known} / there is no role {role!r}; known: {known}"
            " (manage.py staff_roles)"
        )


def random_password() -> str:
    """A password that keeps the rules."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 3))
    return f"{body}aB7"


@transaction.atomic
def create_official(
    username: str, *, name: str, roles: Iterable[str], password: str, must_change: bool
) -> User:
    """An account with roles. Raises ``UnknownRoleError`` and ``portal.staff.errors`` refusals."""
    user = User(username=username, first_name=name)
    user.set_password(password)  # and not create_user(), which tells the validators nothing
    user.save()
    for code in roles:
        role = Role.objects.select_related("group").filter(code=code).first()
        if role is None:
            raise UnknownRoleError(code)
        user.groups.add(role.group)
    Credential.objects.filter(user=user).update(must_change=must_change)
    return user
