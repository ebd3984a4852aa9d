"""The policy library as a column (栏目) of the site, and its pages as articles of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class PageMeta:
    """What the government meta tags tell of one text."""

    display_title: str
    display_summary: str = ""
    published_on: datetime.date | None = None
    source: str = ""


def column() -> dict[str, Any]:
    """The policy library, for the government meta tags."""
    return {
        "display_title": _("政策法规"),
        "column_type": _("政策文件"),
        "search_description": _(
            "国土空间规划相关法律、法规、规章与规范性文件全文，逐条可查、可引、可比对。"
        ),
    }
