"""App configuration of the integrity checks."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrityConfig(AppConfig):
    """Checks of what must not change, by night (自动核验)."""

    name = "portal.core.integrity"
    label = "integrity"
    verbose_name = _("自动核验")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The audit log is the core's own: it is registered here."""
        from portal.core.integrity.audit_chain import AUDIT_CHAIN  # noqa: PLC0415
        from portal.core.integrity.registry import register  # noqa: PLC0415

        register(AUDIT_CHAIN)
