"""App configuration of feedback."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    """Messages to the office: contact and errors found on the site (联系与找错)."""

    name = "portal.feedback"
    label = "feedback"
    verbose_name = _("联系与找错")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the rest of the site what this app has to show."""
        from portal.feedback.figures import register_figures  # noqa: PLC0415
        from portal.feedback.panel import register_message_panel  # noqa: PLC0415
        from portal.feedback.report import register_message_report  # noqa: PLC0415

        register_figures()
        register_message_panel()
        register_message_report()
