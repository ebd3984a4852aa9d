"""How long a text says that it holds: 有效期至2028年4月30日, 有效期为五年."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from portal.policies.enums import DateBasis
from portal.policies.numerals import NUMERAL, number_of
from portal.policies.text.days import DAY, OWN, Start, is_amended, read_day

# Only what says it of the text itself: permits and certificates have terms as well.
_SUBJECT = rf"(?:{OWN}的?|(?:施行|实施|生效|执行|试行)[，,；;。、\s]*其?)有效期限?"
_TERM = re.compile(rf"{_SUBJECT}(?!内|届?满|期间|为?准)")
_UNTIL = re.compile(
    rf"[，,：:]?(?:为)?(?:自{DAY.pattern}起?)?(?:截止?)?(?:延[长续])?(?:至|到)\s*(?P<last>{DAY.pattern})"
)
_YEARS = re.compile(
    rf"[，,：:]?(?:自(?P<since>公布|发布|颁布|印发|施行|实施|生效)之日起)?(?:计算)?[，,]?(?:为|是)?\s*"
    rf"(?P<years>{NUMERAL}{{1,3}})\s*年(?!\s*(?:{NUMERAL}|半))"
)
_FROM_FIRST_DAY = ("", "施行", "实施", "生效")
_LONGEST = 50


@dataclass(frozen=True)
class Term:
    """The first day after the term; ``unsure``: the text names a term, but not when it is over."""

    ends_on: datetime.date | None = None
    unsure: bool = False


NO_TERM = Term()


def term_in_text(
    paragraphs: list[str], history: list[str], since: datetime.date | None, start: Start
) -> Term:
    """The term that the text names for itself, read from its end.

    ``since``: the day of this edition. Years count from the first day in force; in an amended text
    from one that the text itself names, else nobody knows whether the term began anew.
    """
    named = False
    for paragraph in reversed(paragraphs):
        for found in _TERM.finditer(paragraph):
            named = True
            rest = paragraph[found.end() :]
            day = _until(rest) or _after_years(rest, history, since, start)
            if day and all(day > known for known in (since, start.day) if known):
                return Term(day)
    return Term(unsure=True) if named else NO_TERM


def _until(rest: str) -> datetime.date | None:
    """The day after the one that the text names as the last."""
    found = _UNTIL.match(rest)
    last = read_day(found["last"]) if found else None
    if last is None or last == datetime.date.max:
        return None
    return last + datetime.timedelta(days=1)


def _after_years(
    rest: str, history: list[str], since: datetime.date | None, start: Start
) -> datetime.date | None:
    found = _YEARS.match(rest)
    years = number_of(found["years"]) if found else None
    if found is None or not years or years > _LONGEST:
        return None
    if (found["since"] or "") not in _FROM_FIRST_DAY:
        return _later(since, years)
    if is_amended(history, since) and start.basis != DateBasis.TEXT:
        return None
    return _later(start.day, years)


def _later(day: datetime.date | None, years: int) -> datetime.date | None:
    """The same day of the year, so many years later; the 1st of March for the 29th of February."""
    if day is None or day.year + years > datetime.MAXYEAR:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return datetime.date(day.year + years, 3, 1)
