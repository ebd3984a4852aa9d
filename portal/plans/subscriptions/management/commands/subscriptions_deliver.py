"""``subscriptions_deliver``: gather, spread and send the mails of subscribers now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.plans.subscriptions.deliver import deliver_due
from portal.plans.subscriptions.gather import gather
from portal.plans.subscriptions.models import Mail
from portal.plans.subscriptions.spread import spread_waiting


class Command(BaseCommand):
    help = "发送等待中的订阅邮件 / send the mails of subscribers that wait"

    def handle(self, *_args: Any, **_options: Any) -> None:
        gather(timezone.now())
        spread_waiting()
        sent = deliver_due(timezone.now())
        left = Mail.objects.unsent().count()
        self.stdout.write(f"已发送 {sent} 封，还有 {left} 封等待 / sent {sent}, {left} still wait")
