"""Write the roles to the database: groups, their permissions, rights over pages and files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from portal.core.audit.record import record_event
from portal.staff.models import Role
from portal.staff.roles import ROLES, WAGTAIL_GROUPS, RoleSpec


@dataclass
class RolesReport:
    """What was changed; ``missing``: permissions of parts that are not installed, by role."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    missing: dict[str, list[str]] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)


@transaction.atomic
def write_roles() -> RolesReport:
    """Make the database as ``portal.staff.roles`` says; a second run changes nothing."""
    report = RolesReport()
    for spec in ROLES:
        _write(spec, report)
    for group in Group.objects.filter(name__in=WAGTAIL_GROUPS, user=None):
        report.removed.append(group.name)
        group.delete()
    if report.created or report.changed:
        facts = {"created": report.created, "changed": report.changed}
        record_event("roles.written", actor=None, target=None, facts=facts)
    return report


def _write(spec: RoleSpec, report: RolesReport) -> None:
    role = Role.objects.select_related("group").filter(code=spec.code).first()
    group = role.group if role else Group.objects.get_or_create(name=spec.name)[0]
    if role is None:
        Role.objects.create(group=group, code=spec.code, is_duty=spec.is_duty)
    wanted, missing = _permissions(spec.all_permissions)
    if missing:
        report.missing[spec.code] = missing
    changed = _set_name(group, spec.name) | _set_permissions(group, wanted)
    if not spec.is_duty:
        changed |= _set_pages(group, spec.pages) | _set_collections(group, spec.collections)
    chosen = report.changed if changed else report.unchanged
    (report.created if role is None else chosen).append(spec.code)


def _permissions(names: Iterable[str]) -> tuple[list[Permission], list[str]]:
    """The permissions that exist, and the names of those that do not."""
    found, missing = [], []
    for name in names:
        label, codename = name.split(".")
        there = Permission.objects.filter(content_type__app_label=label, codename=codename).first()
        if there:
            found.append(there)
        else:
            missing.append(name)
    return found, missing


def _set_name(group: Group, name: str) -> bool:
    if group.name == name:
        return False
    group.name = name
    group.save(update_fields=["name"])
    return True


def _set_permissions(group: Group, wanted: list[Permission]) -> bool:
    if set(group.permissions.all()) == set(wanted):
        return False
    group.permissions.set(wanted)
    return True


def _set_pages(group: Group, codenames: tuple[str, ...]) -> bool:
    root = Page.get_first_root_node()
    rows = GroupPagePermission.objects.filter(group=group)
    held = set(rows.values_list("page_id", "permission__codename"))
    if root is None or held == {(root.pk, codename) for codename in codenames}:
        return False
    rows.delete()
    for permission in Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=codenames
    ):
        GroupPagePermission.objects.create(group=group, page=root, permission=permission)
    return True


def _set_collections(group: Group, names: tuple[str, ...]) -> bool:
    root = Collection.get_first_root_node()
    wanted = Q(pk__in=[permission.pk for permission in _permissions(names)[0]])
    permissions = list(Permission.objects.filter(wanted))
    rows = GroupCollectionPermission.objects.filter(group=group)
    held = set(rows.values_list("collection_id", "permission_id"))
    if root is None or held == {(root.pk, permission.pk) for permission in permissions}:
        return False
    rows.delete()
    for permission in permissions:
        GroupCollectionPermission.objects.create(
            group=group, collection=root, permission=permission
        )
    return True
