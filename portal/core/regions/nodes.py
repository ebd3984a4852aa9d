"""Which division the site that a request came to publishes for."""

from __future__ import annotations

from django.http import HttpRequest
from wagtail.models import Site

from portal.core.regions.models import Node, Region

CACHED = "_portal_node_region"


def node_region(request: HttpRequest) -> Region | None:
    """The node's division; None where the site publishes for everything. Read once a request."""
    if not hasattr(request, CACHED):
        site = Site.find_for_request(request)
        node = Node.objects.select_related("region").filter(site=site).first() if site else None
        setattr(request, CACHED, node.region if node else None)
    region: Region | None = getattr(request, CACHED)
    return region
