"""App configuration of policies."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PoliciesConfig(AppConfig):
    """Regulations down to the article, with interpretations and questions (政策法规)."""

    name = "portal.policies"
    label = "policies"
    verbose_name = _("政策法规")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hand documents to search, addresses to the sitemap, links to the site map."""
        from portal.core import site_map, sitemaps  # noqa: PLC0415
        from portal.policies.search_source import SOURCES  # noqa: PLC0415
        from portal.policies.sitemaps import SITEMAPS, links  # noqa: PLC0415
        from portal.search.source import register  # noqa: PLC0415

        for source in SOURCES:
            register(source)
        for name, sitemap in SITEMAPS.items():
            sitemaps.register(name, sitemap)
        site_map.register(links)
