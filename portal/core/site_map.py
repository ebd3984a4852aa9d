"""The site map for people (网站地图): columns, the pages below them, and the fixed pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.menu import MenuItem


@dataclass(frozen=True)
class Link:
    """One line of the site map."""

    title: str
    url: str


@dataclass(frozen=True)
class LinkGroup:
    """A heading and the links below it."""

    title: str
    links: Sequence[Link]


# Each app adds what stands below its column.
GROUPS: list[Callable[[], LinkGroup]] = []


def register(group: Callable[[], LinkGroup]) -> Callable[[], LinkGroup]:
    """Add a group to the site map; called once, from an app's ``ready``."""
    GROUPS.append(group)
    return group


def _services() -> LinkGroup:
    names = (
        (_("联系我们"), "feedback:contact"),
        (_("我为政府网站找错"), "feedback:error"),
        (_("查询答复"), "feedback:answer"),
        (_("使用帮助"), "core:help"),
        (_("无障碍声明"), "core:accessibility"),
        (_("访问统计"), "visits:statistics"),
        (_("网站地图"), "core:site_map"),
    )
    return LinkGroup(_("网站服务"), [Link(title, reverse(name)) for title, name in names])


def site_map_groups(request: HttpRequest, menu: Sequence[MenuItem]) -> list[LinkGroup]:
    """Columns first, then what the apps registered, then the pages about the site itself."""
    columns = LinkGroup(_("网站栏目"), [Link(item.title, item.url) for item in menu])
    return [columns, *(group() for group in GROUPS), _services()]
