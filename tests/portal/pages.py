"""A site with a home page, for tests of the pages."""

from __future__ import annotations

from wagtail.models import Page, Site

from portal.core.models import HomePage


def make_site() -> HomePage:
    """The home page as the root of the default site."""
    root = Page.get_first_root_node()
    home = HomePage(title="示例市国土空间规划", title_en="Sample City planning", slug="portal-home")
    root.add_child(instance=home)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    site.hostname, site.root_page = "localhost", home
    site.save()
    return home
