"""App configuration of the map viewer."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ViewerConfig(AppConfig):
    """The map page; it has no models of its own."""

    name = "portal.viewer"
    label = "viewer"
    verbose_name = _("规划一张图")
