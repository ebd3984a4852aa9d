"""Change a version in work, and throw one away that never left the office."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.db import transaction

from portal.core.audit.canonical import Fact
from portal.core.audit.models import AuditEvent
from portal.core.audit.record import record_event
from portal.plans.enums import EDITABLE
from portal.plans.errors import WrongState
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
    _require_unfollowed(row)
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


def edited_by(person: User, versions: Iterable[NoticeVersion]) -> set[int]:
    """Keys of the versions whose text a person changed, by the audit log; one query."""
    edits = AuditEvent.objects.filter(
        action=EDITED,
        actor_id=person.pk,
        target_type=NoticeVersion._meta.label_lower,
        target_id__in=[str(version.pk) for version in versions],
    )
    return {int(pk) for pk in edits.values_list("target_id", flat=True)}


def has_edited(person: User, version: NoticeVersion) -> bool:
    """Whether a person changed the text of a version."""
    return version.pk in edited_by(person, [version])


def _require_unfollowed(version: NoticeVersion) -> None:
    """A notice that goes with its only version must not be the earlier one of another notice."""
    notice = version.notice
    if notice.versions.exclude(pk=version.pk).exists():
        return
    followers = ", ".join(notice.followers.values_list("code", flat=True))
    if followers:
        raise WrongState(
            f"{followers}接续这一公示：请先在那里去掉“前一程序的公示号”，再删除",
            f"{followers} follows this notice: take its number out there first",
        )


def _require_keeper(version: NoticeVersion, by: User) -> None:
    region = version.notice.region
    require(
        may_draft(by, region) or may_administer(by, region),
        f"您没有在“{region}”修改公示的权限",
        f"you may not change notices of {region.code}",
    )
