"""One-line registrations in the Wagtail admin: pages, menus, the dashboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import admin_search_areas
from wagtail.admin.ui.components import Component
from wagtail.admin.views.account import AvatarSettingsPanel
from wagtail.admin.widgets.button import Button

from portal.staff import urls
from portal.staff.dashboard import dashboard_for
from portal.staff.file_events import changed_together
from portal.staff.permissions import may_keep_accounts, may_read_log
from portal.staff.reports import may_read_any
from portal.staff.scope import Person
from portal.staff.viewsets import node_viewset, posting_viewset, region_viewset

# Wagtail's own reports and help speak of things that officials do not have.
HIDDEN_MENU_ITEMS = {"reports", "help"}
HIDDEN_SETTINGS = {"workflows", "workflow-tasks", "groups"}


class GuardedMenuItem(MenuItem):
    """A menu item for those who may."""

    def __init__(self, *args: Any, may: Callable[[Person], bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may = may

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this official may."""
        return self.may(request.user)


class DashboardComponent(Component):
    """The dashboard as Wagtail shows it on its first page."""

    name = "dashboard"
    template_name = "pages/staff/dashboard.html"
    order = 100

    def __init__(self, user: User) -> None:
        self.user = user

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """What awaits this official."""
        return {"dashboard": dashboard_for(self.user)}


@hooks.register("register_admin_urls")
def staff_urls() -> list[URLPattern | URLResolver]:
    return [path("staff/", include(urls))]


@hooks.register("register_admin_viewset")
def viewsets() -> list[Any]:
    return [posting_viewset, region_viewset, node_viewset]


@hooks.register("construct_homepage_panels")
def only_the_dashboard(request: HttpRequest, panels: list[Component]) -> None:
    panels[:] = [DashboardComponent(request.user)]  # type: ignore[arg-type]


@hooks.register("construct_homepage_summary_items")
def no_summary(request: HttpRequest, items: list[Any]) -> None:
    items.clear()


hooks.register("after_bulk_action", changed_together)


@hooks.register("construct_main_menu")
def short_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in HIDDEN_MENU_ITEMS]


@hooks.register("construct_settings_menu")
def short_settings(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in HIDDEN_SETTINGS]


# Each list has a search of its own; a second one beside it only confuses. Wagtail's menu does not ask
# the hook ``construct_search``, so the areas themselves go.
admin_search_areas.registered_search_areas = []


# Pictures of officials are served nowhere.
AvatarSettingsPanel.is_active = lambda _panel: False


@hooks.register("register_admin_menu_item")
def home_item() -> MenuItem:
    return MenuItem(_("工作台"), reverse_lazy("wagtailadmin_home"), icon_name="home", order=1)


@hooks.register("register_admin_menu_item")
def audit_item() -> MenuItem:
    return GuardedMenuItem(
        _("审计日志"), reverse_lazy("staff:audit"), icon_name="history", order=800, may=may_read_log
    )


@hooks.register("register_admin_menu_item")
def reports_item() -> MenuItem:
    return GuardedMenuItem(
        _("统计报表"),
        reverse_lazy("staff:reports"),
        icon_name="table",
        order=810,
        may=may_read_any,
    )


@hooks.register("register_admin_menu_item")
def security_item() -> MenuItem:
    return MenuItem(_("登录安全"), reverse_lazy("staff:security"), icon_name="key", order=9_000)


@hooks.register("register_user_listing_buttons")
def account_button(user: User, request_user: Person) -> list[Button]:
    if not may_keep_accounts(request_user):
        return []
    return [
        Button(
            _("账号安全"), reverse("staff:account", args=[user.pk]), icon_name="key", priority=20
        )
    ]
