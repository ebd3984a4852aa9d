"""Tags that every page's frame needs: identity, menu, display mode, breadcrumb, addresses."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.core import import_map as import_maps
from portal.core import menu
from portal.core.display import Display, display_of
from portal.core.identity import SiteIdentity, in_english
from portal.core.regions.nodes import NodeLink, other_nodes

register = template.Library()
HAN = re.compile("[\u3400-\u9fff\u3014\u3015]")
Context = dict[str, Any]


def _request(context: Context) -> HttpRequest | None:
    request: HttpRequest | None = context.get("request")
    return request


@register.simple_tag(takes_context=True)
def site_identity(context: Context) -> SiteIdentity:
    """The identity of the site that the request came to; read once a request."""
    identity: SiteIdentity = SiteIdentity.load(_request(context))
    return identity


@register.simple_tag(takes_context=True)
def display_mode(context: Context) -> Display:
    """Whether the reader chose elder mode, and whether the header is folded."""
    return display_of(_request(context))


@register.simple_tag(takes_context=True)
def main_menu(context: Context) -> list[menu.MenuItem]:
    """The columns of the site and the pages that editors put into menus."""
    return menu.main_menu(_request(context))


@register.simple_tag
def home_address() -> str:
    """The home page in the reader's language."""
    return menu.language_prefix()


@register.simple_tag(takes_context=True)
def node_links(context: Context) -> list[NodeLink]:
    """The other nodes of this installation."""
    request = _request(context)
    return other_nodes(request) if request else []


@register.simple_tag(takes_context=True)
def page_column(context: Context) -> Any:
    """The page's column: the one of the context, else the one to which its address belongs."""
    request = _request(context)
    return context.get("column") or menu.column_at(request.path if request else "/")


@register.simple_tag(takes_context=True)
def other_language_url(context: Context, language: str) -> str:
    """This page's address in another language, with its query."""
    request = _request(context)
    return translate_url(request.get_full_path(), language) if request else f"/{language}/"


@register.simple_tag(takes_context=True)
def canonical_url(context: Context) -> str:
    """The one address of this page: ``canonical`` of the context, else the path without query."""
    request = _request(context)
    if request is None:
        return ""
    return request.build_absolute_uri(context.get("canonical") or request.path)


@register.inclusion_tag("components/breadcrumb.html", takes_context=True)
def breadcrumb(context: Context, *parts: str) -> Context:
    """``{% breadcrumb title url title url title %}``: the way from home; the last is this page.

    The home page is put in front.
    """
    titles, urls = parts[::2], parts[1::2]
    trail = [{"title": _("首页"), "url": menu.language_prefix()}]
    trail += [{"title": title, "url": url} for title, url in zip(titles, urls, strict=False)]
    current = titles[-1] if len(titles) > len(urls) else ""
    return {"trail": trail, "current": current}


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


@register.filter
def chinese(text: Any) -> SafeString:
    """Text that may be in Chinese: marked so where the page around it is English."""
    if in_english() and HAN.search(str(text)):
        return format_html('<span lang="zh-Hans">{}</span>', text)
    return format_html("{}", text)


@register.filter
def language_attribute(text: Any) -> SafeString:
    """`` lang="zh-Hans"`` for an element whose text may be Chinese on an English page."""
    marked = in_english() and HAN.search(str(text))
    return format_html(' lang="{}"', "zh-Hans") if marked else format_html("{}", "")
