"""Wagtail's generic views, held to the regions of the official who uses them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from wagtail.admin.views import generic
from wagtail.admin.views.generic.history import HistoryView
from wagtail.admin.views.generic.usage import UsageView

from portal.policies.changes import after_save, before_delete


class PostedObject:
    """An object outside the postings is refused, on every page that shows or changes one."""

    needs: tuple[str, ...] = ("change", "view", "delete")

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        """The object. Raises ``PermissionDenied`` outside the official's regions."""
        found = super().get_object(*args, **kwargs)  # type: ignore[misc]
        policy = self.permission_policy  # type: ignore[attr-defined]
        if not policy.user_has_any_permission_for_instance(
            self.request.user,  # type: ignore[attr-defined]
            self.needs,
            found,
        ):
            raise PermissionDenied
        return found


class PostedIndexView(generic.IndexView):
    """Lists what lies in the official's regions."""

    def get_base_queryset(self) -> QuerySet[Any]:
        """The rows within the postings."""
        own = self.permission_policy.instances_user_has_any_permission_for(
            self.request.user, self.any_permission_required
        )
        rows: QuerySet[Any] = super().get_base_queryset()
        return rows.filter(pk__in=own.values("pk"))


class _Recorded:
    """Saving and its consequences hold or fall together."""

    verb = ""

    def save_instance(self) -> Model:
        """Save, then record and refresh."""
        with transaction.atomic():
            instance: Model = super().save_instance()  # type: ignore[misc]
            after_save(
                instance,
                actor=self.request.user,  # type: ignore[attr-defined]
                region=self.permission_policy.region_of(instance),  # type: ignore[attr-defined]
                action=self.verb,
                fields=list(self.form.changed_data),  # type: ignore[attr-defined]
            )
        return instance


class PostedCreateView(_Recorded, generic.CreateView):
    """The form checks the region of what is new."""

    verb = "added"


class PostedEditView(PostedObject, _Recorded, generic.EditView):
    """Both the old and the new region must be the official's: here the old one."""

    verb = "changed"
    needs = ("change",)


class PostedDeleteView(PostedObject, generic.DeleteView):
    """Deletes, and says so in the audit log."""

    needs = ("delete",)

    def delete_action(self) -> None:
        """Record, then delete, in one transaction."""
        with transaction.atomic():
            region = self.permission_policy.region_of(self.object)
            before_delete(self.object, actor=self.request.user, region=region)
            super().delete_action()


class PostedHistoryView(PostedObject, HistoryView):
    """Who changed what."""


class PostedUsageView(PostedObject, UsageView):
    """Where it is used."""


class PostedInspectView(PostedObject, generic.InspectView):
    """Read only."""
