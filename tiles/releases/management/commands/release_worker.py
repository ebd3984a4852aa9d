"""``release_worker``: recover what a killed process left, run background jobs, audit at night."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from tiles.releases.night_watch import NightWatch, resume_cut_off
from tiles.releases.recovery import recover


class Command(BaseCommand):
    help = "恢复中断的任务并运行后台任务 / recover interrupted jobs, then run background jobs"

    def handle(self, *_args: Any, **_options: Any) -> None:
        interrupted = recover()
        if interrupted:
            self.stdout.write(f"已恢复 {interrupted} 个中断的任务 / interrupted jobs recovered")
        resume_cut_off()
        NightWatch().start()
        call_command("db_worker", interval=1, startup_delay=False)
