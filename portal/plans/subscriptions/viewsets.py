"""The mail queue as a part of the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from portal.plans.subscriptions import staff_views


class QueueMenuItem(MenuItem):
    """Shown to whoever may see the queue."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the page is of any use to this person."""
        return staff_views.may_see_queue(request.user)


class SubscriptionsViewSet(ViewSet):
    """Mail about notices (订阅邮件): how many wait, what failed and why."""

    name = "subscriptions_staff"
    url_prefix = "subscriptions"
    icon = "mail"
    menu_label = _("订阅邮件")
    menu_order = 165
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[URLPattern]:
        """One page."""
        return [path("", staff_views.index, name="index")]

    def get_menu_item(self, order: int | None = None) -> Any:
        """The entry of the main menu."""
        return QueueMenuItem(
            self.menu_label,
            self.menu_url,
            name=self.menu_name,
            icon_name=self.menu_icon,
            order=order or self.menu_order,
        )
