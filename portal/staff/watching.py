"""What officials do in Wagtail and with releases, into the audit log.

Wagtail logs pages, settings and accounts; files are watched by ``file_events``; releases keep a history
of their own, and know nothing of the portal. Each entry becomes an event in the same transaction.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db.models.signals import post_save
from wagtail.models import ModelLogEntry, PageLogEntry

from portal.core.audit.canonical import Fact
from portal.core.audit.record import Target, record_event
from portal.staff.file_events import WATCHED, is_file
from tiles.releases.models import Incident, ReleaseEvent

KEPT_DATA = ("title", "fields", "revision", "page", "source", "destination", "comment", "reason")
TEXT_LENGTH = 300


def wagtail_logged(*, instance: PageLogEntry | ModelLogEntry, created: bool, **_kw: Any) -> None:
    """An entry of Wagtail's log: the action, the object and what is told about it."""
    if not created:
        return
    kind = instance.content_type
    if kind and is_file(kind.model_class()) and instance.action in WATCHED:
        return
    number = instance.page_id if isinstance(instance, PageLogEntry) else instance.object_id
    record_event(
        instance.action,
        actor=User.objects.filter(pk=instance.user_id).first() if instance.user_id else None,
        target=Target(
            f"{kind.app_label}.{kind.model}" if kind else "", str(number), instance.label
        ),
        facts={
            key: _fact(value) for key, value in (instance.data or {}).items() if key in KEPT_DATA
        },
    )


def _fact(value: object) -> Fact:
    """What Wagtail tells, without numbers that are written differently elsewhere."""
    if isinstance(value, dict):
        return {str(key): _fact(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_fact(item) for item in value]
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)[:TEXT_LENGTH]


def release_event(*, instance: ReleaseEvent, created: bool, **_kwargs: Any) -> None:
    """A line of a release's history."""
    if created:
        release = instance.release
        record_event(
            f"release.{instance.kind}",
            actor=instance.by,
            target=release,
            facts={
                "layer": release.layer_id,
                "version": release.version,
                "note": instance.note[:TEXT_LENGTH],
            },
        )


def incident(*, instance: Incident, created: bool, **_kwargs: Any) -> None:
    """A package that was refused, or an audit that failed."""
    if created:
        facts = {"code": instance.code, "layer": instance.layer_code, "sha256": instance.sha256}
        record_event("release.incident", actor=instance.reported_by, target=instance, facts=facts)


def connect() -> None:
    """Connect everything; called once the apps are ready."""
    for model in (PageLogEntry, ModelLogEntry):
        post_save.connect(wagtail_logged, sender=model)
    post_save.connect(release_event, sender=ReleaseEvent)
    post_save.connect(incident, sender=Incident)
