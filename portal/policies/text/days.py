"""Days that statutes name: 2020年1月1日, 二〇二〇年一月一日, and since when a text is in force."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection
from dataclasses import dataclass

from portal.policies.enums import DateBasis
from portal.policies.numerals import number_of

_NUMERAL = "[0-9０-９零〇○一二三四五六七八九十]"
DAY = re.compile(rf"({_NUMERAL}{{4}})\s*年\s*({_NUMERAL}{{1,3}})\s*月\s*({_NUMERAL}{{1,3}})\s*日")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
OWN = (
    r"本(?:法|条例|规定|办法|细则|规则|决定|解释|规范|规程|通知|意见|批复|安排|修正案|制度|标准|章程"
    r"|(?:实施|暂行|试行|补充|若干)(?:细则|规定|办法|条例))"
)
"""How a text names itself, for regular expressions."""
_IN_FORCE_TEXT = re.compile(
    rf"{OWN}(?:从|自|于|由)?\s*({DAY.pattern})\s*(?:起|开始)?\s*(?:施行|实施|生效|执行|试行)"
)
_ON_PROMULGATION = re.compile(
    rf"{OWN}(?:从|自|于|由)?\s*(?:公布|发布|颁布|印发)(?:之日|后)?\s*起?\s*(?:施行|实施|生效|执行|试行)"
)
_IN_FORCE_HISTORY = re.compile(rf"({DAY.pattern})\s*(?:起)?\s*(?:施行|实施|生效|执行|试行)")
_BEGINS_OR_ENDS = re.compile(
    rf"(?<=至){DAY.pattern}"
    rf"|{DAY.pattern}(?=\s*起?\s*(?:施行|实施|生效|执行|试行|废止|失效|停止))"
)
_ON_PROMULGATION_HISTORY = re.compile(r"^[（(]?(?:自?(?:公布|发布)之日起?施行)")
_LONGEST_WAY_TO_PRINT = 366
_AMENDED = re.compile(r"修正|修订|修改")


@dataclass(frozen=True)
class Start:
    """The first day in force and where it was read; no day: unknown."""

    day: datetime.date | None = None
    basis: DateBasis = DateBasis.UNKNOWN


UNKNOWN_START = Start()


def read_day(text: str) -> datetime.date | None:
    """The day of a match of ``DAY`` or of an ISO date; None for days that no calendar has."""
    found = DAY.search(text)
    if found:
        year, month, day = (number_of(part) for part in found.groups())
    else:
        iso = _ISO_DAY.search(text)
        if not iso:
            return None
        year, month, day = (int(part) for part in iso.groups())
    if not year or not month or not day:
        return None
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def promulgated(history: list[str]) -> datetime.date | None:
    """The latest day that the history (题注) names for an adoption or amendment.

    A history may stand in one paragraph: every day of a line counts, but those on which a text
    comes into force or ends.
    """
    return max((day for line in history for day in _days_of_making(line)), default=None)


def _days_of_making(line: str) -> list[datetime.date]:
    other = {found.start() for found in _BEGINS_OR_ENDS.finditer(line)}
    return _days_in(line, leaving_out=other)


def _days_in(line: str, leaving_out: Collection[int] = ()) -> list[datetime.date]:
    """Every day of a line, but those that begin at one of the places of ``leaving_out``."""
    found = list(DAY.finditer(line)) or list(_ISO_DAY.finditer(line))
    days = [read_day(each[0]) for each in found if each.start() not in leaving_out]
    return [day for day in days if day]


def is_amended(history: list[str], since: datetime.date | None) -> bool:
    """Whether an edition of the day ``since`` is not the first: the history says so, or is older.

    Between adoption and publication some months may pass, hardly a year.
    """
    if any(_AMENDED.search(line) for line in history):
        return True
    days = [day for line in history for day in _days_in(line)]
    return bool(days and since and (since - min(days)).days > _LONGEST_WAY_TO_PRINT)


def start_in_history(history: list[str], since: datetime.date | None) -> Start:
    """“2021年1月1日 施行” in the history, not before ``since``, the day of this edition."""
    days = []
    for line in history:
        for found in _IN_FORCE_HISTORY.finditer(line):
            day = read_day(found[1])
            if day and (since is None or day >= since):
                days.append(day)
    if days:
        return Start(max(days), DateBasis.HISTORY)
    if since and any(_ON_PROMULGATION_HISTORY.match(line) for line in history):
        return Start(since, DateBasis.PROMULGATION)
    return UNKNOWN_START


def start_in_text(paragraphs: list[str], history: list[str], since: datetime.date | None) -> Start:
    """“本法自2020年1月1日起施行”, read from the end of the text.

    An amended text still prints the day of its first edition: a day before ``since`` says nothing
    about this edition, and “自公布之日起” means the first promulgation there.
    """
    amended = is_amended(history, since)
    for paragraph in reversed(paragraphs):
        found = _IN_FORCE_TEXT.search(paragraph)
        if found:
            day = read_day(found[1])
            usable = day is not None and (day >= since if since else not amended)
            return Start(day, DateBasis.TEXT) if usable else UNKNOWN_START
        if _ON_PROMULGATION.search(paragraph):
            if since and history and not amended:
                return Start(since, DateBasis.PROMULGATION)
            return UNKNOWN_START
    return UNKNOWN_START
