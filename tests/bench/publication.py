"""The steps of a publication, called one after the other as the commands call them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely

from tests.bench import parcels
from tests.bench.layer import layer_spec, profile
from tiles.desensitise.audit import AuditReport, audit_archive, audit_internal, audit_public
from tiles.desensitise.desensitise import desensitise
from tiles.desensitise.features import FeatureTable
from tiles.packages.assemble import Assembled, Part
from tiles.packages.quality import internal_quality, public_quality
from tiles.packages.repair import repair
from tiles.pyramid.build import build_archive

PARCELS_A_ZONE = 5_000


def zones_of(raw: FeatureTable) -> FeatureTable:
    """Made-up restricted zones: discs of 300 m here and there, as dense in every size of layer."""
    west, south, east, north = shapely.total_bounds(raw.geometry)
    rng = np.random.default_rng(1)
    count = max(1, len(raw) // PARCELS_A_ZONE)
    places = np.column_stack([rng.uniform(west, east, count), rng.uniform(south, north, count)])
    return FeatureTable(shapely.buffer(shapely.points(places), 300.0), {}, raw.crs, "zones")


def desensitised(raw: FeatureTable, zones: FeatureTable) -> FeatureTable:
    return desensitise(raw, profile(), zones).table


def audited(raw: FeatureTable, published: FeatureTable, zones: FeatureTable) -> None:
    """Both halves over the table."""
    _accept(audit_public(published, profile()))
    _accept(audit_internal(raw, published, profile(), zones))


def archive_audited(published: FeatureTable, archive: Path) -> None:
    """Every tile of an archive against the table."""
    _accept(audit_archive(archive, published, profile(), "WebMercatorQuad"))


def _accept(report: AuditReport) -> None:
    """Raise ``RuntimeError`` where the audit refuses."""
    if not report.passed:
        raise RuntimeError(f"the audit refused: {report.as_dict()}")


def publish(source: Path, out: Path, zooms: tuple[int, int], step: Callable[[str], None]) -> int:
    """From a raw file to the archive; returns its bytes. ``step`` is called after each step."""
    raw = parcels.read(source)
    zones = zones_of(raw)
    step("read")
    repaired = repair(raw)
    whole = (Part(raw.source, 1, len(raw), raw.crs),)
    quality = internal_quality(Assembled(raw, whole, ()), repaired, profile())
    if not quality.passed:
        raise RuntimeError(f"quality control refused: {quality.as_dict()}")
    step("quality control")
    published = desensitised(repaired.table, zones)
    step("desensitise")
    audited(raw, published, zones)
    step("audit of the table")
    shown = public_quality(published, profile())
    if not shown.passed:
        raise RuntimeError(f"the public half of quality control refused: {shown.as_dict()}")
    step("quality, public half")
    report = build_archive(published, layer_spec(*zooms), out, threads=2)
    step("archive")
    archive_audited(published, out)
    step("audit of every tile")
    return report.size
