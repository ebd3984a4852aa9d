"""App configuration of visits."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitsConfig(AppConfig):
    """How often pages are read, counted without knowing by whom (访问统计)."""

    name = "portal.visits"
    label = "visits"
    verbose_name = _("访问统计")
    default_auto_field = "django.db.models.BigAutoField"
