"""``portal_worker``: background jobs, and what has to happen by itself at its time."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from portal.core.clockwork import start_clockwork


class Command(BaseCommand):
    help = "运行后台任务与定时任务 / run background jobs and what is due at its time"

    def handle(self, *_args: Any, **_options: Any) -> None:
        start_clockwork()
        call_command("release_worker")
