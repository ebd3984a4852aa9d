"""Begin a notice, and begin the next version of one."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import transaction

from portal.plans.enums import ANNOUNCED, EventKind
from portal.plans.errors import WrongState
from portal.plans.models import Notice, NoticeDocument, NoticeLayer, NoticeVersion
from portal.plans.models.version import CONTENT_FIELDS
from portal.plans.permissions import may_administer, may_draft
from portal.plans.procedure.step import note, require, require_reason

COPIED = [name for name in CONTENT_FIELDS if name not in {"number", "change_reason"}]


@transaction.atomic
def start_notice(notice: Notice, version: NoticeVersion, by: User) -> NoticeVersion:
    """Store a new notice with its first version. Raises ``NotAllowed`` outside the postings of ``by``."""
    require(
        may_draft(by, notice.region),
        f"您没有在“{notice.region}”起草公示的权限",
        f"you may not draft notices of {notice.region.code}",
    )
    notice.save()
    version.notice, version.author, version.number = notice, by, 1
    version.save()
    note(version, EventKind.CREATED, by)
    return version


@transaction.atomic
def announce_anew(version: NoticeVersion, by: User, reason: str) -> NoticeVersion:
    """Begin version n+1 as a copy of the announced version n; only an administrator does.

    The old one stays as it is and keeps its address. Raises ``NotAllowed``, ``WrongState``.
    """
    reason = require_reason(reason)
    notice = Notice.objects.select_for_update().select_related("region").get(pk=version.notice_id)
    require(
        may_administer(by, notice.region),
        "只有公示管理员可以重新公告",
        "only an administrator of notices announces anew",
    )
    versions = notice.versions.order_by("-number")
    newest = versions[0]
    if newest.state not in ANNOUNCED:
        raise WrongState(
            f"第{newest.number}版尚未发布，请直接在该版上修改",
            f"version {newest.number} is not published yet: change that one",
        )
    values = {name: getattr(version, name) for name in COPIED}
    fresh: NoticeVersion = NoticeVersion.objects.create(
        notice=notice, number=newest.number + 1, author=by, change_reason=reason, **values
    )
    _copy_parts(version, fresh)
    note(fresh, EventKind.CREATED, by, reason=reason)
    return fresh


def _copy_parts(old: NoticeVersion, new: NoticeVersion) -> None:
    """Each version has files of its own: the old ones can never be touched through the new one."""
    for document in old.documents.all():
        with document.file.open("rb") as kept:
            copy = ContentFile(kept.read(), name=document.file.name.rpartition("/")[2])
        NoticeDocument.objects.create(
            version=new,
            role=document.role,
            title=document.title,
            sort_order=document.sort_order,
            file=copy,
        )
    for link in old.layer_links.all():
        NoticeLayer.objects.create(
            version=new, layer_code=link.layer_code, sort_order=link.sort_order
        )
