"""Submit a version for approval: from here on its text is frozen."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from portal.plans.content import content_hash
from portal.plans.enums import EDITABLE, EventKind, NoticeKind, VersionState
from portal.plans.errors import Incomplete
from portal.plans.models import NoticeVersion, StatutoryPeriod, WorkingDays
from portal.plans.permissions import may_administer, may_draft
from portal.plans.procedure.step import locked, move, note, require, require_state
from tiles.releases.models import Layer

NEEDS_PERIOD = frozenset({NoticeKind.DRAFT_PLAN, NoticeKind.PRE_APPROVAL, NoticeKind.AMENDMENT})
"""Kinds that invite objections: without a period nobody would know until when."""


@transaction.atomic
def submit_version(
    version: NoticeVersion, by: User, *, edit_number: int | None = None
) -> NoticeVersion:
    """Check that the version is whole, fix its counting rule and releases, hash it, hand it over.

    Raises ``NotAllowed``, ``WrongState``, ``ChangedMeanwhile``, ``Incomplete``, ``CalendarMissing``.
    """
    version = locked(version, edit_number=edit_number)
    region = version.notice.region
    require(
        may_draft(by, region) or may_administer(by, region),
        f"您没有在“{region}”提交公示的权限",
        f"you may not submit notices of {region.code}",
    )
    require_state(version, EDITABLE)
    _check_whole(version)
    _check_period(version)
    for link in version.layer_links.all():
        layer = Layer.objects.filter(code=link.layer_code).first()
        link.release_id = str(layer.current_id or "") if layer else ""
        link.save(update_fields=["release_id"])
    version.content_hash = content_hash(version)
    version.submitted_by, version.submitted_at = by, timezone.now()
    move(
        version,
        VersionState.AWAITING_APPROVAL,
        "content_hash",
        "submitted_by",
        "submitted_at",
    )
    note(version, EventKind.SUBMITTED, by)
    return version


def _check_whole(version: NoticeVersion) -> None:
    if not version.body and not version.documents.exists():
        raise Incomplete("正文与文件至少要有一项", "a text or a document is needed")
    if version.number > 1 and not version.change_reason:
        raise Incomplete("请填写变更说明", "say what changed and why")
    if version.notice.kind in NEEDS_PERIOD and version.rule is None:
        raise Incomplete("这类公示须有公示期：请填写公示天数", "this kind needs a public period")


def _check_period(version: NoticeVersion) -> None:
    """Not shorter than the law says, and countable: the calendar of the years is there."""
    rule = version.rule
    if rule is None:
        return
    today = timezone.localdate()
    working = WorkingDays()
    end = rule.last_day(today, working)
    notice = version.notice
    period = StatutoryPeriod.objects.for_notice(notice.kind, notice.region, today).first()
    if period and end < period.rule.last_day(today, working):
        raise Incomplete(
            f"公示期短于法定期限（{period.basis}：{period.amount}{period.get_unit_display()}）",
            f"the period is shorter than the law says ({period.amount} {period.unit} days)",
        )
