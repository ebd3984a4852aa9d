"""A site with a home page and notices, for tests of the pages."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from wagtail.models import Page, Site

from portal.core.models import HomePage
from portal.plans.models import NoticeIndexPage, NoticePage


def make_site() -> NoticeIndexPage:
    """The home page as the root of the default site, and the list of notices below it."""
    root = Page.get_first_root_node()
    home = HomePage(title="示例市国土空间规划", title_en="Sample City planning", slug="portal-home")
    root.add_child(instance=home)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    site.hostname, site.root_page = "localhost", home
    site.save()
    index = NoticeIndexPage(
        title="公示公开", title_en="Notices", slug="notices", show_in_menus=True
    )
    home.add_child(instance=index)
    return index


def in_days(days: int) -> datetime.date:
    """A day counted from today."""
    return timezone.localdate() + datetime.timedelta(days=days)


def make_notice(index: NoticeIndexPage, **fields: Any) -> NoticePage:
    """A notice that is open from yesterday to the day after tomorrow, unless told otherwise."""
    number = index.numchild + 1
    values: dict[str, Any] = {
        "title": f"公示第{number}号",
        "slug": f"notice-{number}",
        "kind": "project",
        "summary": "一句话摘要",
        "opens_on": in_days(-1),
        "closes_on": in_days(2),
    } | fields
    notice = NoticePage(**values)
    index.add_child(instance=notice)
    return notice
