"""Submit a version for approval: from here on its text is frozen."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from portal.plans.content import content_hash
from portal.plans.enums import EDITABLE, EventKind, VersionState
from portal.plans.errors import Incomplete
from portal.plans.models import NoticeVersion
from portal.plans.permissions import may_administer, may_draft
from portal.plans.procedure.lawful_period import require_lawful_period
from portal.plans.procedure.step import locked, move, note, require, require_state
from tiles.releases.models import Layer


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
    require_lawful_period(version)
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
