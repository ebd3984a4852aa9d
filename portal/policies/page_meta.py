"""The policy library as a column (栏目) of the site, and its texts as articles of it."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.page_facts import ArticleFacts, ColumnFacts
from portal.policies.models import Edition


def column() -> ColumnFacts:
    """The policy library, for the government meta tags."""
    return ColumnFacts(
        _("政策法规"),
        _("政策文件"),
        _("国土空间规划相关法律、法规、规章与规范性文件全文，逐条可查、可引、可比对。"),
    )


def article_facts(edition: Edition, label: str = "") -> ArticleFacts:
    """A text as an article; where nobody knows when it was promulgated, of the day it came here."""
    regulation = edition.regulation
    published_on = edition.promulgated_on or timezone.localdate(regulation.created_at)
    title = f"{regulation.display_title} {label}".strip()
    return ArticleFacts(title, published_on, regulation.issuer)
