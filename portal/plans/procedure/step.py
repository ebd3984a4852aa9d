"""What every step of the procedure does: lock the version, check its state, write down what happened."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.utils import timezone

from portal.core.audit.record import record_event
from portal.plans.enums import EventKind, VersionState
from portal.plans.errors import ChangedMeanwhile, Incomplete, NotAllowed, WrongState
from portal.plans.models import Notice, NoticeEvent, NoticeVersion


def locked(version: NoticeVersion, *, edit_number: int | None = None) -> NoticeVersion:
    """The row as it is now, held until the transaction ends with all versions of its notice.

    The clock of one version depends on those of the others, so the notice is locked before any of
    them. ``edit_number``: what the official saw; raises ``ChangedMeanwhile`` when it is another one now.
    """
    Notice.objects.select_for_update().get(pk=version.notice_id)
    row = NoticeVersion.objects.select_for_update(of=("self",)).select_related("notice__region")
    fresh = row.get(pk=version.pk)
    if edit_number is not None and fresh.edit_number != edit_number:
        raise ChangedMeanwhile(
            "其他人刚刚更改了这一版本：请重新打开后再操作",
            "somebody else changed this version just now: open it again",
        )
    return fresh


def require_state(version: NoticeVersion, allowed: Iterable[VersionState]) -> None:
    """Raises ``WrongState`` unless the version is in one of these states."""
    if version.state not in set(allowed):
        state = VersionState(version.state)
        raise WrongState(
            f"“{version}”当前状态为“{state.label}”，不能进行这一操作",
            f"{version} is {state.value}: this step cannot be taken now",
        )


def require_public(version: NoticeVersion) -> None:
    """Raises ``WrongState`` for an approved version before its minute: nobody may hear of it yet."""
    if not version.is_public:
        raise WrongState(
            f"“{version}”尚未公开，不能进行这一操作：需要更改请退回",
            f"{version} is not public yet: return it to change anything",
        )


def require(allowed: bool, zh: str, en: str) -> None:
    """Raises ``NotAllowed`` with these texts unless ``allowed``."""
    if not allowed:
        raise NotAllowed(zh, en)


def require_reason(reason: str) -> str:
    """The reason without white space around it. Raises ``Incomplete`` when there is none."""
    if not reason.strip():
        raise Incomplete("请填写理由", "give a reason")
    return reason.strip()


def move(version: NoticeVersion, state: VersionState, *fields: str) -> None:
    """Store the new state and the named fields."""
    version.state = state
    version.edit_number += 1
    version.save(update_fields=["state", "edit_number", *fields])


def note(
    version: NoticeVersion,
    kind: EventKind,
    by: User | None,
    *,
    reason: str = "",
    at: datetime.datetime | None = None,
) -> NoticeEvent:
    """A row in the timeline and one in the audit log."""
    event: NoticeEvent = NoticeEvent.objects.create(
        version=version,
        kind=kind,
        by=by,
        reason=reason,
        at=at or timezone.now(),
        closes_on=version.closes_on,
    )
    facts = {
        "version": str(version),
        "reason": reason,
        "content_hash": version.content_hash,
        "closes_on": version.closes_on.isoformat() if version.closes_on else None,
    }
    record_event(
        f"plans.{kind.value}", actor=by, target=version, facts=facts, region=version.notice.region
    )
    return event
