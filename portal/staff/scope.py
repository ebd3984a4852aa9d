"""Where an official may act: pure reads over postings, used by every column's permissions."""

from __future__ import annotations

import operator
from functools import reduce
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model, Q, QuerySet

from portal.core.regions.models import Node, Region
from portal.staff.enums import Column
from portal.staff.models import Posting

Person = User | AnonymousUser
M = TypeVar("M", bound=Model)


def regions_of(person: Person, column: Column) -> list[Region]:
    """The divisions where a person keeps ``column``; read once for each person object."""
    if not person.is_authenticated or not person.is_active:
        return []
    cache: dict[Column, list[Region]] = person.__dict__.setdefault("_portal_regions", {})
    if column not in cache:
        postings = Posting.objects.filter(user=person, column=column).select_related("region")
        cache[column] = [posting.region for posting in postings]
    return cache[column]


def may_act(person: Person, permission: str, column: Column, region: Region) -> bool:
    """Whether a person has ``permission`` ("app.codename") and keeps ``column`` in ``region``.

    This holds for superusers too: whoever is posted nowhere changes no content.
    """
    if not person.is_authenticated or not person.is_active or not person.has_perm(permission):
        return False
    return any(own.holds(region) for own in regions_of(person, column))


def within_scope(
    rows: QuerySet[M], person: Person, column: Column, field: str = "region"
) -> QuerySet[M]:
    """The rows whose division (the relation ``field``) a person keeps ``column`` in."""
    regions = regions_of(person, column)
    if not regions:
        return rows.none()
    below = (Q(**{f"{field}__path__startswith": region.path}) for region in regions)
    return rows.filter(reduce(operator.or_, below))


def keeps_layers(person: Person) -> bool:
    """Whether a person is posted to the layers of this installation (``TILES_RELEASE_SCOPE``).

    A layer has no division of its own, so a posting within or above the division of any node here
    counts; where no site publishes for a division, any posting does.
    """
    own = regions_of(person, Column.RELEASES)
    if not own:
        return False
    nodes = [node.region for node in Node.objects.select_related("region")]
    return not nodes or any(
        region.holds(node) or node.holds(region) for region in own for node in nodes
    )
