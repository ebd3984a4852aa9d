"""``feedback_deliver``: send the answers that could not be mailed before."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.feedback.mail import send_waiting


class Command(BaseCommand):
    help = "发送等待中的答复邮件 / send the answers that wait"

    def handle(self, *_args: Any, **_options: Any) -> None:
        sent = send_waiting(timezone.now())
        self.stdout.write(f"已发送 {sent} 封 / sent {sent}")
