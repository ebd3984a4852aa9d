"""Kinds of notices and where a notice stands on a day."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NoticeKind(TextChoices):
    """What a notice tells (公示类型)."""

    DRAFT_PLAN = "draft_plan", _("规划草案公示")
    APPROVED_PLAN = "approved_plan", _("规划批后公布")
    AMENDMENT = "amendment", _("规划修改公示")
    PROJECT = "project", _("建设项目批前公示")
    PERMIT = "permit", _("规划许可公布")
    LAND_SUPPLY = "land_supply", _("土地供应公告")


class NoticeStatus(TextChoices):
    """Where the public period of a notice stands (公示状态)."""

    UPCOMING = "upcoming", _("即将开始")
    OPEN = "open", _("公示中")
    CLOSED = "closed", _("已结束")
    STANDING = "standing", _("长期公布")
