"""A bar chart made by the server: bars as SVG, words as text, so that it grows with the reader's type."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

LENGTH = 1000


@dataclass(frozen=True)
class Bar:
    """One month: its number, and the length of its bar from 0 to ``LENGTH``."""

    month: datetime.date
    value: int
    length: int


def bars(months: Sequence[datetime.date], values: Sequence[int]) -> list[Bar]:
    """A bar for each month, the longest for the highest value; no views at all give no bar."""
    top = max(values, default=0)
    return [
        Bar(month, value, LENGTH * value // top if top else 0)
        for month, value in zip(months, values, strict=True)
    ]
