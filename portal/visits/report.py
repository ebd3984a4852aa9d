"""Figures of twelve months, for the public page and for the report of the staff."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from portal.core.figures import FIGURES
from portal.core.regions.models import Region
from portal.visits.models import DailyViews

MONTHS = 12
TITLES: dict[str, Any] = {
    "home": _("首页"),
    "map": _("规划一张图"),
    "plans": _("公示公开"),
    "policies": _("政策法规"),
    "search": _("搜索"),
    "feedback": _("联系我们"),
    "statistics": _("访问统计"),
    "other": _("其他页面"),
}


@dataclass(frozen=True)
class Line:
    """One row of a table: a title, a number for each month, their sum."""

    title: str
    values: list[int]

    @property
    def total(self) -> int:
        """The sum over the months."""
        return sum(self.values)


@dataclass(frozen=True)
class Report:
    """Twelve months of views by column and of the site's work."""

    months: list[datetime.date]
    views: list[Line]
    work: list[Line]

    @property
    def total(self) -> Line:
        """Views of all columns."""
        columns = zip(*(line.values for line in self.views), strict=True)
        return Line("", [sum(column) for column in columns] or [0] * len(self.months))


def last_months(today: datetime.date, count: int = MONTHS) -> list[datetime.date]:
    """The first days of the last ``count`` months, this one included, the oldest first."""
    number = today.year * 12 + today.month - 1
    return [
        datetime.date(each // 12, each % 12 + 1, 1)
        for each in range(number - count + 1, number + 1)
    ]


def report(site: Site, region: Region | None, today: datetime.date) -> Report:
    """The figures of a site; its work is that of its division."""
    months = last_months(today)
    found = DailyViews.objects.filter(site=site).since(months[0]).by_month()
    views = [
        Line(str(title), [found.get((month, column), 0) for month in months])
        for column, title in TITLES.items()
    ]
    work = []
    for figure in FIGURES.values():
        counted = figure.count(months[0], region)
        work.append(Line(str(figure.title), [counted.get(month, 0) for month in months]))
    return Report(months, [line for line in views if line.total], work)
