"""Addresses of the policy library for ``sitemap.xml`` and for the site map that people read."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.site_map import Link, LinkGroup
from portal.policies.models import Edition, Interpretation, Question


class PolicyPages(Sitemap[str]):
    """The lists of the column."""

    NAMES = (
        "policies:library",
        "policies:topics",
        "policies:interpretations",
        "policies:questions",
    )
    changefreq = "weekly"
    i18n = True
    alternates = True
    x_default = True

    def items(self) -> list[str]:
        """Names of the routes."""
        return list(self.NAMES)

    def location(self, item: Any) -> str:
        """The address in the language that is active."""
        return reverse(item)


class PolicySitemap(Sitemap[Edition]):
    """Every edition of every regulation, in both languages."""

    changefreq = "monthly"
    i18n = True
    alternates = True
    x_default = True
    limit = 5000

    def items(self) -> QuerySet[Edition]:
        """All of them."""
        return Edition.objects.select_related("regulation").order_by("pk")

    def lastmod(self, item: Edition) -> datetime.datetime:
        return item.updated_at


class ExplanationSitemap(Sitemap[Interpretation | Question]):
    """Interpretations and questions, in both languages."""

    changefreq = "monthly"
    i18n = True
    alternates = True

    def items(self) -> list[Interpretation | Question]:
        return [*Interpretation.objects.order_by("pk"), *Question.objects.order_by("pk")]

    def lastmod(self, item: Interpretation | Question) -> datetime.datetime:
        return item.updated_at


SITEMAPS: dict[str, type[Sitemap[Any]]] = {
    "policy-lists": PolicyPages,
    "policies": PolicySitemap,
    "policy-explanations": ExplanationSitemap,
}


def links() -> LinkGroup:
    """What stands below the column, for the site map that people read."""
    names = (
        (_("法规库"), "policies:library"),
        (_("法规依据"), "policies:topics"),
        (_("政策解读"), "policies:interpretations"),
        (_("常见问题"), "policies:questions"),
    )
    return LinkGroup(_("政策法规"), [Link(title, reverse(name)) for title, name in names])
