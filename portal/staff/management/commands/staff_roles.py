"""``staff_roles``: write the roles of ``portal.staff.roles``; run it after each ``migrate``."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.staff.write_roles import write_roles


class Command(BaseCommand):
    help = "写入角色与三员职责 / write the roles and the three duties; a second run changes nothing"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="机器可读 / machine-readable")

    def handle(self, *_args: Any, **options: Any) -> None:
        report = write_roles()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report), ensure_ascii=False))
            return
        self.stdout.write(
            f"新增 {len(report.created)}，更改 {len(report.changed)}，不变 {len(report.unchanged)} / "
            f"{len(report.created)} created, {len(report.changed)} changed, "
            f"{len(report.unchanged)} unchanged"
        )
        for role, names in report.missing.items():
            missing = ", ".join(names)
            self.stdout.write(f"{role}: 尚无此权限 / permission not there yet: {missing}")
