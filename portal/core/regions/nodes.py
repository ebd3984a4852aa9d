"""Which division the site that a request came to publishes for, and the network's other nodes."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Site

from portal.core.regions.models import Node, Region

CACHED = "_portal_node_region"


@dataclass(frozen=True)
class NodeLink:
    """Another node of this installation: its division's name, and where it is."""

    name: str
    language: str
    url: str


def node_region(request: HttpRequest) -> Region | None:
    """The node's division; None where the site publishes for everything. Read once a request."""
    if not hasattr(request, CACHED):
        site = Site.find_for_request(request)
        node = Node.objects.select_related("region").filter(site=site).first() if site else None
        setattr(request, CACHED, node.region if node else None)
    region: Region | None = getattr(request, CACHED)
    return region


def other_nodes(request: HttpRequest) -> list[NodeLink]:
    """The other nodes of this installation, from the nation down."""
    site = Site.find_for_request(request)
    nodes = Node.objects.select_related("region", "site").order_by("region__level", "region__code")
    english = (get_language() or "").startswith("en")
    links = []
    for node in nodes.exclude(site=site):
        in_english = english and node.region.name_en
        name = node.region.name_en if in_english else node.region.name
        links.append(NodeLink(name, "en" if in_english else "zh-Hans", node.site.root_url))
    return links
