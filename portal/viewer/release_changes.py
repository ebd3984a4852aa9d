"""What changed from one release of a layer to the next one, as its audit counted it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import Extent
from django.utils.translation import gettext_lazy as _

from portal.core.map_link import Bounds
from tiles.releases.models import Release, ReleaseFeature

KINDS = {
    "appeared": _("新出现的要素"),
    "disappeared": _("不再出现的要素"),
    "moved": _("图形改变的要素"),
    "attributes_changed": _("属性改变的要素"),
}
MARGIN = 0.3
LEAST_MARGIN = 0.002
"""Room around the changed place: a part of its size, at least so many degrees."""


@dataclass(frozen=True)
class Changes:
    """``counts``: (kind, features), all kinds; ``bounds`` in degrees, None where it is not known."""

    counts: list[tuple[str, int]]
    bounds: Bounds | None

    @property
    def total(self) -> int:
        """Features that differ."""
        return sum(count for _kind, count in self.counts)


def changes_between(older: Release, newer: Release) -> Changes | None:
    """What the audit of ``newer`` found against ``older``; None when it looked at another release."""
    difference = newer.reports.get("difference", {})
    if difference.get("previous") != older.pk:
        return None
    findings = {each["rule"]: each for each in difference.get("findings", [])}
    found = {kind: findings[kind] for kind in KINDS if kind in findings}
    counts = [
        (str(name), found[kind]["count"] if kind in found else 0) for kind, name in KINDS.items()
    ]
    return Changes(counts, _bounds(older, newer, found))


def _bounds(older: Release, newer: Release, found: Mapping[str, Any]) -> Bounds | None:
    """The box around all that changed; None where the audit named only the first few."""
    if any(len(each["examples"]) < each["count"] for each in found.values()):
        return None
    boxes = []
    for kind, finding in found.items():
        release = older if kind == "disappeared" else newer
        numbers = [row + 1 for row in finding["examples"]]
        rows = ReleaseFeature.objects.filter(release=release, number__in=numbers)
        box = rows.aggregate(box=Extent("geometry"))["box"]
        boxes += [box] if box else []
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return _with_room((min(west), min(south), max(east), max(north)))


def _with_room(box: Bounds) -> Bounds:
    west, south, east, north = box
    room = max(MARGIN * (east - west), MARGIN * (north - south), LEAST_MARGIN)
    return (west - room, south - room, east + room, north + room)
