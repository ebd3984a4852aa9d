"""App configuration of the core."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Registers the system checks when the apps are loaded."""

    name = "portal.core"
    label = "core"
    verbose_name = _("网站")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import the checks: the decorator registers them."""
        from portal.core import checks  # noqa: F401, PLC0415
