"""App configuration of staff."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal.database import triggers
from portal.staff.guards import GUARDS


class StaffConfig(AppConfig):
    """Officials: where they may act, how they sign in, what awaits them (工作人员)."""

    name = "portal.staff"
    label = "staff"
    verbose_name = _("工作人员")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Guard the rights; connect the receivers of framework events."""
        from portal.staff import checks, file_events, panels, receivers, watching  # noqa: F401, PLC0415

        triggers.register(GUARDS)
        receivers.connect()
        watching.connect()
        file_events.connect()
        panels.register_panels()
