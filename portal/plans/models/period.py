"""Statutory periods and working days, kept as data: the law changes, the program does not."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.core.regions.models import Region
from portal.plans.clock import CountingRule
from portal.plans.enums import NoticeKind, PeriodUnit
from portal.plans.errors import CalendarMissing


class StatutoryPeriodQuerySet(QuerySet["StatutoryPeriod"]):
    """Reads over periods."""

    def for_notice(self, kind: str, region: Region, day: datetime.date) -> StatutoryPeriodQuerySet:
        """Periods for a kind of notice in a division on a day, the most local one first."""
        return (
            self.filter(kind=kind, region__code__in=region.ancestor_codes)
            .filter(Q(valid_from=None) | Q(valid_from__lte=day))
            .filter(Q(valid_to=None) | Q(valid_to__gte=day))
            .order_by("-region__level", F("valid_from").desc(nulls_last=True), "pk")
        )


class StatutoryPeriod(models.Model):
    """How long a kind of notice must be public, by which law, counted how (法定公示期)."""

    kind = models.CharField(_("公示类型"), max_length=20, choices=NoticeKind.choices)
    region = models.ForeignKey(
        Region, verbose_name=_("适用地区"), on_delete=models.PROTECT, related_name="+"
    )
    amount = models.PositiveSmallIntegerField(_("天数"))
    unit = models.CharField(_("计算方式"), max_length=10, choices=PeriodUnit.choices)
    excludes_first_day = models.BooleanField(_("公告当日不计入"), default=True)
    ends_on_working_day = models.BooleanField(_("末日遇节假日顺延"), default=False)
    basis = models.CharField(_("法律依据"), max_length=200)
    basis_text = models.TextField(_("条文摘录"), blank=True)
    valid_from = models.DateField(_("启用日期"), null=True, blank=True)
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)

    objects = StatutoryPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("法定公示期")
        verbose_name_plural = _("法定公示期")
        constraints = [
            # A period of no days would end before it begins.
            models.CheckConstraint(condition=Q(amount__gte=1), name="period_has_days"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.region} · {self.amount}{self.get_unit_display()}"

    @property
    def rule(self) -> CountingRule:
        """The counting rule of this period."""
        return CountingRule(
            self.amount, PeriodUnit(self.unit), self.excludes_first_day, self.ends_on_working_day
        )


class CalendarYear(models.Model):
    """A year whose days off are known (年度放假安排): the State Council announces them yearly."""

    year = models.PositiveSmallIntegerField(_("年份"), primary_key=True)
    source = models.CharField(_("来源"), max_length=200)
    imported_at = models.DateTimeField(_("导入时间"), auto_now=True)

    class Meta:
        verbose_name = _("工作日历")
        verbose_name_plural = _("工作日历")

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that is not as its weekday says: a holiday, or a weekend day worked in its place."""

    day = models.DateField(_("日期"), primary_key=True)
    year = models.ForeignKey(
        CalendarYear, verbose_name=_("年份"), on_delete=models.CASCADE, related_name="days"
    )
    is_working = models.BooleanField(_("调休上班"))
    name = models.CharField(_("节日"), max_length=40)

    class Meta:
        verbose_name = _("放假与调休")
        verbose_name_plural = _("放假与调休")
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class WorkingDays:
    """Tells working days from days off; reads each year once."""

    def __init__(self) -> None:
        self._years: dict[int, dict[datetime.date, bool]] = {}

    def __call__(self, day: datetime.date) -> bool:
        """Whether ``day`` is worked. Raises ``CalendarMissing`` for a year not imported."""
        exceptions = self._years.get(day.year)
        if exceptions is None:
            exceptions = self._years[day.year] = self._read(day.year)
        return exceptions.get(day, day.weekday() < 5)

    def _read(self, year: int) -> dict[datetime.date, bool]:
        if not CalendarYear.objects.filter(year=year).exists():
            raise CalendarMissing(
                f"{year}年的放假安排尚未导入，无法计算工作日：请先导入该年的工作日历",
                f"the working days of {year} were not imported: import the calendar of that year",
            )
        days = CalendarDay.objects.filter(year=year)
        return dict(days.values_list("day", "is_working"))
