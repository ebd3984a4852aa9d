"""Counting the days of a statutory period (期间计算). Pure: knows no database and no clock.

Days are local days of the portal's time zone (Asia/Shanghai). Sources: 中华人民共和国民法典, articles
200 to 204, and the law that each period names.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from portal.plans.enums import PeriodUnit

ONE_DAY = datetime.timedelta(days=1)
IsWorkingDay = Callable[[datetime.date], bool]
"""Raises ``CalendarMissing`` for a day of a year whose calendar was never imported."""


@dataclass(frozen=True)
class CountingRule:
    """How a period is counted.

    ``amount`` in days of ``unit``. ``excludes_first_day``: the day of the announcement is not
    counted. ``ends_on_working_day``: an end on a day off moves to the next working day.
    """

    amount: int
    unit: PeriodUnit
    excludes_first_day: bool = True
    ends_on_working_day: bool = False

    def last_day(self, start: datetime.date, is_working_day: IsWorkingDay) -> datetime.date:
        """The last day of a period that was announced on ``start``; the whole day still counts.

        Raises ValueError for an amount below one, and whatever ``is_working_day`` raises.
        """
        if self.amount < 1:
            raise ValueError(f"a period of {self.amount} days")
        day = start + ONE_DAY if self.excludes_first_day else start
        if self.unit == PeriodUnit.WORKING_DAYS:
            day = _nth_working_day(day, self.amount, is_working_day)
        else:
            day += datetime.timedelta(days=self.amount - 1)
        while self.ends_on_working_day and not is_working_day(day):
            day += ONE_DAY
        return day


def _nth_working_day(
    day: datetime.date, number: int, is_working_day: IsWorkingDay
) -> datetime.date:
    """The ``number``-th working day, ``day`` itself included."""
    counted = 0
    while True:
        counted += is_working_day(day)
        if counted == number:
            return day
        day += ONE_DAY
