"""How often the parts of the site were viewed (访问量): a day, a site, a column, a number."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _


class DailyViewsQuerySet(QuerySet["DailyViews"]):
    """Reads over counters."""

    def since(self, day: datetime.date) -> DailyViewsQuerySet:
        """From ``day`` on."""
        return self.filter(day__gte=day)

    def by_month(self) -> dict[tuple[datetime.date, str], int]:
        """First day of the month and column -> views."""
        rows = (
            self.annotate(month=TruncMonth("day"))
            .values("month", "column")
            .annotate(total=Sum("views"))
            .order_by("month", "column")
        )
        return {(row["month"], row["column"]): row["total"] for row in rows}


class DailyViews(models.Model):
    """Views of one column on one day. That is all that is kept: no address, no visitor, no page."""

    day = models.DateField(_("日期"))
    site = models.ForeignKey(
        "wagtailcore.Site",
        verbose_name=_("站点"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    column = models.CharField(_("栏目"), max_length=20)
    views = models.PositiveBigIntegerField(_("浏览次数"), default=0)

    objects = DailyViewsQuerySet.as_manager()

    class Meta:
        verbose_name = _("每日访问量")
        verbose_name_plural = _("每日访问量")
        default_permissions = ("view",)
        constraints = [
            # Adding to a counter needs exactly one row to add to.
            models.UniqueConstraint(fields=["day", "site", "column"], name="daily_views_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.column} {self.views}"


def add_views(day: datetime.date, site_id: int, column: str, views: int) -> None:
    """Add to the counter of a day, whichever process made it first."""
    row, _made = DailyViews.objects.get_or_create(day=day, site_id=site_id, column=column)
    DailyViews.objects.filter(pk=row.pk).update(views=F("views") + views)
