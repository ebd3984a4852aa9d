"""App configuration of plan disclosure."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    """Notices of plans."""

    name = "portal.plans"
    label = "plans"
    verbose_name = _("公示公开")
    default_auto_field = "django.db.models.BigAutoField"
