"""Addresses and lists of topics: for the map's answer, notice pages and the list of topics."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse

from portal.core.models import in_english
from portal.core.regions.models import Region
from portal.plans.enums import NoticeKind
from portal.policies.models import PolicyTopicLink
from portal.policies.models.topic_link import TopicKind
from tiles.desensitise.landuse_codes import landuse_class


@dataclass(frozen=True)
class Topic:
    """A topic with an answer. ``count``: articles stated for the topic itself."""

    code: str
    title: str
    url: str
    count: int


def landuse_topic_url(code: str, node: Region | None) -> str:
    """Where it stands what the law says about a land-use class; empty for no such class, and where
    neither the class nor one above it has an answer that holds where the ``node`` publishes."""
    known, links = landuse_class(code), PolicyTopicLink.objects.seen_from(node)
    if known is None or not links.for_landuse(known.code).exists():
        return ""
    return reverse("policies:landuse_topic", args=(known.code,))


def notice_topic_url(kind: str, node: Region | None) -> str:
    """The same of a kind of notice."""
    links = PolicyTopicLink.objects.seen_from(node)
    if kind not in NoticeKind.values or not links.for_notice(kind).exists():
        return ""
    return reverse("policies:notice_topic", args=(kind,))


def topic_list(node: Region | None) -> tuple[list[Topic], list[Topic]]:
    """Land-use classes and kinds of notices that have an answer of their own where the ``node``
    publishes; one query."""
    seen = PolicyTopicLink.objects.seen_from(node)
    rows = seen.order_by("topic", "code").values("topic", "code")
    landuse, notices = [], []
    for row in rows.annotate(count=Count("pk")):
        code, count = row["code"], row["count"]
        found = landuse_class(code)
        if row["topic"] == TopicKind.LANDUSE and found is not None:
            title = found.name_en if in_english() and found.name_en else found.name
            url = reverse("policies:landuse_topic", args=(code,))
            landuse.append(Topic(code, title, url, count))
        elif row["topic"] == TopicKind.NOTICE and code in NoticeKind.values:
            url = reverse("policies:notice_topic", args=(code,))
            notices.append(Topic(code, str(NoticeKind(code).label), url, count))
    return landuse, notices
