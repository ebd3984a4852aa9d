"""What feedback tells the page of statistics: messages received and answered, by month."""

from __future__ import annotations

import datetime

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from portal.core.days import midnight
from portal.core.figures import ByMonth, Figure, register
from portal.core.regions.models import Region
from portal.feedback.enums import State
from portal.feedback.models import Message


def _by_month(field: str, since: datetime.date, region: Region | None, **wanted: str) -> ByMonth:
    rows = Message.objects.filter(**{f"{field}__gte": midnight(since)}, **wanted)
    if region is not None:
        rows = rows.filter(region__path__startswith=region.path)
    counted = rows.annotate(month=TruncMonth(field)).values("month").annotate(total=Count("pk"))
    return {row["month"].date(): row["total"] for row in counted.order_by("month")}


def received(since: datetime.date, region: Region | None) -> ByMonth:
    """Messages by the month in which they came."""
    return _by_month("received_at", since, region)


def answered(since: datetime.date, region: Region | None) -> ByMonth:
    """Messages by the month in which they were answered."""
    return _by_month("closed_at", since, region, state=State.ANSWERED)


def register_figures() -> None:
    """Called once, when the apps are loaded."""
    register(Figure("received", _("收到留言"), received))
    register(Figure("answered", _("答复留言"), answered))
