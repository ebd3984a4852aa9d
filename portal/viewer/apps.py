"""App configuration of the map viewer."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ViewerConfig(AppConfig):
    """The map page; it has no models of its own. Registers its system checks."""

    name = "portal.viewer"
    label = "viewer"
    verbose_name = _("规划一张图")

    def ready(self) -> None:
        """Import the checks, which register themselves; hand layers and places to search and to print."""
        from portal.plans import place_picture  # noqa: PLC0415
        from portal.search.source import register  # noqa: PLC0415
        from portal.viewer import checks  # noqa: F401, PLC0415
        from portal.viewer.raster.notice_sheet import draw_place  # noqa: PLC0415
        from portal.viewer.search_source import LayerSource, PlaceSource  # noqa: PLC0415

        register(LayerSource())
        register(PlaceSource())
        place_picture.register(draw_place)
