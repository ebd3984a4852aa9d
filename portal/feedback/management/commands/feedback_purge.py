"""``feedback_purge``: delete contact details and messages whose time is over."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.feedback.purge import purge


class Command(BaseCommand):
    help = "删除已到期的联系方式和留言 / delete contact details and messages whose time is over"

    def handle(self, *_args: Any, **_options: Any) -> None:
        gone = purge(timezone.now())
        self.stdout.write(
            f"已删除 {gone.contacts} 份联系方式、{gone.messages} 条留言"
            f" / deleted {gone.contacts} contacts, {gone.messages} messages"
        )
