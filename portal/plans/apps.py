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
        """Hand the guards over: they are installed after every migrate."""
        from portal.database.triggers import register  # noqa: PLC0415
        from portal.plans.guards import GUARDS  # noqa: PLC0415

        register(GUARDS)
