"""The public half of the leak audit, over what this portal has stored and written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from tiles.desensitise.audit import audit_public
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.floor import FLOOR
from tiles.desensitise.profile import parse_public
from tiles.releases.archives import archive_builder
from tiles.releases.feature_store import read_features, to_crs
from tiles.releases.models import Release

Progress = Callable[[str, int, int], None]


def audit_features(release: Release, table: FeatureTable) -> dict[str, Any]:
    """Audit the stored features of a release against its profile and the portal's floor.

    ``table`` is in EPSG:4490 as stored; the grid is checked in the profile's ground CRS.
    """
    profile = parse_public(release.profile)
    report = audit_public(to_crs(table, profile.ground.crs), profile, FLOOR)
    return {**report.as_dict(), "passed": report.passed}


def audit_release(release: Release, *, progress: Progress) -> dict[str, Any]:
    """Audit everything that was written for a release: stored features and every tile.

    Returns ``{"passed": bool, "features": {...}, "archives": {tms id: {...}}}``. An archive that
    cannot be read is not checked, and then the audit has not passed.
    """
    progress("read", 0, release.feature_count)
    table = read_features(release)
    progress("features", 0, len(table))
    features = audit_features(release, table)
    stored = {
        (name, value) for name, column in table.attributes.items() for value in column.tolist()
    }
    archives = {}
    for number, (tms, relative) in enumerate(release.archives.items()):
        progress("archives", number, len(release.archives))
        archives[tms] = _audit_archive(Path(settings.PUBLISHED_DIR) / relative, stored)
    passed = features["passed"] and all(result["passed"] for result in archives.values())
    return {"passed": passed, "features": features, "archives": archives}


def _audit_archive(path: Path, stored: set[tuple[str, object]]) -> dict[str, Any]:
    """Every attribute value in the tiles must be one that the audited features carry."""
    try:
        written = set(archive_builder().attributes_written(path))
    except (OSError, ValueError) as error:
        return {"passed": False, "checked": False, "reason": type(error).__name__}
    strangers = {name for name, value in written if (name, value) not in stored}
    return {
        "passed": not strangers,
        "checked": True,
        "values": len(written),
        "unexplained_attributes": sorted(strangers),
    }
