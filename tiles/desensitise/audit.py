"""The leak audit (泄露审计): proves of a finished table that nothing got out that must not.

The public half needs the published table, the profile and the portal's floor; it is run at
packing, at intake, and again over what is published. The internal half also needs the raw data
and the restricted zones and is run at packing, where they are. Both read only what was written,
and import nothing of the code that desensitises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely

from tiles.desensitise.audit_attributes import audit_attributes
from tiles.desensitise.audit_difference import difference_findings
from tiles.desensitise.audit_geometry import audit_geometry
from tiles.desensitise.audit_outputs import Progress, audit_averages, audit_tiles, no_progress
from tiles.desensitise.audit_published import Published
from tiles.desensitise.audit_raw import audit_against_raw, audit_restricted
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.findings import AuditReport, Finding, flagged
from tiles.desensitise.floor import FLOOR, FloorProfile, profile_violations
from tiles.desensitise.profile import Profile

__all__ = [
    "AuditReport",
    "Finding",
    "audit_archive",
    "audit_averaging",
    "audit_difference",
    "audit_internal",
    "audit_outputs",
    "audit_public",
    "audit_same",
]


def audit_public(
    published: FeatureTable, profile: Profile, floor: FloorProfile = FLOOR
) -> AuditReport:
    """The half that needs no raw data: profile against floor, table against profile.

    ``published``: in the profile's ground CRS, as read back from what was written.
    """
    checked: dict[str, int] = {"floor": 1}
    findings = profile_violations(profile, floor)
    findings += audit_geometry(published, profile, checked)
    findings += audit_attributes(published, profile, checked)
    return AuditReport(tuple(findings), checked)


def audit_internal(
    raw: FeatureTable,
    published: FeatureTable,
    profile: Profile,
    restricted: FeatureTable | None,
) -> AuditReport:
    """The half that needs the raw data (any CRS) and the restricted zones (any CRS)."""
    checked: dict[str, int] = {}
    findings = audit_against_raw(raw, published, profile, checked)
    findings += audit_restricted(published, profile, restricted, checked)
    return AuditReport(tuple(findings), checked)


def audit_same(published: FeatureTable, other: FeatureTable) -> AuditReport:
    """Do two outputs of one release show the same features, row by row?

    Two outputs that differ could be averaged to come closer to the raw data than either.
    """
    checked = {"same_geometry": len(published), "same_attributes": len(published)}
    if len(published) != len(other) or published.crs != other.crs:
        zh, en = "两份成果的要素数或坐标系不同", "the outputs differ in count or CRS"
        return AuditReport((Finding("same_count", "refuse", zh, en),), checked)
    left, right = shapely.normalize(published.geometry), shapely.normalize(other.geometry)
    # Exactly, coordinate by coordinate; two missing geometries are the same.
    differs = ~(
        shapely.equals_exact(left, right, tolerance=0.0)
        | (shapely.is_missing(left) & shapely.is_missing(right))
    )
    findings = flagged("same_geometry", differs, "两份成果的图形不同", "geometries differ")
    unequal = np.zeros(len(published), dtype=bool)
    for name in set(published.attributes) | set(other.attributes):
        if name not in published.attributes or name not in other.attributes:
            unequal[:] = True
            continue
        unequal |= np.asarray(published.attributes[name] != other.attributes[name], dtype=bool)
    findings += flagged("same_attributes", unequal, "两份成果的属性不同", "attributes differ")
    return AuditReport(tuple(findings), checked)


def audit_archive(
    path: Path,
    published: FeatureTable,
    profile: Profile,
    tms_id: str,
    *,
    progress: Progress = no_progress,
) -> AuditReport:
    """Every tile of one archive against the published table (in the profile's ground CRS).

    An archive or a tile that cannot be read is a finding that refuses, never an exception.
    ``progress`` is called with ``("archive", tiles done, tiles in all)``.
    """
    return audit_tiles(path, Published(published, profile), tms_id, progress=progress)


def audit_averaging(
    archives: Mapping[str, Path], published: FeatureTable, profile: Profile
) -> AuditReport:
    """Does averaging all zooms of all ``archives`` (tms id -> file) tell more than the table?"""
    reports, report = audit_averages(archives, Published(published, profile))
    unread = [
        finding
        for one in reports.values()
        for finding in one.findings
        if finding.rule in ("archive_unreadable", "nothing_checked")
    ]
    return replace(report, findings=(*report.findings, *unread))


def audit_outputs(
    archives: Mapping[str, Path],
    published: FeatureTable,
    profile: Profile,
    *,
    progress: Progress = no_progress,
) -> AuditReport:
    """All archives of a release (tms id -> file) and their averaging, as one report.

    ``checked`` has the rules of an archive under ``"<tms id>/<rule>"``; the sentences of its
    findings begin with the id. Each tile is read once.
    """
    reports, averaged = audit_averages(archives, Published(published, profile), progress=progress)
    findings = [
        replace(finding, zh=f"{tms_id}：{finding.zh}", en=f"{tms_id}: {finding.en}")
        for tms_id, report in reports.items()
        for finding in report.findings
    ]
    checked = {
        f"{tms_id}/{rule}": count
        for tms_id, report in reports.items()
        for rule, count in report.checked.items()
    }
    return AuditReport((*findings, *averaged.findings), checked | dict(averaged.checked))


def audit_difference(
    previous: FeatureTable, published: FeatureTable, profile: Profile, *, same_profile: bool
) -> AuditReport:
    """What two releases of a layer tell together; both in the ground CRS, as published.

    ``same_profile``: whether both were desensitised by one profile. What merely changed is a
    note for the official; only what narrows raw positions down refuses.
    """
    checked: dict[str, int] = {}
    findings = difference_findings(previous, published, profile, checked, same_profile=same_profile)
    return AuditReport(tuple(findings), checked)
