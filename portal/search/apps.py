"""App configuration of search."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Search in Chinese over everything that is public (搜索)."""

    name = "portal.search"
    label = "search_index"
    verbose_name = _("搜索")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Divisions and pages belong to no package above this one: they are handed in here."""
        from portal.search.page_source import PageSource, listen  # noqa: PLC0415
        from portal.search.region_source import RegionSource  # noqa: PLC0415
        from portal.search.source import register  # noqa: PLC0415

        register(RegionSource(), of_own_division=True)
        register(PageSource())
        listen()
