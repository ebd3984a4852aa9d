"""One-line registrations in the Wagtail admin."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.plans.permissions import may_see_staff_pages
from portal.plans.staff import urls


class NoticesMenuItem(MenuItem):
    """Shown to whoever keeps notices somewhere."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the list is of any use to this person."""
        return may_see_staff_pages(request.user)


@hooks.register("register_admin_urls")
def notice_urls() -> list[URLPattern | URLResolver]:
    return [path("notices/", include(urls))]


@hooks.register("register_admin_menu_item")
def notice_menu_item() -> MenuItem:
    return NoticesMenuItem(
        _("公示公开"), reverse_lazy("notices_staff:index"), icon_name="doc-full", order=140
    )


@hooks.register("register_permissions")
def notice_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(
        content_type__app_label="plans",
        codename__in=["draft_notice", "approve_notice", "administer_notice"],
    )
