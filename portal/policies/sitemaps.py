"""Addresses of the policy library for ``sitemap.xml``."""

from __future__ import annotations

import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from portal.policies.models import Edition, Interpretation, Question


class PolicySitemap(Sitemap[Edition]):
    """Every edition of every regulation, in both languages."""

    changefreq = "monthly"
    i18n = True
    alternates = True
    limit = 5000

    def items(self) -> QuerySet[Edition]:
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


SITEMAPS = {"policies": PolicySitemap, "policy-explanations": ExplanationSitemap}
