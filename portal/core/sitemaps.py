"""``sitemap.xml``: each app registers the sitemap of its own pages."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from wagtail.contrib.sitemaps import Sitemap as WagtailSitemap
from wagtail.contrib.sitemaps import views

from portal.core.regions.models import Region
from portal.core.regions.nodes import node_region

Item = TypeVar("Item")


class NodeSitemap(Sitemap[Item]):
    """A section of what belongs to divisions: a node names the addresses of its own only.

    ``region``: the node's division, None where the site publishes for everything.
    """

    def __init__(self, region: Region | None) -> None:
        super().__init__()
        self.region = region


SITEMAPS: dict[str, type[Sitemap[Any]]] = {}


def register(name: str, sitemap: type[Sitemap[Any]]) -> type[Sitemap[Any]]:
    """Add a section ``name`` to the sitemap; called once, from an app's ``ready``."""
    if name in SITEMAPS:
        raise ValueError(f"the sitemap {name} is registered twice")
    SITEMAPS[name] = sitemap
    return sitemap


class FixedPages(Sitemap[str]):
    """Pages that are always there, in both languages."""

    NAMES = (
        "viewer:map",
        "feedback:contact",
        "feedback:error",
        "visits:statistics",
        "core:site_map",
        "core:help",
        "core:accessibility",
    )
    changefreq = "weekly"
    i18n = True
    alternates = True
    x_default = True

    def items(self) -> list[str]:
        """Names of the routes."""
        return list(self.NAMES)

    def location(self, item: Any) -> str:
        """The address in the language that is active."""
        return reverse(item)


register("fixed", FixedPages)
register("pages", WagtailSitemap)


def index(request: HttpRequest) -> HttpResponse:
    """``/sitemap.xml``: the list of the sections, since one file may hold 50,000 addresses only."""
    response: HttpResponse = views.index(request, _of(request), sitemap_url_name="sitemap_section")
    return response


def section(request: HttpRequest, section: str) -> HttpResponse:
    """The addresses of one section."""
    response: HttpResponse = views.sitemap(request, _of(request), section=section)
    return response


def _of(request: HttpRequest) -> dict[str, Any]:
    return {
        name: sitemap(node_region(request)) if issubclass(sitemap, NodeSitemap) else sitemap
        for name, sitemap in SITEMAPS.items()
    }
