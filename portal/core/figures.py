"""Figures of the site's work by month (工作统计), for the public page of statistics.

Each app registers what it can count about itself; nobody has to know the others' models.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.core.regions.models import Region

ByMonth = Mapping[datetime.date, int]
"""First day of a month -> number; months without anything may be left out."""


@dataclass(frozen=True)
class Figure:
    """One line of figures: ``count(first day, region)`` from that day on; None for every region."""

    name: str
    title: Any
    count: Callable[[datetime.date, Region | None], ByMonth]


FIGURES: dict[str, Figure] = {}


def register(figure: Figure) -> Figure:
    """Add a figure; called once, from an app's ``ready``."""
    if figure.name in FIGURES:
        raise ValueError(f"the figure {figure.name} is registered twice")
    FIGURES[figure.name] = figure
    return figure
