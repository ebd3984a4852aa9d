"""States of a release and of the jobs that change them, with the allowed transitions."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReleaseState(TextChoices):
    """Where a release stands (发布状态). Which published release is in force is Layer.current."""

    IMPORTING = "importing", _("导入中")
    AWAITING_APPROVAL = "awaiting", _("待审批")
    BUILDING = "building", _("正在生成瓦片")
    PUBLISHED = "published", _("已发布")
    WITHDRAWN = "withdrawn", _("已撤回")


TRANSITIONS: dict[ReleaseState, frozenset[ReleaseState]] = {
    ReleaseState.IMPORTING: frozenset({ReleaseState.AWAITING_APPROVAL}),
    ReleaseState.AWAITING_APPROVAL: frozenset({ReleaseState.BUILDING, ReleaseState.WITHDRAWN}),
    # An interrupted build goes back and can be repeated.
    ReleaseState.BUILDING: frozenset({ReleaseState.PUBLISHED, ReleaseState.AWAITING_APPROVAL}),
    ReleaseState.PUBLISHED: frozenset({ReleaseState.WITHDRAWN}),
    ReleaseState.WITHDRAWN: frozenset(),
}

UNFINISHED = (ReleaseState.IMPORTING, ReleaseState.BUILDING)


class JobKind(TextChoices):
    IMPORT = "import", _("导入发布包")
    PUBLISH = "publish", _("审批并发布")


class JobState(TextChoices):
    QUEUED = "queued", _("排队中")
    RUNNING = "running", _("进行中")
    DONE = "done", _("已完成")
    REFUSED = "refused", _("已拒绝")
    INTERRUPTED = "interrupted", _("已中断")


class EventKind(TextChoices):
    """What happened to a release; one row each in its history."""

    IMPORTED = "imported", _("导入")
    APPROVED = "approved", _("审批通过并发布")
    ROLLED_BACK = "rolled_back", _("回退至此版本")
    WITHDRAWN = "withdrawn", _("撤回")
    INTERRUPTED = "interrupted", _("中断后恢复")
    AUDITED = "audited", _("复核")


class AuditTrigger(TextChoices):
    """What made a leak audit run."""

    INTAKE = "intake", _("导入")
    APPROVAL = "approval", _("审批")
    NIGHTLY = "nightly", _("夜间")
    MANUAL = "manual", _("手动")
