"""Kinds of notices, the states of their versions, and where a public period stands on a day."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NoticeKind(TextChoices):
    """What a notice tells (公示类型)."""

    DRAFT_PLAN = "draft_plan", _("规划草案公告")
    PRE_APPROVAL = "pre_approval", _("批前公示")
    APPROVED_PLAN = "approved_plan", _("批后公布")
    AMENDMENT = "amendment", _("规划修改公示")
    SITE_OPINION = "site_opinion", _("用地预审与选址意见书")
    LAND_PERMIT = "land_permit", _("建设用地规划许可")
    BUILDING_PERMIT = "building_permit", _("建设工程规划许可")
    VILLAGE_PERMIT = "village_permit", _("乡村建设规划许可")
    HEARING = "hearing", _("听证公告")
    OPINIONS_RESULT = "opinions_result", _("意见采纳情况公布")
    LAND_SUPPLY = "land_supply", _("土地供应公告")


class PlanLevel(TextChoices):
    """Level of the plan that a notice is about (规划类别)."""

    OVERALL = "overall", _("总体规划")
    SPECIAL = "special", _("专项规划")
    DETAILED = "detailed", _("详细规划")


class VersionState(TextChoices):
    """Where a version of a notice stands in the procedure (版本状态)."""

    DRAFT = "draft", _("起草中")
    RETURNED = "returned", _("已退回")
    AWAITING_APPROVAL = "awaiting", _("待审批")
    APPROVED = "approved", _("已批准")
    PUBLISHED = "published", _("已发布")
    CLOSED = "closed", _("已结束")
    ARCHIVED = "archived", _("已归档")
    WITHDRAWN = "withdrawn", _("已撤回")


TRANSITIONS: dict[VersionState, frozenset[VersionState]] = {
    VersionState.DRAFT: frozenset({VersionState.AWAITING_APPROVAL}),
    VersionState.RETURNED: frozenset({VersionState.AWAITING_APPROVAL}),
    VersionState.AWAITING_APPROVAL: frozenset({VersionState.APPROVED, VersionState.RETURNED}),
    # Before its minute an approved version can still go back; nobody has read it.
    VersionState.APPROVED: frozenset(
        {VersionState.PUBLISHED, VersionState.RETURNED, VersionState.WITHDRAWN}
    ),
    VersionState.PUBLISHED: frozenset({VersionState.CLOSED, VersionState.WITHDRAWN}),
    VersionState.CLOSED: frozenset({VersionState.ARCHIVED, VersionState.WITHDRAWN}),
    VersionState.ARCHIVED: frozenset({VersionState.WITHDRAWN}),
    VersionState.WITHDRAWN: frozenset(),
}

EDITABLE = (VersionState.DRAFT, VersionState.RETURNED)
"""The text may change; in every other state it is frozen."""

ANNOUNCED = (
    VersionState.PUBLISHED,
    VersionState.CLOSED,
    VersionState.ARCHIVED,
    VersionState.WITHDRAWN,
)
"""The public has seen it; a withdrawn one keeps its address as a tombstone."""


class NoticeStatus(TextChoices):
    """Where the public period of a notice stands (公示状态)."""

    UPCOMING = "upcoming", _("即将开始")
    OPEN = "open", _("公示中")
    CLOSED = "closed", _("已结束")
    STANDING = "standing", _("长期公布")
    WITHDRAWN = "withdrawn", _("已撤回")


class PeriodUnit(TextChoices):
    """How the days of a period are counted (计算方式)."""

    CALENDAR_DAYS = "calendar", _("自然日")
    WORKING_DAYS = "working", _("工作日")


class DocumentRole(TextChoices):
    """What a document of a notice is (文件类别)."""

    TEXT = "text", _("文本")
    DRAWING = "drawing", _("图件")
    EXPLANATION = "explanation", _("说明")
    ATTACHMENT = "attachment", _("附件")


class EventKind(TextChoices):
    """What happened to a version; one row each in its timeline."""

    CREATED = "created", _("起草")
    SUBMITTED = "submitted", _("提交审批")
    RETURNED = "returned", _("退回")
    APPROVED = "approved", _("审批通过")
    PUBLISHED = "published", _("发布")
    EXTENDED = "extended", _("延长公示")
    REANNOUNCED = "reannounced", _("重新公告")
    CLOSED = "closed", _("公示期满")
    ARCHIVED = "archived", _("归档")
    WITHDRAWN = "withdrawn", _("撤回")


PUBLIC_EVENTS = (
    EventKind.PUBLISHED,
    EventKind.EXTENDED,
    EventKind.REANNOUNCED,
    EventKind.CLOSED,
    EventKind.ARCHIVED,
    EventKind.WITHDRAWN,
)
"""Events that the public timeline shows."""
