"""The feedback pages as a part of the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from portal.feedback import staff_views
from portal.feedback.permissions import may_see_queue


class QueueMenuItem(MenuItem):
    """Shown to whoever may answer messages somewhere."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the queue is of any use to this person."""
        return may_see_queue(request.user)


class FeedbackViewSet(ViewSet):
    """Messages of visitors (联系与找错): queue, one message, its steps."""

    name = "feedback_staff"
    url_prefix = "feedback"
    icon = "mail"
    menu_label = _("联系与找错")
    menu_order = 160
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[URLPattern]:
        """The first one is where the menu leads."""
        return [
            path("", staff_views.index, name="index"),
            path("<int:pk>/", staff_views.detail, name="detail"),
            path("<int:pk>/assign/", staff_views.assign, name="assign"),
            path("<int:pk>/close/", staff_views.close, name="close"),
        ]

    def get_menu_item(self, order: int | None = None) -> Any:
        """The entry of the main menu."""
        return QueueMenuItem(
            self.menu_label,
            self.menu_url,
            name=self.menu_name,
            icon_name=self.menu_icon,
            order=order or self.menu_order,
        )
