"""Sites and nodes of one installation, for tests of the frame."""

from __future__ import annotations

from wagtail.models import Page, Site

from portal.core.models import HomePage
from portal.core.regions.models import Node, Region


def make_home(slug: str = "portal-home") -> HomePage:
    """A home page of its own, served by the default site."""
    home = HomePage(title="示例市国土空间规划", title_en="Sample City planning", slug=slug)
    Page.get_first_root_node().add_child(instance=home)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    site.hostname, site.root_page = "localhost", home
    site.save()
    return home


def make_division(
    code: str = "990100", name: str = "示例市", parent: Region | None = None
) -> Region:
    """An invented division."""
    level = 1 if parent is None else parent.level + 1
    made, _new = Region.objects.get_or_create(
        code=code, defaults={"name": name, "level": level, "parent": parent}
    )
    return made


def make_node(hostname: str, region: Region) -> Site:
    """Another site of the installation, which publishes for a division."""
    home = HomePage(title=region.name, slug=f"home-{region.code}")
    Page.get_first_root_node().add_child(instance=home)
    site = Site.objects.create(hostname=hostname, root_page=home, site_name=region.name)
    Node.objects.create(site=site, region=region)
    return site
