"""One-line registrations in the staff area."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.policies import import_urls
from portal.policies.permissions import may_import_somewhere
from portal.policies.viewsets import PolicyGroup, regulation_chooser


class ImportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_import_somewhere(request.user)


@hooks.register("register_admin_viewset")
def policy_viewsets() -> list[Any]:
    return [PolicyGroup(), regulation_chooser]


@hooks.register("register_admin_urls")
def import_pages() -> list[URLPattern | URLResolver]:
    return [path("policy-import/", include(import_urls))]


@hooks.register("register_admin_menu_item")
def import_menu_item() -> MenuItem:
    return ImportMenuItem(
        _("导入法规"), reverse_lazy("policy_import:upload"), icon_name="upload", order=161
    )
