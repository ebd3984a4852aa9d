"""Messages of visitors (留言), and the contact details that some of them leave."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.core.regions.models import Region
from portal.feedback.enums import CLOSED, OPEN, Kind, MailState, State, Topic


class MessageQuerySet(QuerySet["Message"]):
    """Reads over messages."""

    def open(self) -> MessageQuerySet:
        """Not answered yet."""
        return self.filter(state__in=OPEN)

    def late_on(self, day: datetime.date) -> MessageQuerySet:
        """Open, and due before ``day``."""
        return self.open().filter(due_on__lt=day)

    def assigned_to(self, person: User) -> MessageQuerySet:
        """In a person's hands."""
        return self.filter(state=State.ASSIGNED, assignee=person)

    def due_first(self) -> MessageQuerySet:
        """The most urgent first; what is closed comes last, the latest first."""
        return self.order_by(
            models.Case(models.When(state__in=CLOSED, then=1), default=0),
            models.Case(models.When(state__in=OPEN, then=F("due_on"))),
            F("closed_at").desc(nulls_last=True),
            "pk",
        )


class Message(models.Model):
    """A message from a visitor (留言): by the contact form or the form 我为政府网站找错."""

    receipt = models.CharField(_("回执编号"), max_length=20, unique=True)
    # The look-up code is kept as a keyed digest: whoever reads the table cannot look up for others.
    code_digest = models.CharField(max_length=64, editable=False)
    # Of the form's random number: a form that is sent twice is one message.
    submission = models.CharField(max_length=64, unique=True, editable=False)
    kind = models.CharField(_("来源"), max_length=10, choices=Kind.choices)
    topic = models.CharField(_("类别"), max_length=12, choices=Topic.choices)
    body = models.TextField(_("内容"))
    page = models.CharField(_("页面网址"), max_length=500, blank=True)
    language = models.CharField(_("语言"), max_length=10)
    region = models.ForeignKey(
        Region,
        verbose_name=_("地区"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("留言所在节点的地区；空表示不分地区的网站。"),
    )
    received_at = models.DateTimeField(_("收到时间"))
    due_on = models.DateField(_("答复期限"))
    state = models.CharField(_("办理状态"), max_length=10, choices=State.choices, default=State.NEW)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("经办人"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    answer = models.TextField(_("答复"), blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("答复人"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    mail_state = models.CharField(
        _("邮件"), max_length=10, choices=MailState.choices, default=MailState.NONE
    )
    mail_attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    mail_next_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("留言")
        verbose_name_plural = _("留言")
        default_permissions = ()
        permissions = [("answer_message", _("办理留言"))]
        constraints = [
            # What counts as answered has an answer, and the moment from which details are kept.
            models.CheckConstraint(
                condition=Q(state__in=OPEN) | (Q(closed_at__isnull=False) & ~Q(answer="")),
                name="closed_message_has_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="message_queue"),
            models.Index(fields=["mail_state", "mail_next_at"], name="message_mail"),
        ]

    def __str__(self) -> str:
        return self.receipt

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.state in OPEN

    def is_late_on(self, day: datetime.date) -> bool:
        """Whether the answer is overdue."""
        return self.is_open and self.due_on < day


class Contact(models.Model):
    """How to reach the author (联系方式): optional, for one purpose, deleted after the answer.

    A table of its own, so that deleting it leaves nothing behind in the message.
    """

    message = models.OneToOneField(
        Message, verbose_name=_("留言"), on_delete=models.CASCADE, related_name="contact"
    )
    name = models.CharField(_("称呼"), max_length=40, blank=True)
    email = models.EmailField(_("电子邮箱"), blank=True)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    # The very words beside the field when it was filled in (个人信息保护法第十七条).
    purpose = models.CharField(_("用途"), max_length=200)

    class Meta:
        verbose_name = _("联系方式")
        verbose_name_plural = _("联系方式")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name or str(self.pk)

    def as_facts(self) -> list[dict[str, Any]]:
        """Term and value of what was left, for the page of the message."""
        filled = ((field, getattr(self, field)) for field in ("name", "phone", "email"))
        return [
            {"term": self._meta.get_field(field).verbose_name, "value": value}  # type: ignore[union-attr]
            for field, value in filled
            if value
        ]
