"""Kinds, topics and states of messages from visitors."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """Which form a message came by (来源)."""

    CONTACT = "contact", _("联系我们")
    ERROR = "error", _("网站找错")


class Topic(TextChoices):
    """What a message is about (类别)."""

    QUESTION = "question", _("咨询")
    SUGGESTION = "suggestion", _("建议")
    COMPLAINT = "complaint", _("投诉")
    ACCESS = "access", _("无障碍问题")
    TYPO = "typo", _("错别字")
    FACTS = "facts", _("内容有误")
    OUTDATED = "outdated", _("内容过时")
    LINK = "link", _("链接打不开")
    BROKEN = "broken", _("功能不能用")


TOPICS = {
    Kind.CONTACT: (Topic.QUESTION, Topic.SUGGESTION, Topic.COMPLAINT, Topic.ACCESS),
    Kind.ERROR: (Topic.FACTS, Topic.OUTDATED, Topic.LINK, Topic.TYPO, Topic.BROKEN),
}


class State(TextChoices):
    """Where a message stands (办理状态)."""

    NEW = "new", _("待受理")
    ASSIGNED = "assigned", _("办理中")
    ANSWERED = "answered", _("已答复")
    DISMISSED = "dismissed", _("不予受理")


OPEN = (State.NEW, State.ASSIGNED)
CLOSED = (State.ANSWERED, State.DISMISSED)

TRANSITIONS = {
    State.NEW: {State.ASSIGNED, State.ANSWERED, State.DISMISSED},
    State.ASSIGNED: {State.ASSIGNED, State.ANSWERED, State.DISMISSED},
    State.ANSWERED: set(),
    State.DISMISSED: set(),
}


class MailState(TextChoices):
    """Whether the answer went out by mail (邮件)."""

    NONE = "none", _("未留邮箱")
    WAITING = "waiting", _("待发送")
    SENT = "sent", _("已发送")
    FAILED = "failed", _("发送失败")
