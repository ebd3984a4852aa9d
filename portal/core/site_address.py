"""The address of a site of this installation, for links that leave it: mails, feeds, posters."""

from __future__ import annotations

from django.conf import settings
from wagtail.models import Site


def site_address(site: Site | None) -> str:
    """Scheme and host without a slash at the end, such as ``https://plans.example``.

    The default site's address is ``PORTAL_BASE_URL``, which knows the scheme in front of a proxy;
    those of the other nodes stand in Wagtail's table of sites.
    """
    base: str = settings.WAGTAILADMIN_BASE_URL
    if site is None or site.is_default_site:
        return base.rstrip("/")
    address: str = site.root_url
    return address.rstrip("/")
