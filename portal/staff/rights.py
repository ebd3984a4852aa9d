"""Rules on rights as plain functions; each raises a ``RightsRefusal`` (三员分立).

They hold for every path through Django: forms, bulk actions, the shell. The database repeats the
hardest of them (``portal.staff.guards``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.contrib.auth.models import Group, User
from django.db import transaction

from portal.staff.errors import (
    DutyConflict,
    DutyOnServer,
    LastKeeper,
    NotTheKeeper,
    OwnRights,
    ResetOnServer,
)
from portal.staff.models import Role
from portal.staff.permissions import keeps_another_duty, may_keep_accounts
from portal.staff.roles import SECURITY_ADMINISTRATOR


def check_keeper(actor: User | None, others: Iterable[int]) -> None:
    """Who changes the rights of these people: the security administrator, never for themselves.

    ``actor`` None is a command on the server itself.
    """
    if actor is None:
        return
    if actor.pk in set(others):
        raise OwnRights
    if not may_keep_accounts(actor):
        raise NotTheKeeper


def check_reset(actor: User | None, other: User) -> None:
    """Who gives another a password, or takes the second factor away, could sign in as them."""
    if actor is not None and actor.pk != other.pk and keeps_another_duty(other):
        raise ResetOnServer


def check_given(actor: User | None, groups: Iterable[int]) -> None:
    """The other two duties are given on the server alone.

    Otherwise one could take a duty away, reset the account, and give the duty back.
    """
    given = Role.objects.filter(group__in=list(groups), is_duty=True)
    if actor is not None and given.exclude(code=SECURITY_ADMINISTRATOR.code).exists():
        raise DutyOnServer


def check_roles(groups: Collection[Group]) -> None:
    """All roles that one person would hold together."""
    duties = Role.objects.filter(group__in=groups, is_duty=True).count()
    if duties and len(groups) > 1:
        raise DutyConflict


def check_gains(user: User, gained: Collection[int]) -> None:
    """What a person would hold after gaining these groups. Locks the person's row."""
    User.objects.select_for_update().filter(pk=user.pk).first()
    held = Group.objects.filter(pk__in={*gained, *user.groups.values_list("pk", flat=True)})
    check_roles(list(held))
    has_duty = Role.objects.filter(group__in=held, is_duty=True).exists()
    if has_duty and (user.is_superuser or user.user_permissions.exists()):
        raise DutyConflict


def holds_duty(user: User) -> bool:
    """Whether a person is one of the three administrators."""
    return Role.objects.filter(group__user=user, is_duty=True).exists()


def keepers() -> list[int]:
    """The active security administrators, locked until the transaction ends."""
    people = User.objects.select_for_update(of=("self",)).filter(
        groups__role__code=SECURITY_ADMINISTRATOR.code, is_active=True
    )
    with transaction.atomic():
        return list(people.values_list("pk", flat=True))


def check_keepers_remain(leaving: Collection[int]) -> None:
    """Somebody is left to name a successor."""
    present = set(keepers())
    if present and not present - set(leaving) and present & set(leaving):
        raise LastKeeper
