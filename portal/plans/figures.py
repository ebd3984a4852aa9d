"""What notices tell the page of statistics: versions announced, by month."""

from __future__ import annotations

import datetime

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from portal.core.days import midnight
from portal.core.figures import ByMonth, Figure, register
from portal.core.regions.models import Region
from portal.plans.enums import ANNOUNCED
from portal.plans.models import NoticeVersion


def announced(since: datetime.date, region: Region | None) -> ByMonth:
    """Versions of notices by the month in which the public first saw them."""
    versions = NoticeVersion.objects.filter(state__in=ANNOUNCED, publish_at__gte=midnight(since))
    if region is not None:
        versions = versions.filter(notice__region__path__startswith=region.path)
    counted = versions.annotate(month=TruncMonth("publish_at")).values("month")
    rows = counted.annotate(total=Count("pk")).order_by("month")
    return {row["month"].date(): row["total"] for row in rows}


def register_figures() -> None:
    """Called once, when the apps are loaded."""
    register(Figure("announced", _("发布公示"), announced))
