"""A notice as schema.org JSON-LD, for search engines."""

from __future__ import annotations

from typing import Any

from portal.core.models import SiteIdentity
from portal.plans.models import NoticeVersion


def notice_json_ld(version: NoticeVersion, identity: SiteIdentity, url: str) -> dict[str, Any]:
    """``https://schema.org/Article`` with publisher, period, version and place; ``url`` is absolute."""
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": version.title,
        "description": version.summary,
        "inLanguage": "zh-Hans",
        "identifier": version.notice.code,
        "version": version.number,
        "url": url,
    }
    if version.publish_at:
        document["datePublished"] = version.publish_at.isoformat()
    if version.closes_on:
        document["expires"] = version.closes_on.isoformat()
    publisher = version.source or identity.sponsor
    if publisher:
        document["publisher"] = {"@type": "GovernmentOrganization", "name": publisher}
    if version.bounds:
        west, south, east, north = version.bounds
        document["spatialCoverage"] = {
            "@type": "Place",
            "name": version.place,
            "geo": {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"},
        }
    return document
