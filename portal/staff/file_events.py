"""Images and documents into the audit log, whichever way they came, changed or went.

Wagtail logs what its forms for one file do, and nothing of uploads of many files, of uploads in
choosers, or of actions on many files at once. So the models themselves are watched, and Wagtail's own
entries about files are left out (``portal.staff.watching``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.log_actions import get_active_log_context
from wagtail.models import Page

from portal.core.audit.canonical import Fact
from portal.core.audit.origin import current_actor
from portal.core.audit.record import record_event

WATCHED = {"wagtail.create", "wagtail.edit", "wagtail.delete"}
"""What is told of files here and by Wagtail's log, too."""

DERIVED = {"file_size", "file_hash"}
"""Columns that Wagtail fills in by itself once somebody asks for them."""


def is_file(model: type[Model] | None) -> bool:
    """Whether files of editors are kept in this model."""
    return model in {get_image_model(), get_document_model()}


def saved(
    *,
    instance: Any,
    created: bool,
    raw: bool = False,
    update_fields: Collection[str] | None = None,
    **_kwargs: Any,
) -> None:
    """A file came, or was changed."""
    if raw or (update_fields is not None and set(update_fields) <= DERIVED):
        return
    action = "wagtail.create" if created else "wagtail.edit"
    record_event(action, actor=_actor(), target=instance, facts=_facts(instance))


def deleted(*, instance: Any, **_kwargs: Any) -> None:
    """A file went."""
    record_event("wagtail.delete", actor=_actor(), target=instance, facts=_facts(instance))


def changed_together(
    request: HttpRequest, action_type: str, objects: Iterable[Model], action: Any
) -> None:
    """Many objects were changed at once in a way that neither their models nor Wagtail's log tell.

    Pages are logged one by one by Wagtail; files that go, here.
    """
    model = action.model
    if issubclass(model, Page) or (is_file(model) and action_type == "delete"):
        return
    name = "wagtail.delete" if action_type == "delete" else "wagtail.edit"
    chosen = {key: str(value) for key, value in action.cleaned_form.cleaned_data.items()}
    for each in objects:
        facts: dict[str, Fact] = {"bulk": action_type, **chosen}
        record_event(name, actor=_actor(), target=each, facts=facts)


def _facts(instance: Any) -> dict[str, Fact]:
    return {"file": str(instance.file), "sha1": instance.file_hash}


def _actor() -> User | None:
    """Who made the request in hand, or whom a command says it acts for."""
    spoken_for = get_active_log_context().user
    return current_actor() or (spoken_for if isinstance(spoken_for, User) else None)


def connect() -> None:
    """Connect everything; called once the apps are ready."""
    for model in (get_image_model(), get_document_model()):
        post_save.connect(saved, sender=model)
        post_delete.connect(deleted, sender=model)
