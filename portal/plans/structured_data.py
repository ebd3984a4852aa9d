"""A notice as schema.org JSON-LD, for search engines."""

from __future__ import annotations

from typing import Any

from portal.core.models import SiteIdentity
from portal.plans.models import NoticePage


def notice_json_ld(notice: NoticePage, identity: SiteIdentity, url: str) -> dict[str, Any]:
    """``https://schema.org/Article`` with publisher, period and place; ``url`` is absolute."""
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": notice.title,
        "description": notice.summary,
        "inLanguage": "zh-Hans",
        "datePublished": notice.published_on.isoformat(),
        "url": url,
    }
    if notice.closes_on:
        document["expires"] = notice.closes_on.isoformat()
    publisher = notice.source or identity.sponsor
    if publisher:
        document["publisher"] = {"@type": "GovernmentOrganization", "name": publisher}
    if notice.footprint:
        west, south, east, north = notice.footprint
        document["spatialCoverage"] = {
            "@type": "Place",
            "name": notice.place,
            "geo": {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"},
        }
    return document
