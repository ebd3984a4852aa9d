"""One-line registrations in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.search.permissions import may_see_index
from portal.search.staff_views import index_state
from portal.search.viewsets import synonym_viewset


class IndexMenuItem(MenuItem):
    """Shown to those who may see the index."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this official may."""
        return may_see_index(request.user)


@hooks.register("register_admin_viewset")
def synonyms() -> Any:
    return synonym_viewset


@hooks.register("register_admin_urls")
def index_urls() -> list[URLPattern]:
    return [path("search-index/", index_state, name="search_index_state")]


@hooks.register("register_settings_menu_item")
def index_menu_item() -> MenuItem:
    address = reverse_lazy("search_index_state")
    return IndexMenuItem(_("检索索引"), address, icon_name="search", order=630)
