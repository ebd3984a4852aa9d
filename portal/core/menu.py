"""The columns of the main menu (主导航), in their order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Site
from wagtail.views import serve

from portal.core.identity import in_english
from portal.core.page_facts import ColumnFacts


@dataclass(frozen=True)
class MenuItem:
    """One entry of the main menu."""

    title: str
    url: str
    is_current: bool
    language: str


@dataclass(frozen=True)
class Column:
    """A column (栏目) of the site: what the menu and the government meta tags call it."""

    title: Any
    path: str
    type: Any
    description: Any = ""


# In the order of the menu; a column stands there where its address is routed.
COLUMNS: tuple[Column, ...] = (
    Column(_("首页"), "", _("网站首页")),
    Column(
        _("规划一张图"),
        "map/",
        _("办事服务"),
        _("查询任一地点适用的国土空间规划、管控底线和公共设施。"),
    ),
    Column(
        _("公示公开"),
        "plans/",
        _("信息公开"),
        _("规划草案公示、批前公示与批后公布，可以提出意见。"),
    ),
    Column(_("政策法规"), "policies/", _("政策法规"), _("国土空间规划的法律法规、政策与解读。")),
    Column(
        _("联系我们"),
        "feedback/",
        _("互动交流"),
        _("给规划主管部门留言，指出网站上的错误，查询答复。"),
    ),
)


@cache
def is_routed(path: str) -> bool:
    """Whether an address has a view of its own and is not left to Wagtail's pages."""
    try:
        return resolve(path).func is not serve
    except Resolver404:
        return False


def language_prefix() -> str:
    """The first part of every address in the reader's language."""
    return "/en/" if in_english() else "/"


def column_at(path: str) -> ColumnFacts:
    """The column to which an address belongs; the home page where it belongs to none."""
    tail = path.removeprefix(language_prefix())
    column = next(
        (each for each in COLUMNS if each.path and tail.startswith(each.path)), COLUMNS[0]
    )
    return ColumnFacts(str(column.title), str(column.type), str(column.description))


def _columns(path: str) -> list[MenuItem]:
    prefix, interface = language_prefix(), "en" if in_english() else "zh-Hans"
    items = []
    for column in COLUMNS:
        url = prefix + column.path
        if column.path and not is_routed(url):
            continue
        here = path.startswith(url) if column.path else path == url
        items.append(MenuItem(str(column.title), url, here, interface))
    return items


def menu_pages(request: HttpRequest) -> list[Page]:
    """The pages below home that editors put into menus; read once a request."""
    kept = "_portal_menu_pages"
    if not hasattr(request, kept):
        site = Site.find_for_request(request)
        pages = site.root_page.get_children().live().in_menu().specific() if site else []
        setattr(request, kept, list(pages))
    pages_of_menu: list[Page] = getattr(request, kept)
    return pages_of_menu


def main_menu(request: HttpRequest | None) -> list[MenuItem]:
    """The columns, then the editors' pages; contact stays last."""
    path = request.path if request else ""
    items = _columns(path)
    if request is None:
        return items
    pages = []
    for page in menu_pages(request):
        url = page.get_url(request) or ""
        title = getattr(page, "display_title", page.title)
        language = getattr(page, "title_language", "zh-Hans")
        pages.append(MenuItem(title, url, path.startswith(url), language))
    last = 1 if is_routed(f"{language_prefix()}feedback/") else 0
    return [*items[: len(items) - last], *pages, *items[len(items) - last :]]
