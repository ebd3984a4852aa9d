"""Who may change what in the policy library: Django's permission, and a posting in the region."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Model, QuerySet
from wagtail.permission_policies import ModelPermissionPolicy

from portal.core.regions.models import Region
from portal.staff.enums import Column
from portal.staff.scope import Person, may_act, regions_of, within_scope

EDIT = "policies.edit_policy"
"""One permission for the column: to import, to correct, to explain, to delete."""


def may_import(person: Person, region: Region) -> bool:
    """Whether a person may bring texts of ``region`` into the library."""
    return may_act(person, EDIT, Column.POLICIES, region)


def may_import_somewhere(person: Person) -> bool:
    """Whether the import is of any use to a person."""
    return person.is_active and person.has_perm(EDIT) and bool(regions_of(person, Column.POLICIES))


class PostedPermissionPolicy(ModelPermissionPolicy):
    """The permission of the column, worth something only where its holder keeps the column.

    ``path``: the relation from the model to its region. Superusers are no exception.
    """

    def __init__(self, model: type[Model], path: str, region_of: Callable[[Any], Region]) -> None:
        super().__init__(model)
        self.path, self.region_of = path, region_of

    def user_has_permission(self, user: Person, action: str) -> bool:
        """The permission, whatever the action, and a posting anywhere."""
        return may_import_somewhere(user)

    def user_has_any_permission(self, user: Person, actions: Collection[str]) -> bool:
        """Any of the permissions, and a posting anywhere."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Person, action: str, instance: Any) -> bool:
        """The permission, and a posting in the region of the object or above it."""
        return may_act(user, EDIT, Column.POLICIES, self.region_of(instance))

    def instances_user_has_any_permission_for(
        self, user: Person, actions: Collection[str]
    ) -> QuerySet[Any]:
        """The objects of the regions where a person keeps the column."""
        rows: QuerySet[Any] = self.model._default_manager.all()
        if not self.user_has_any_permission(user, actions):
            return rows.none()
        return within_scope(rows, user, Column.POLICIES, self.path)
