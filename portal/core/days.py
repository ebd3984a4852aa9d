"""Where a calendar day begins, as a moment that a column of moments can be compared with."""

from __future__ import annotations

import datetime

from django.utils import timezone

EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(2999, 12, 31)
"""What may be asked for: days far beyond these are no moments in every time zone."""


def midnight(day: datetime.date) -> datetime.datetime:
    """The first moment of ``day`` in the site's time zone.

    A comparison with it can use an index; one of the column's own date cannot. ``day`` must be of
    ``EARLIEST`` to ``LATEST``; OverflowError may come of others.
    """
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
