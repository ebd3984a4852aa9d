"""App configuration of audit."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal.core.audit.guards import GUARDS
from portal.database import triggers


class AuditConfig(AppConfig):
    """Hash-chained log of what staff did (审计日志)."""

    name = "portal.core.audit"
    label = "audit"
    verbose_name = _("审计")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Guard the log."""
        triggers.register(GUARDS)
