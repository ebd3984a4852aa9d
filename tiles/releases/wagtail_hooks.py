"""One-line registrations in the Wagtail admin."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from tiles.releases import urls
from tiles.releases.permissions import may_see


class ReleasesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_see(request.user)


@hooks.register("register_admin_urls")
def release_urls() -> list[URLPattern | URLResolver]:
    return [path("releases/", include(urls))]


@hooks.register("register_admin_menu_item")
def release_menu_item() -> MenuItem:
    return ReleasesMenuItem(
        _("图层发布"), reverse_lazy("releases:index"), icon_name="site", order=150
    )


@hooks.register("register_permissions")
def release_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(
        content_type__app_label="releases", codename__in=["import_release", "approve_release"]
    )
