"""What subscribers are told, and where a mail to them stands."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.plans.enums import EventKind


class Form(TextChoices):
    """Which form a form token belongs to."""

    SUBSCRIBE = "subscribe", _("订阅公示")


class News(TextChoices):
    """What happened to a notice that subscribers are told (通知事项)."""

    NEW = "new", _("新公示")
    CHANGED = "changed", _("公示有新版本")
    EXTENDED = "extended", _("公示期延长")
    WITHDRAWN = "withdrawn", _("公示撤回")
    ENDING = "ending", _("公示即将截止")


NEWS_OF_EVENT = {
    EventKind.PUBLISHED: News.NEW,
    EventKind.REANNOUNCED: News.CHANGED,
    EventKind.EXTENDED: News.EXTENDED,
    EventKind.WITHDRAWN: News.WITHDRAWN,
}
"""Events of the timeline that are told; ``ENDING`` is told by the calendar, not by an event."""


class Purpose(TextChoices):
    """Why a mail is written (邮件用途)."""

    CONFIRM = "confirm", _("确认订阅")
    NEWS = "news", _("公示通知")


class MailState(TextChoices):
    """Where a mail stands (发送状态)."""

    WAITING = "waiting", _("待发送")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已发送")
    FAILED = "failed", _("发送失败")
    OBSOLETE = "obsolete", _("不再需要")
