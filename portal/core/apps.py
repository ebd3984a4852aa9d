"""App configuration of the core."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Registers the system checks, and what to install after each migrate."""

    name = "portal.core"
    label = "core"
    verbose_name = _("网站")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import the checks: the decorator registers them."""
        from portal.core import cache_table, checks  # noqa: F401, PLC0415
        from portal.database.triggers import (  # noqa: PLC0415
            install_after_migrate,
            remove_before_migrate,
        )

        pre_migrate.connect(remove_before_migrate, sender=self, dispatch_uid="portal.guards")
        post_migrate.connect(install_after_migrate, sender=self, dispatch_uid="portal.guards")
        post_migrate.connect(
            cache_table.make_after_migrate, sender=self, dispatch_uid="portal.cache_table"
        )
