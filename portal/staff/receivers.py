"""Framework events of sign-in and rights: rules that hold on every path, and their records."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.http import HttpRequest
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from portal.core.audit.origin import current_actor
from portal.core.audit.record import record_event
from portal.staff.errors import DutyConflict, FixedRole
from portal.staff.kept_name import UNKNOWN, kept_name
from portal.staff.models import Posting, Role
from portal.staff.rights import (
    check_gains,
    check_given,
    check_keeper,
    check_keepers_remain,
    check_reset,
    holds_duty,
)
from portal.staff.roles import BY_CODE, SECURITY_ADMINISTRATOR
from portal.staff.second_factor import was_given
from portal.staff.sessions import begin_session, current_session

WATCHED_FIELDS = ("username", "first_name", "last_name", "email", "is_active", "is_superuser")
TAKES_AWAY = {"pre_remove", "pre_clear"}


# -- sign-in


def signed_in(*, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Both factors were right. The password alone begins no session: see ``sessions``."""
    if not was_given(user):
        return
    begin_session(request, user)
    record_event("sign_in.succeeded", actor=user, target=user)


def signed_out(*, request: HttpRequest, user: User | None, **_kwargs: Any) -> None:
    """Signed out by hand; a session that timed out is recorded where it ends."""
    session = current_session(request) if user else None
    if session:
        session.delete()
    if user and not getattr(request, "session_end_recorded", False):
        record_event("sign_out", actor=user, target=user)


def _known(credentials: dict[str, Any]) -> tuple[User | None, dict[str, Any]]:
    """The account that was tried, or an unreadable mark of what was typed in its place."""
    typed = str(credentials.get("username") or "")
    # Axes tells of the name as it is kept.
    kept = typed if typed.startswith(UNKNOWN) else kept_name(typed)
    user = User.objects.filter(username=kept).first()
    return user, {} if user else {"unknown": kept.removeprefix(UNKNOWN)}


def sign_in_failed(
    *, credentials: dict[str, Any], request: HttpRequest | None = None, **kw: Any
) -> None:
    """A wrong password or code."""
    user, facts = _known(credentials)
    step = str(kw.get("step", "password"))
    record_event("sign_in.failed", actor=None, target=user, facts={**facts, "step": step})


def locked_out(*, username: str | None = None, **_kwargs: Any) -> None:
    """Too many failures."""
    user, facts = _known({"username": username})
    record_event("sign_in.locked", actor=None, target=user, facts=facts)


# -- accounts


def before_account_saved(*, instance: User, **kwargs: Any) -> None:
    """Nobody stops the last keeper, makes a duty holder a superuser, or raises themselves.

    Nobody becomes another administrator by giving them a password.
    """
    before = User.objects.filter(pk=instance.pk).first() if instance.pk else None
    changed = [
        name
        for name in WATCHED_FIELDS
        if before is None or getattr(before, name) != getattr(instance, name)
    ]
    instance.__dict__["_changed_fields"] = changed if before else None
    if before is None or kwargs.get("raw"):
        return
    if before.password != instance.password:
        check_reset(current_actor(), instance)
    if {"is_active", "is_superuser"} & set(changed):
        check_keeper(current_actor(), [instance.pk])
    if "is_superuser" in changed and instance.is_superuser and holds_duty(instance):
        raise DutyConflict
    if "is_active" in changed and not instance.is_active:
        check_keepers_remain([instance.pk])


def after_account_saved(
    *, instance: User, created: bool, raw: bool = False, **_kwargs: Any
) -> None:
    """Write down which fields changed; the values stay out of the log."""
    changed = instance.__dict__.pop("_changed_fields", None)
    if raw:
        return
    if created:
        record_event("account.created", actor=current_actor(), target=instance)
    elif changed:
        facts = {
            "fields": changed,
            "active": instance.is_active,
            "superuser": instance.is_superuser,
        }
        record_event("account.changed", actor=current_actor(), target=instance, facts=facts)


def before_account_deleted(*, instance: User, **_kwargs: Any) -> None:
    """An account is stopped rather than deleted; if it is, it is not the last keeper's."""
    check_keeper(current_actor(), [instance.pk])
    check_keepers_remain([instance.pk])


def account_deleted(*, instance: User, **_kwargs: Any) -> None:
    record_event("account.deleted", actor=current_actor(), target=instance)


# -- roles


def roles_changed(
    *, instance: Model, action: str, reverse: bool, pk_set: Any, **_kwargs: Any
) -> None:
    """Groups of people, from either side of the relation."""
    people, groups = _pairs(instance, action, reverse, pk_set)
    if action.startswith("pre_"):
        check_keeper(current_actor(), [person.pk for person in people])
    if action == "pre_add":
        check_given(current_actor(), [group.pk for group in groups])
        with transaction.atomic():
            for person in people:
                check_gains(person, [group.pk for group in groups])
    if action in TAKES_AWAY:
        if Role.objects.filter(group__in=groups, code=SECURITY_ADMINISTRATOR.code).exists():
            check_keepers_remain([person.pk for person in people])
        if action == "pre_clear":
            _record_roles("account.role_removed", people, groups)
    if action in {"post_add", "post_remove"}:
        name = "account.role_added" if action == "post_add" else "account.role_removed"
        _record_roles(name, people, groups)


def _pairs(
    instance: Model, action: str, reverse: bool, pk_set: set[int] | None
) -> tuple[list[User], list[Group]]:
    if reverse and isinstance(instance, Group):
        people = (
            User.objects.filter(pk__in=pk_set) if pk_set is not None else instance.user_set.all()
        )
        return list(people), [instance]
    if not isinstance(instance, User):
        raise TypeError(f"unexpected side of the relation: {instance!r}")
    groups = Group.objects.filter(pk__in=pk_set) if pk_set is not None else instance.groups.all()
    return [instance], list(groups)


def _record_roles(action: str, people: list[User], groups: list[Group]) -> None:
    names = [group.name for group in groups]
    for person in people:
        if names:
            record_event(action, actor=current_actor(), target=person, facts={"roles": names})


def own_permissions_changed(*, instance: Model, action: str, pk_set: Any, **_kwargs: Any) -> None:
    """Permissions of one's own beside the roles: by the keeper, never for a duty holder."""
    if isinstance(instance, User) and action.startswith("pre_"):
        check_keeper(current_actor(), [instance.pk])
        if action == "pre_add" and holds_duty(instance):
            raise DutyConflict
    if action in {"post_add", "post_remove"} and isinstance(instance, User):
        names = sorted(Permission.objects.filter(pk__in=pk_set).values_list("codename", flat=True))
        facts = {"change": action[5:], "permissions": names}
        record_event("account.permissions", actor=current_actor(), target=instance, facts=facts)


def role_permissions_changed(
    *, instance: Model, action: str, reverse: bool, pk_set: Any, **_kwargs: Any
) -> None:
    """A role holds what ``portal.staff.roles`` says; more is refused on every path."""
    if action not in {"pre_add", "pre_remove", "pre_clear"}:
        return
    groups = pk_set or () if reverse else [instance.pk]
    permissions = [instance.pk] if reverse else pk_set or ()
    for role in Role.objects.filter(group__in=groups):
        if current_actor() is not None:
            raise FixedRole
        if action == "pre_add" and not _may_hold(role, permissions):
            raise FixedRole


def _may_hold(role: Role, permissions: Collection[int]) -> bool:
    """Whether the code gives these permissions to the role."""
    wanted = set(BY_CODE[role.code].all_permissions) if role.code in BY_CODE else set()
    added = Permission.objects.filter(pk__in=permissions).values_list(
        "content_type__app_label", "codename"
    )
    return {f"{label}.{codename}" for label, codename in added} <= wanted


def before_group_permission(*, instance: Any, **_kwargs: Any) -> None:
    """Rights over pages and collections: fixed for roles too."""
    role = Role.objects.filter(group=instance.group_id).first()
    if role and (current_actor() is not None or role.is_duty):
        raise FixedRole


# -- postings


def before_posting(*, instance: Posting, **_kwargs: Any) -> None:
    """Nobody posts themselves."""
    check_keeper(current_actor(), [instance.user_id])


def after_posting(*, instance: Posting, created: bool = False, **kwargs: Any) -> None:
    """A posting was given, changed or taken."""
    deleted = kwargs["signal"] is post_delete
    action = "posting.removed" if deleted else "posting.added" if created else "posting.changed"
    record_event(
        action,
        actor=current_actor(),
        target=instance.user,
        facts={"column": instance.column, "region": instance.region.name},
        region=instance.region,
    )


def connect() -> None:
    """Connect everything; called once the apps are ready."""
    user_logged_in.connect(signed_in, dispatch_uid="staff.signed_in")
    user_logged_out.connect(signed_out, dispatch_uid="staff.signed_out")
    user_login_failed.connect(sign_in_failed, dispatch_uid="staff.sign_in_failed")
    user_locked_out.connect(locked_out, dispatch_uid="staff.locked_out")
    pre_save.connect(before_account_saved, sender=User)
    post_save.connect(after_account_saved, sender=User)
    pre_delete.connect(before_account_deleted, sender=User)
    post_delete.connect(account_deleted, sender=User)
    m2m_changed.connect(roles_changed, sender=User.groups.through)
    m2m_changed.connect(own_permissions_changed, sender=User.user_permissions.through)
    m2m_changed.connect(role_permissions_changed, sender=Group.permissions.through)
    for model in (GroupPagePermission, GroupCollectionPermission):
        pre_save.connect(before_group_permission, sender=model)
    pre_save.connect(before_posting, sender=Posting)
    pre_delete.connect(before_posting, sender=Posting)
    post_save.connect(after_posting, sender=Posting)
    post_delete.connect(after_posting, sender=Posting)
