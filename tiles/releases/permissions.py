"""Who may do what with releases: pure predicates.

A permission says what an official may do; whether layers are theirs at all is for the program
around this package to say: the function that ``TILES_RELEASE_SCOPE`` names (docs/adr/0002).
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.utils.module_loading import import_string

from tiles.releases.models import Release

Person = User | AnonymousUser


def may_import(user: Person) -> bool:
    return _may(user, "releases.import_release")


def may_approve(user: Person) -> bool:
    return _may(user, "releases.approve_release")


def _may(user: Person, permission: str) -> bool:
    if not user.is_active or not user.has_perm(permission):
        return False
    keeps_layers = import_string(settings.TILES_RELEASE_SCOPE)
    return bool(user.is_superuser or keeps_layers(user))


def may_see(user: Person) -> bool:
    """Officials who import or approve see releases, reports and incidents."""
    return may_import(user) or may_approve(user)


def is_another_person(user: Person, release: Release) -> bool:
    """The four-eyes rule (四眼原则): the approver is not the importer."""
    return user.pk is not None and user.pk != release.imported_by_id
