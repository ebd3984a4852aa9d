"""A regulation as schema.org JSON-LD (https://schema.org/Legislation)."""

from __future__ import annotations

from typing import Any

from portal.policies.enums import Validity
from portal.policies.models import Edition

_FORCE = {
    Validity.IN_FORCE: "https://schema.org/InForce",
    Validity.NOT_YET: "https://schema.org/NotInForce",
    Validity.ENDED: "https://schema.org/NotInForce",
}


def legislation_json_ld(edition: Edition, validity: Validity, url: str) -> dict[str, Any]:
    """``url`` is absolute. What is not known is left out, the legal force above all."""
    regulation = edition.regulation
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Legislation",
        "name": regulation.title,
        "inLanguage": "zh-Hans",
        "legislationType": regulation.get_kind_display(),
        "legislationIdentifier": f"{regulation.slug}/{edition.slug}",
        "legislationJurisdiction": {
            "@type": "AdministrativeArea",
            "name": regulation.region.name,
            "identifier": regulation.region_id,
        },
        "url": url,
    }
    if regulation.issuer:
        document["legislationPassedBy"] = {"@type": "Organization", "name": regulation.issuer}
    if edition.promulgated_on:
        document["legislationDate"] = edition.promulgated_on.isoformat()
        document["datePublished"] = edition.promulgated_on.isoformat()
    if edition.in_force_from:
        document["temporalCoverage"] = "/".join(
            [
                edition.in_force_from.isoformat(),
                edition.in_force_to.isoformat() if edition.in_force_to else "..",
            ]
        )
    if validity in _FORCE:
        document["legislationLegalForce"] = _FORCE[validity]
    return document
