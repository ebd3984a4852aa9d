"""Change a version in work, and throw one away that never left the office."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.db import transaction

from portal.core.audit.canonical import Fact
from portal.core.audit.models import AuditEvent
from portal.core.audit.record import record_event
from portal.plans.enums import EDITABLE
from portal.plans.models import NoticeVersion
from portal.plans.permissions import may_administer, may_draft
from portal.plans.procedure.step import locked, require, require_state

EDITED, DISCARDED = "plans.edited", "plans.discarded"


@contextmanager
def editing(
    version: NoticeVersion, by: User, *, edit_number: int | None
) -> Iterator[tuple[NoticeVersion, list[str]]]:
    """Hold a version in work while its form is saved: ``with editing(...) as (row, changed)``.

    ``row`` is the version as it is now; the caller adds the names of what it changes to ``changed``,
    which the audit log gets (never the texts). Raises ``NotAllowed``, ``WrongState`` and, when the
    form was opened on another state of the text, ``ChangedMeanwhile``.
    """
    with transaction.atomic():
        row = locked(version, edit_number=edit_number)
        _require_keeper(row, by)
        require_state(row, EDITABLE)
        changed: list[str] = []
        yield row, changed
        if changed:
            NoticeVersion.objects.filter(pk=row.pk).update(edit_number=row.edit_number + 1)
            facts: dict[str, Fact] = {"version": str(row), "fields": [*sorted(set(changed))]}
            record_event(EDITED, actor=by, target=row, facts=facts, region=row.notice.region)


@transaction.atomic
def discard_version(version: NoticeVersion, by: User, *, edit_number: int | None = None) -> None:
    """Delete a version in work with its files; a notice without any version goes with it.

    Raises ``NotAllowed``, ``WrongState``, ``ChangedMeanwhile``.
    """
    row = locked(version, edit_number=edit_number)
    _require_keeper(row, by)
    require_state(row, EDITABLE)
    notice, documents = row.notice, list(row.documents.all())
    record_event(
        DISCARDED,
        actor=by,
        target=row,
        facts={"version": str(row), "title": row.title},
        region=notice.region,
    )
    row.events.all().delete()
    row.delete()
    if not notice.versions.exists():
        notice.delete()
    for document in documents:
        document.drop_file()


def has_edited(person: User, version: NoticeVersion) -> bool:
    """Whether a person changed the text of a version, by the audit log."""
    target = {"target_type": NoticeVersion._meta.label_lower, "target_id": str(version.pk)}
    return AuditEvent.objects.filter(action=EDITED, actor_id=person.pk, **target).exists()


def _require_keeper(version: NoticeVersion, by: User) -> None:
    region = version.notice.region
    require(
        may_draft(by, region) or may_administer(by, region),
        f"您没有在“{region}”修改公示的权限",
        f"you may not change notices of {region.code}",
    )
