"""Read the days off of a year from the table that an official prepares from the yearly announcement."""

from __future__ import annotations

import csv
import datetime
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from portal.plans.errors import BadCalendar
from portal.plans.models import CalendarDay, CalendarYear

CALENDARS = Path(__file__).parent / "calendars"
"""The years that are known when this version of the program is made."""

HEADER = ["day", "kind", "name"]
KINDS = {"off": False, "work": True}
LONGEST_NAME, LONGEST_SOURCE = 40, 200
"""As the columns are; SQLite alone would take more."""


@dataclass(frozen=True)
class YearTable:
    """The exceptions of one year: day -> (is worked, name of the holiday)."""

    year: int
    source: str
    days: dict[datetime.date, tuple[bool, str]]


def read_year(path: Path) -> YearTable:
    """A CSV table ``day,kind,name`` (kind ``off`` or ``work``); its first line ``# source``.

    Raises ``BadCalendar`` with file and line for anything that cannot be right.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise BadCalendar(f"{path.name}：文件读不出", f"{path.name}: {problem}") from problem
    if not lines or not lines[0].startswith("#") or not lines[0].strip("# "):
        raise _wrong(
            path, 1, "首行须以#开头写明来源文件", "the first line must be # and the source"
        )
    rows = list(csv.reader(lines[1:]))
    if not rows or [cell.strip() for cell in rows[0]] != HEADER:
        raise _wrong(path, 2, "表头须为day,kind,name", "the header must be day,kind,name")
    days: dict[datetime.date, tuple[bool, str]] = {}
    for number, row in enumerate(rows[1:], 3):
        if row:
            day, worked, name = _read_row(path, number, row)
            if day in days:
                raise _wrong(path, number, f"{day}重复", f"{day} stands twice")
            days[day] = (worked, name)
    years = {day.year for day in days}
    if len(years) != 1:
        raise _wrong(
            path, 3, "一个文件只能是一个年份，且不能为空", "one file holds one year, not none"
        )
    source = lines[0].strip("# ").strip()
    if len(source) > LONGEST_SOURCE:
        raise _wrong(
            path, 1, f"来源超过{LONGEST_SOURCE}字", f"a source above {LONGEST_SOURCE} characters"
        )
    return YearTable(years.pop(), source, days)


def _read_row(path: Path, number: int, row: list[str]) -> tuple[datetime.date, bool, str]:
    if len(row) != len(HEADER):
        raise _wrong(path, number, "须有三列", "three columns are needed")
    try:
        day, worked = datetime.date.fromisoformat(row[0].strip()), KINDS[row[1].strip()]
    except (ValueError, KeyError) as problem:
        raise _wrong(
            path, number, "日期须为YYYY-MM-DD，类型须为off或work", "YYYY-MM-DD, then off or work"
        ) from problem
    if worked == (day.weekday() < 5):
        raise _wrong(
            path,
            number,
            f"{day}是{'工作日' if worked else '周末'}，无须列出：请核对年份",
            f"{day} is a {'weekday' if worked else 'weekend day'} anyway: check the year",
        )
    name = row[2].strip()
    if len(name) > LONGEST_NAME:
        raise _wrong(
            path, number, f"节日名称超过{LONGEST_NAME}字", f"a name above {LONGEST_NAME} characters"
        )
    return day, worked, name


def _wrong(path: Path, line: int, zh: str, en: str) -> BadCalendar:
    return BadCalendar(f"{path.name}第{line}行：{zh}", f"{path.name}, line {line}: {en}")


@transaction.atomic
def store_year(table: YearTable) -> bool:
    """Put a year into the database in place of what was there; False when nothing is different.

    Periods that run keep their last day: the clock of a notice only lengthens, by its own extension.
    """
    kept = {
        day.day: (day.is_working, day.name) for day in CalendarDay.objects.filter(year=table.year)
    }
    known = CalendarYear.objects.filter(year=table.year, source=table.source).exists()
    if known and kept == table.days:
        return False
    year, _ = CalendarYear.objects.update_or_create(
        year=table.year, defaults={"source": table.source}
    )
    year.days.all().delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, year=year, is_working=worked, name=name)
        for day, (worked, name) in table.days.items()
    )
    return True
