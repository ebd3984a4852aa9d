"""Until when a message has to be answered (答复期限), in working days."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from portal.feedback.enums import Kind

ONE_DAY = datetime.timedelta(days=1)
IsWorkingDay = Callable[[datetime.date], bool]


def is_weekday(day: datetime.date) -> bool:
    """Monday to Friday: the rule where no calendar of days off is known."""
    return day.weekday() < 5


def working_days_of(kind: Kind) -> int:
    """How many working days there are for an answer."""
    days: dict[str, int] = settings.FEEDBACK_WORKING_DAYS
    return days[kind.value]


def due_on(
    received: datetime.date, days: int, is_working_day: IsWorkingDay | None = None
) -> datetime.date:
    """The last of ``days`` working days after ``received``; the day of arrival is not counted."""
    rule: IsWorkingDay = is_working_day or import_string(settings.FEEDBACK_WORKING_DAY_RULE)
    day = received
    while days > 0:
        day += ONE_DAY
        days -= rule(day)
    return day
