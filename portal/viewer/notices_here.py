"""Notices on the map: those that cover a point, and those that a piece of the map shows."""

from __future__ import annotations

from django.contrib.gis.geos import Point
from django.utils import timezone

from portal.core.regions.models import Region
from portal.plans.models import NoticeVersion
from portal.plans.models.version_queries import VersionQuerySet

TOLERANCE_DEGREES = 0.0002
"""About 20 m, as for points and lines of the layers: how near a click must be."""

MOST_HERE = 30


def notices_at(point: Point, node: Region | None) -> list[NoticeVersion]:
    """Notices in force whose place covers ``point`` (SRID 4490): open ones first, the next to end first."""
    near = point.buffer(TOLERANCE_DEGREES)
    near.srid = point.srid
    west, south, east, north = near.extent
    found: VersionQuerySet = (
        NoticeVersion.objects.standing()
        .within(node)
        .meeting((west, south, east, north))
        .filter(footprint__intersects=near)
        .select_related("notice__region")
        .defer("body", "footprint")
    )
    return list(found.open_first(timezone.localdate())[:MOST_HERE])
