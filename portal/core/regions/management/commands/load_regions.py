"""``load_regions``: administrative divisions from the package of GB/T 2260 codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core.regions.load import RegionTableError, load_divisions, read_divisions


class Command(BaseCommand):
    help = "载入行政区划代码 / load the administrative divisions; a second run changes nothing"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "table", nargs="?", type=Path, default=settings.REGION_TABLE, help="JSON"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            report = load_divisions(read_divisions(options["table"]))
        except RegionTableError as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(
            f"新增 {report.added}，更改 {report.changed}，不变 {report.unchanged}"
            f" / {report.added} added, {report.changed} changed, {report.unchanged} unchanged"
        )
