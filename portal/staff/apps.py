"""App configuration of staff."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    """Officials: where they may act, how they sign in, what awaits them (工作人员)."""

    name = "portal.staff"
    label = "staff"
    verbose_name = _("工作人员")
    default_auto_field = "django.db.models.BigAutoField"
