"""Approve a submitted version, or return it with a reason; never by who wrote or submitted it."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from portal.plans.content import content_hash
from portal.plans.enums import EventKind, VersionState
from portal.plans.errors import FrozenText
from portal.plans.models import NoticeVersion, WorkingDays
from portal.plans.permissions import is_another_person, may_approve
from portal.plans.procedure.edit import has_edited
from portal.plans.procedure.lawful_period import require_lawful_period
from portal.plans.procedure.publish import publish_due
from portal.plans.procedure.step import (
    locked,
    move,
    note,
    require,
    require_reason,
    require_state,
)

WAITING = (VersionState.AWAITING_APPROVAL,)


def require_decider(version: NoticeVersion, by: User) -> None:
    """Raises ``NotAllowed`` unless ``by`` may decide there and had no hand in the text."""
    region = version.notice.region
    require(
        may_approve(by, region),
        f"您没有在“{region}”审批公示的权限",
        f"you may not decide on notices of {region.code}",
    )
    require(
        is_another_person(by, version) and not has_edited(by, version),
        "起草、修改或提交过的人不能审批或延长这一公示：请由另一人审批",
        "who wrote, changed or submitted a notice cannot decide on it: another person has to",
    )


def approve_version(
    version: NoticeVersion, by: User, *, edit_number: int | None = None
) -> NoticeVersion:
    """Approve; the version is public from its minute on, or at once where none was given.

    Raises ``NotAllowed``, ``WrongState``, ``ChangedMeanwhile``, ``FrozenText``, ``Incomplete``,
    ``CalendarMissing``.
    """
    with transaction.atomic():
        version = _decidable(version, by, edit_number)
        if content_hash(version) != version.content_hash:
            raise FrozenText(
                "内容与提交时的校验值不符：请退回并查明原因",
                "the content is not what was submitted: return it and find out why",
            )
        require_lawful_period(version)
        now = timezone.now()
        version.publish_at = max(version.publish_at or now, now)
        version.approved_by, version.approved_at = by, now
        set_clock(version)
        move(
            version,
            VersionState.APPROVED,
            "publish_at",
            "approved_by",
            "approved_at",
            "opens_on",
            "first_closes_on",
            "closes_on",
        )
        take_over(version)
        note(version, EventKind.APPROVED, by, at=now)
    publish_due(timezone.now())
    version.refresh_from_db()
    return version


def set_clock(version: NoticeVersion) -> None:
    """First and last day of the public period, from the minute of publication.

    A later version never ends before the earlier one would have.
    """
    assert version.publish_at is not None  # noqa: S101 - given by the caller
    version.opens_on = timezone.localdate(version.publish_at)
    if version.rule is None:
        return
    ends = version.rule.last_day(version.opens_on, WorkingDays())
    earlier = version.notice.versions.filter(number__lt=version.number, closes_on__isnull=False)
    last = earlier.order_by("-closes_on").values_list("closes_on", flat=True).first()
    version.closes_on = max(ends, last or datetime.date.min)
    version.first_closes_on = version.closes_on


def take_over(version: NoticeVersion) -> None:
    """From its minute on an approved version is the one in force, no earlier one."""
    earlier = version.notice.versions.filter(number__lt=version.number, superseded_at=None)
    earlier.update(superseded_at=version.publish_at)


@transaction.atomic
def return_version(
    version: NoticeVersion, by: User, reason: str, *, edit_number: int | None = None
) -> NoticeVersion:
    """Send a version back to its author with a reason; also an approved one before its minute."""
    reason = require_reason(reason)
    version = locked(version, edit_number=edit_number)
    require_decider(version, by)
    require_state(version, (VersionState.AWAITING_APPROVAL, VersionState.APPROVED))
    if version.is_public:
        require_state(version, WAITING)
    if version.state == VersionState.APPROVED:
        version.notice.versions.filter(superseded_at=version.publish_at).update(superseded_at=None)
    version.approved_by = version.approved_at = version.submitted_by = version.submitted_at = None
    version.opens_on = version.closes_on = version.first_closes_on = None
    version.content_hash = ""
    move(
        version,
        VersionState.RETURNED,
        "approved_by",
        "approved_at",
        "submitted_by",
        "submitted_at",
        "opens_on",
        "closes_on",
        "first_closes_on",
        "content_hash",
    )
    note(version, EventKind.RETURNED, by, reason=reason)
    return version


def _decidable(version: NoticeVersion, by: User, edit_number: int | None) -> NoticeVersion:
    version = locked(version, edit_number=edit_number)
    require_decider(version, by)
    require_state(version, WAITING)
    return version
