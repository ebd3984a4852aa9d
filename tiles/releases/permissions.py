"""Who may do what with releases: pure predicates."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, User

from tiles.releases.models import Release

Person = User | AnonymousUser


def may_import(user: Person) -> bool:
    return user.is_active and user.has_perm("releases.import_release")


def may_approve(user: Person) -> bool:
    return user.is_active and user.has_perm("releases.approve_release")


def may_see(user: Person) -> bool:
    """Officials who import or approve see releases, reports and incidents."""
    return may_import(user) or may_approve(user)


def is_another_person(user: Person, release: Release) -> bool:
    """The four-eyes rule (四眼原则): the approver is not the importer."""
    return user.pk is not None and user.pk != release.imported_by_id
