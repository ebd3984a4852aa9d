"""Until when a message has to be answered (答复期限), in working days."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from portal.feedback.enums import Kind

logger = logging.getLogger(__name__)

ONE_DAY = datetime.timedelta(days=1)
IsWorkingDay = Callable[[datetime.date], bool]


def is_weekday(day: datetime.date) -> bool:
    """Monday to Friday: the rule for years whose days off are not known yet."""
    return day.weekday() < 5


def working_days_of(kind: Kind) -> int:
    """How many working days there are for an answer."""
    days: dict[str, int] = settings.FEEDBACK_WORKING_DAYS
    return days[kind.value]


def due_on(
    received: datetime.date, days: int, is_working_day: IsWorkingDay | None = None
) -> datetime.date:
    """The last of ``days`` working days after ``received``; the day of arrival is not counted.

    The calendar of a coming year is announced late in the year before. No visitor is turned away
    for that: until it is imported its weekdays are taken for working days.
    """
    rule: IsWorkingDay = is_working_day or import_string(settings.FEEDBACK_WORKING_DAY_RULE)()
    day = received
    while days > 0:
        day += ONE_DAY
        days -= _counts(day, rule)
    return day


def _counts(day: datetime.date, rule: IsWorkingDay) -> bool:
    try:
        return rule(day)
    except LookupError as missing:
        logger.warning("%s; weekdays are taken for working days", missing)
        return is_weekday(day)


class WorkingDayCount:
    """Counts working days for many messages; each day is looked up once."""

    def __init__(self, is_working_day: IsWorkingDay | None = None) -> None:
        self._rule: IsWorkingDay = (
            is_working_day or import_string(settings.FEEDBACK_WORKING_DAY_RULE)()
        )
        self._known: dict[datetime.date, bool] = {}

    def between(self, first: datetime.date, last: datetime.date) -> int:
        """Working days after ``first`` up to ``last``; 0 on the same day, as ``due_on`` counts."""
        after = range(1, (last - first).days + 1)
        return sum(self._is(first + ONE_DAY * each) for each in after)

    def _is(self, day: datetime.date) -> bool:
        if day not in self._known:
            self._known[day] = _counts(day, self._rule)
        return self._known[day]
