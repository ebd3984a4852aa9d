"""What the page of a notice tells beside the text: versions, timeline, procedure, layers, map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, QuerySet
from django.utils import timezone

from portal.core.map_link import map_link
from portal.core.regions.models import Region
from portal.plans.enums import PUBLIC_EVENTS
from portal.plans.models import Notice, NoticeEvent, NoticeVersion
from tiles.releases.enums import ReleaseState
from tiles.releases.models import Layer, Release

LONGEST_PROCEDURE = 20
"""Notices of one procedure that are walked through: a loop in the data must not hang the page."""

AROUND = 0.005
"""Degrees by which "around here" is more than the place itself: about half a kilometre."""


@dataclass(frozen=True)
class RegionCount:
    """A division and how many notices are open there."""

    region: Region
    count: int


def rows_of(keys: list[int]) -> list[NoticeVersion]:
    """The versions with these keys, in their order, as lists show them.

    A list sorts keys only: sorting whole rows, texts and footprints included, is what takes time.
    """
    rows = NoticeVersion.objects.filter(pk__in=keys).select_related("notice__region")
    found = {version.pk: version for version in rows.defer("body", "footprint")}
    return [found[key] for key in keys]


def open_by_region(node: Region | None) -> list[RegionCount]:
    """Divisions with open notices, for the choice of the list; most notices first."""
    today = timezone.localdate()
    rows = (
        NoticeVersion.objects.standing()
        .within(node)
        .open_on(today)
        .values("notice__region")
        .annotate(count=Count("pk"))
        .order_by("-count")
    )
    counts = {row["notice__region"]: row["count"] for row in rows}
    regions = Region.objects.in_bulk(counts)
    return [RegionCount(regions[code], count) for code, count in counts.items()]


@dataclass(frozen=True)
class LayerChange:
    """A layer that a new version points to in another release: ``old`` and ``new`` are their ids."""

    title: str
    code: str
    old: str
    new: str


class NoticeReading:
    """Reads what belongs to a version, each part once and only when the page asks for it."""

    def __init__(self, version: NoticeVersion) -> None:
        self.version = version

    @cached_property
    def versions(self) -> list[NoticeVersion]:
        """All public versions of the notice, the newest first."""
        versions = NoticeVersion.objects.public().filter(notice=self.version.notice)
        found = list(versions.order_by("-number").defer("body"))
        for version in found:
            version.notice = self.version.notice
        return found

    @cached_property
    def newest(self) -> NoticeVersion:
        """The version in force."""
        return self.versions[0]

    @property
    def is_superseded(self) -> bool:
        """Whether a newer version is public."""
        return self.newest.number > self.version.number

    @property
    def has_earlier(self) -> bool:
        """Whether there is something to compare this version with."""
        return any(other.number < self.version.number for other in self.versions)

    @cached_property
    def timeline(self) -> list[NoticeEvent]:
        """What the public may know of all versions, the latest first."""
        events = NoticeEvent.objects.filter(
            version__in=self.versions, kind__in=PUBLIC_EVENTS
        ).select_related("version")
        return list(events.order_by("-at", "-pk"))

    @cached_property
    def procedure(self) -> list[NoticeVersion]:
        """The notices before and after this one in the same procedure, in their order."""
        codes: list[int] = []
        notice = self.version.notice
        while notice.follows_id and len(codes) < LONGEST_PROCEDURE:
            notice = Notice.objects.get(pk=notice.follows_id)
            codes.append(notice.pk)
        followers = list(self.version.notice.followers.values_list("pk", flat=True))
        versions = NoticeVersion.objects.standing().filter(notice__in=[*codes, *followers])
        return list(versions.select_related("notice").defer("body").order_by("publish_at"))

    @cached_property
    def layers(self) -> QuerySet[Layer]:
        """The published layers that the version points to, bottom of the map first."""
        codes = [link.layer_code for link in self.version.layer_links.all()]
        return Layer.objects.published().filter(code__in=codes)

    @cached_property
    def changed_layers(self) -> list[LayerChange]:
        """Layers whose release is another one than in the version before, both still served."""
        older = [other for other in self.versions if other.number < self.version.number]
        if not older or older[0].is_withdrawn:
            return []
        before = {link.layer_code: link.release_id for link in older[0].layer_links.all()}
        pairs = [
            (link.layer_code, old, link.release_id)
            for link in self.version.layer_links.all()
            if (old := before.get(link.layer_code)) and link.release_id not in {"", old}
        ]
        ids = {pk for _code, *both in pairs for pk in both}
        served = Release.objects.servable().filter(state=ReleaseState.PUBLISHED)
        known = set(served.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
        titles = {layer.code: layer.title for layer in self.layers} if known else {}
        return [
            LayerChange(titles.get(code, code), code, old, new)
            for code, old, new in pairs
            if {old, new} <= known
        ]

    @cached_property
    def documents(self) -> list[object]:
        """The documents in the order that the official gave."""
        found = list(self.version.documents.all())
        for document in found:
            document.version = self.version
        return found

    @property
    def area_around(self) -> str:
        """``west,south,east,north`` of the place and a little around it; empty without a place."""
        bounds = self.version.bounds
        if bounds is None:
            return ""
        west, south, east, north = bounds
        edges = (west - AROUND, south - AROUND, east + AROUND, north + AROUND)
        return ",".join(f"{edge:.4f}" for edge in edges)

    @cached_property
    def map_url(self) -> str:
        """The map at the footprint with the linked layers; empty where there is no footprint."""
        bounds = self.version.bounds
        return map_link(bounds, [layer.code for layer in self.layers]) if bounds else ""
