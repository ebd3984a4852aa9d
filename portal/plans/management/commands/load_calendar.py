"""``load_calendar``: days off and make-up days of a year; without a file those that are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.plans.errors import BadCalendar
from portal.plans.load_calendar import CALENDARS, read_year, store_year


class Command(BaseCommand):
    help = "导入年度放假与调休安排 / import days off and make-up days; a second run changes nothing"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="CSV: day,kind,name")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            tables = [
                read_year(path) for path in options["files"] or sorted(CALENDARS.glob("*.csv"))
            ]
        except BadCalendar as problem:
            raise CommandError(str(problem)) from problem
        for table in tables:
            zh, en = ("已导入", "imported") if store_year(table) else ("不变", "unchanged")
            self.stdout.write(f"{table.year} {zh} / {en} · {table.source}")
