"""App configuration of subscriptions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubscriptionsConfig(AppConfig):
    """E-mail about notices (公示订阅)."""

    name = "portal.plans.subscriptions"
    label = "subscriptions"
    verbose_name = _("公示订阅")
    default_auto_field = "django.db.models.BigAutoField"
