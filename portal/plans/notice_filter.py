"""What a reader asks the list of notices for."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from portal.core.days import EARLIEST, LATEST, midnight
from portal.core.map_link import Bounds
from portal.core.regions.models import Region
from portal.plans.enums import NoticeKind, NoticeStatus, PlanLevel
from portal.plans.models import NoticeVersion
from portal.plans.models.version_queries import VersionQuerySet

ORDERED_STATUSES = [status for status in NoticeStatus if status != NoticeStatus.WITHDRAWN]


@dataclass(frozen=True)
class NoticeFilter:
    """A choice of notices; the empty string and None mean all.

    ``since`` and ``until``: local days of publication, both included. ``bounds``: west, south,
    east, north in degrees (CGCS2000).
    """

    kind: str = ""
    level: str = ""
    region: Region | None = None
    status: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    text: str = ""
    bounds: Bounds | None = None

    kinds = NoticeKind.choices
    levels = PlanLevel.choices
    statuses = [(status.value, status.label) for status in ORDERED_STATUSES]

    @classmethod
    def from_query(cls, query: QueryDict) -> NoticeFilter:
        """Read ``?kind=&level=&region=&status=&since=&until=&q=&bbox=``; nonsense means all."""
        region = Region.objects.filter(
            code=query.get("region", "")[:12].replace("\x00", "")
        ).first()
        return cls(
            kind=_one_of(query.get("kind", ""), NoticeKind.values),
            level=_one_of(query.get("level", ""), PlanLevel.values),
            region=region,
            status=_one_of(query.get("status", ""), [status.value for status in ORDERED_STATUSES]),
            since=_day(query.get("since", "")),
            until=_day(query.get("until", "")),
            text=query.get("q", "").replace("\x00", "").strip()[:60],
            bounds=parse_bounds(query.get("bbox", "")),
        )

    def apply(self, node: Region | None, day: datetime.date) -> VersionQuerySet:
        """The notices in force that match, of the node's division, in a useful order."""
        return self.with_status(self.narrow(NoticeVersion.objects.standing().within(node)), day)

    def narrow(self, versions: VersionQuerySet) -> VersionQuerySet:
        """The versions that match in everything but the status."""
        versions = versions.within(self.region)
        if self.kind:
            versions = versions.filter(notice__kind=self.kind)
        if self.level:
            versions = versions.filter(notice__plan_level=self.level)
        if self.since:
            versions = versions.filter(publish_at__gte=midnight(self.since))
        if self.until:
            versions = versions.filter(
                publish_at__lt=midnight(self.until + datetime.timedelta(days=1))
            )
        if self.bounds:
            versions = versions.meeting(self.bounds)
        if self.text:
            versions = versions.mentioning(self.text)
        return versions

    def with_status(self, versions: VersionQuerySet, day: datetime.date) -> VersionQuerySet:
        """The versions that stand so on ``day``, in the order in which they are of use."""
        if self.status == NoticeStatus.OPEN:
            return versions.open_on(day).ending_soonest()
        if self.status == NoticeStatus.UPCOMING:
            return versions.upcoming_on(day).newest_first()
        if self.status == NoticeStatus.CLOSED:
            return versions.closed_on(day).newest_first()
        if self.status == NoticeStatus.STANDING:
            return versions.without_end().newest_first()
        return versions.open_first(day)

    def region_choices(self, regions: Iterable[Region]) -> list[tuple[str, str]]:
        """The division asked for, which may have nothing open, then ``regions``: code and name."""
        asked = [self.region] if self.region else []
        shown = [*asked, *(region for region in regions if region != self.region)]
        return [(region.code, region.name) for region in shown]

    def as_query(self) -> str:
        """The filter as a query, for the links between pages."""
        return urlencode({name: value for name, value in self._pairs() if value})

    def _pairs(self) -> list[tuple[str, str]]:
        return [
            ("q", self.text),
            ("kind", self.kind),
            ("level", self.level),
            ("region", self.region.code if self.region else ""),
            ("status", self.status),
            ("since", self.since.isoformat() if self.since else ""),
            ("until", self.until.isoformat() if self.until else ""),
            ("bbox", ",".join(f"{edge:.5f}" for edge in self.bounds) if self.bounds else ""),
        ]


def _one_of(value: str, known: list[str]) -> str:
    return value if value in known else ""


def _day(text: str) -> datetime.date | None:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def parse_bounds(text: str) -> Bounds | None:
    """``west,south,east,north`` in degrees; None where it is no such box."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    inside = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    return (west, south, east, north) if inside else None
