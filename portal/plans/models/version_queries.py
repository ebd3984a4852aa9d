"""Reads over versions of notices."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.contrib.gis.geos import Polygon
from django.db import connections
from django.db.models import Case, DateField, F, IntegerField, Q, QuerySet, When
from django.db.models.expressions import RawSQL
from django.utils import timezone

from portal.core.map_link import Bounds
from portal.core.regions.models import Region
from portal.plans.enums import ANNOUNCED, VersionState

if TYPE_CHECKING:
    from portal.plans.models.version import NoticeVersion  # noqa: F401

FOOTPRINT_SRID = 4490
"""CGCS2000 in degrees, as every published geometry."""


class VersionQuerySet(QuerySet["NoticeVersion"]):
    """Reads over versions of notices."""

    def public_at(self, moment: datetime.datetime) -> VersionQuerySet:
        """Versions that the public may read: from their very minute on, worker or no worker."""
        return self.filter(state__in=[VersionState.APPROVED, *ANNOUNCED], publish_at__lte=moment)

    def public(self) -> VersionQuerySet:
        """Versions that the public may read now."""
        return self.public_at(timezone.now())

    def newest(self) -> VersionQuerySet:
        """Of each notice the newest version that the public may read."""
        now = timezone.now()
        return self.public_at(now).filter(Q(superseded_at=None) | Q(superseded_at__gt=now))

    def standing(self) -> VersionQuerySet:
        """What lists show: the newest public version of each notice that was not withdrawn."""
        return self.newest().exclude(state=VersionState.WITHDRAWN)

    def within(self, region: Region | None) -> VersionQuerySet:
        """Versions of a division and of everything below it; None means the whole country."""
        return self.filter(notice__region__path__startswith=region.path) if region else self

    def open_on(self, day: datetime.date) -> VersionQuerySet:
        """Versions whose public period includes ``day``."""
        return self.filter(opens_on__lte=day, closes_on__gte=day)

    def upcoming_on(self, day: datetime.date) -> VersionQuerySet:
        """Versions whose public period begins after ``day``."""
        return self.filter(opens_on__gt=day)

    def closed_on(self, day: datetime.date) -> VersionQuerySet:
        """Versions whose public period was over before ``day``."""
        return self.filter(closes_on__lt=day)

    def without_end(self) -> VersionQuerySet:
        """Versions that stand for good."""
        return self.filter(closes_on=None)

    def ending_soonest(self) -> VersionQuerySet:
        """The next to end first; those without an end last."""
        return self.order_by(F("closes_on").asc(nulls_last=True), "-publish_at", "pk")

    def open_first(self, day: datetime.date) -> VersionQuerySet:
        """What can still be objected to first, the next to end at the top; then the newest."""
        is_open = Q(opens_on__lte=day, closes_on__gte=day)
        ordered: VersionQuerySet = self.annotate(
            is_over=Case(When(is_open, then=0), default=1, output_field=IntegerField()),
            open_until=Case(When(is_open, then="closes_on"), output_field=DateField()),
        ).order_by("is_over", "open_until", "-publish_at", "-pk")
        return ordered

    def mentioning(self, text: str) -> VersionQuerySet:
        """Versions with ``text`` in title, place, number or issuer."""
        return self.filter(
            Q(title__icontains=text)
            | Q(title_en__icontains=text)
            | Q(place__contains=text)
            | Q(reference__contains=text)
            | Q(source__contains=text)
            | Q(notice__code__contains=text)
        )

    def newest_first(self) -> VersionQuerySet:
        """The latest publication first."""
        return self.order_by("-publish_at", "-pk")

    def awaiting_approval(self) -> VersionQuerySet:
        """Versions that another person has to decide on."""
        return self.filter(state=VersionState.AWAITING_APPROVAL)

    def due_at(self, moment: datetime.datetime) -> VersionQuerySet:
        """Approved versions whose minute has come."""
        return self.filter(state=VersionState.APPROVED, publish_at__lte=moment)

    def meeting(self, bounds: Bounds) -> VersionQuerySet:
        """Versions whose footprint meets a box in degrees, through the spatial index."""
        if connections[self.db].vendor == "sqlite":
            west, south, east, north = bounds
            index = RawSQL(
                "SELECT pkid FROM idx_plans_noticeversion_footprint"
                " WHERE xmax >= %s AND xmin <= %s AND ymax >= %s AND ymin <= %s",
                (west, east, south, north),
            )
            return self.filter(pk__in=index)
        box = Polygon.from_bbox(bounds)
        box.srid = FOOTPRINT_SRID
        return self.filter(footprint__bboverlaps=box)
