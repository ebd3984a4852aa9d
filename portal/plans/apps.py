"""App configuration of plan disclosure."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    """Notices of plans."""

    name = "portal.plans"
    label = "plans"
    verbose_name = _("公示公开")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hand over guards (installed after every migrate), sources, panels, figures, the sitemap."""
        from portal.core import sitemaps  # noqa: PLC0415
        from portal.core.integrity.registry import register as register_check  # noqa: PLC0415
        from portal.database.triggers import register  # noqa: PLC0415
        from portal.plans.figures import register_figures  # noqa: PLC0415
        from portal.plans.guards import GUARDS  # noqa: PLC0415
        from portal.plans.nightly import NOTICES  # noqa: PLC0415
        from portal.plans.published import listen  # noqa: PLC0415
        from portal.plans.search_refresh import on_change  # noqa: PLC0415
        from portal.plans.search_source import SOURCES  # noqa: PLC0415
        from portal.plans.sitemap import NoticeSitemap  # noqa: PLC0415
        from portal.plans.staff.dashboard_panels import PANELS  # noqa: PLC0415
        from portal.search.source import register as register_source  # noqa: PLC0415
        from portal.staff.dashboard import register_panel  # noqa: PLC0415

        register(GUARDS)
        register_check(NOTICES)
        sitemaps.register("notices", NoticeSitemap)
        register_figures()
        listen(on_change)
        for source in SOURCES:
            register_source(source, of_own_division=True)
        for panel in PANELS:
            register_panel(panel)
