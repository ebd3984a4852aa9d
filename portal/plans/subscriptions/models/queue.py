"""The queue: what is to be told, the mails to write, and what each mail tells."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.plans.models import NoticeEvent, NoticeVersion
from portal.plans.subscriptions.enums import MailState, News, Purpose
from portal.plans.subscriptions.models.subscription import Subscriber, Subscription


class Announcement(models.Model):
    """Something that subscribers are told once (通知事项).

    Made of an event of a notice's timeline, or of the last day of a period that comes near.
    """

    kind = models.CharField(max_length=10, choices=News.choices)
    version = models.ForeignKey(NoticeVersion, on_delete=models.CASCADE, related_name="+")
    event = models.OneToOneField(
        NoticeEvent, null=True, on_delete=models.CASCADE, related_name="announcement"
    )
    closes_on = models.DateField(null=True)
    moment = models.DateTimeField()
    spread_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("通知事项")
        default_permissions = ()
        constraints = [
            # The end of a period is told once; a period that was extended has another end.
            models.UniqueConstraint(
                fields=["version", "closes_on"],
                condition=Q(kind="ending"),
                name="announcement_ending_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="ending", event=None, closes_on__isnull=False)
                | (~Q(kind="ending") & Q(event__isnull=False)),
                name="announcement_has_source",
            ),
        ]
        indexes = [
            # The worker looks every few seconds for the few that are not spread yet.
            models.Index(
                fields=["moment"], condition=Q(spread_at=None), name="announcement_to_spread"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.kind}"


class MailQuerySet(QuerySet["Mail"]):
    """Reads over mails."""

    def due_at(self, moment: datetime.datetime) -> MailQuerySet:
        """Waiting and due, or taken by a worker that did not come back."""
        return self.filter(
            Q(state=MailState.WAITING, next_at__lte=moment)
            | Q(state=MailState.SENDING, lease_until__lt=moment)
        )

    def unsent(self) -> MailQuerySet:
        """Still to be sent."""
        return self.filter(state__in=(MailState.WAITING, MailState.SENDING))

    def sent_since(self, moment: datetime.datetime) -> MailQuerySet:
        """Handed over to the mail server since ``moment``."""
        return self.filter(sent_at__gte=moment)


class Mail(models.Model):
    """A mail to a subscriber (邮件). Its text is written when it is sent, so none lies about here."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="mails")
    purpose = models.CharField(_("用途"), max_length=10, choices=Purpose.choices)
    subscription = models.ForeignKey(
        Subscription, null=True, on_delete=models.CASCADE, related_name="confirmations"
    )
    state = models.CharField(
        _("状态"), max_length=10, choices=MailState.choices, default=MailState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    # Kind and number of the refusal; never its text, in which servers repeat the address.
    problem = models.CharField(_("问题"), max_length=80, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("订阅邮件")
        verbose_name_plural = _("订阅邮件")
        default_permissions = ()
        permissions = [("see_mail_queue", _("查看订阅邮件队列"))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(purpose="confirm") | Q(subscription__isnull=False),
                name="mail_confirms_something",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="mail_sent_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_at"], name="mail_due"),
            models.Index(fields=["sent_at"], name="mail_sent"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Delivery(models.Model):
    """That a mail tells a subscription of something: once, whatever happens."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="deliveries"
    )
    announcement = models.ForeignKey(
        Announcement, on_delete=models.CASCADE, related_name="deliveries"
    )
    mail = models.ForeignKey(Mail, on_delete=models.CASCADE, related_name="deliveries")

    class Meta:
        default_permissions = ()
        constraints = [
            # No mail twice: the database holds it, whoever else runs at the same time.
            models.UniqueConstraint(fields=["subscription", "announcement"], name="delivery_once")
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.announcement_id}"
