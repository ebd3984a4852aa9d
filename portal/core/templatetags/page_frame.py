"""Tags that every page's frame needs: identity, menu, language switch, import map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from wagtail.models import Site

from portal.core import import_map as import_maps
from portal.core.models import SiteIdentity, in_english

register = template.Library()


@dataclass(frozen=True)
class MenuItem:
    """One entry of the main menu."""

    title: str
    url: str
    is_current: bool
    language: str


@register.simple_tag(takes_context=True)
def site_identity(context: dict[str, Any]) -> SiteIdentity:
    """The site's identity; read once a request."""
    request = context.get("request")
    identity: SiteIdentity = SiteIdentity.load(request_or_site=request)
    return identity


@register.simple_tag(takes_context=True)
def main_menu(context: dict[str, Any]) -> list[MenuItem]:
    """Home, the map, then the pages below home that editors put into menus."""
    request: HttpRequest | None = context.get("request")
    path = request.path if request else ""
    interface = "en" if in_english() else "zh-Hans"
    site = Site.find_for_request(request) if request else None
    home_url = reverse("wagtail_serve", args=("",))
    map_url = reverse("viewer:map")
    items = [
        MenuItem(_("首页"), home_url, path == home_url, interface),
        MenuItem(_("规划一张图"), map_url, path.startswith(map_url), interface),
    ]
    if site is None:
        return items
    for page in site.root_page.get_children().live().in_menu().specific():
        url = page.get_url(request) or ""
        title = getattr(page, "display_title", page.title)
        language = getattr(page, "title_language", "zh-Hans")
        items.append(MenuItem(title, url, path.startswith(url), language))
    return items


@register.simple_tag(takes_context=True)
def other_language_url(context: dict[str, Any], language: str) -> str:
    """This page's address in another language, with its query."""
    request: HttpRequest | None = context.get("request")
    return translate_url(request.get_full_path(), language) if request else f"/{language}/"


@register.simple_tag
def import_map() -> SafeString:
    """The import map element; its text is the very one whose hash the CSP allows."""
    # The text is JSON of static addresses that we made ourselves, and must not change by a byte.
    text = mark_safe(import_maps.import_map())  # noqa: S308
    return format_html('<script type="importmap">{}</script>', text)


@register.filter
def in_reader_language(entry: dict[str, Any], name: str) -> str:
    """``entry[name + "_en"]`` for readers of English where it is filled, else ``entry[name]``."""
    if in_english() and entry.get(f"{name}_en"):
        return str(entry[f"{name}_en"])
    return str(entry.get(name, ""))
