"""What the government meta tags say of a page (政府网站网页标签): its column and its article.

Views put a ``ColumnFacts`` as ``column`` and, on pages with an article of their own, an
``ArticleFacts`` as ``article`` into the context; Wagtail pages bring both themselves. The tags of
the site and of the column stand on every page, those of an article on the pages of articles.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class ColumnFacts:
    """A column (栏目) of the site: name, type, description and keywords of the meta tags."""

    display_title: str
    column_type: str
    search_description: str = ""
    keywords: str = ""


@dataclass(frozen=True)
class ArticleFacts:
    """An article (文章): title, day of publication, and whose text it is."""

    title: str
    published_on: datetime.date
    source: str = ""
