"""Quality control of a layer (质检): before desensitising, and its public half at intake.

Checks follow the quality elements of GB/T 17941. None of them puts a value of the data into its
result: rows and counts are enough to find the fault at the internal node.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import Profile

from .assemble import Assembled
from .progress import Progress, silent
from .quality_attributes import (
    check_domains,
    check_fields,
    check_garbled,
    check_lengths,
    check_required_values,
    check_types,
    check_unique_values,
)
from .quality_figures import check_declared_areas, check_indicator_sums, check_ranges
from .quality_geometry import (
    check_duplicates,
    check_gaps,
    check_geometry_types,
    check_overlaps,
    check_slivers,
    check_validity,
)
from .quality_report import Check, QualityReport, examples_of
from .quality_sources import check_layers, check_left_out, check_reading, check_spatial_reference
from .quality_standard import standard_checks
from .quality_subject import Subject
from .repair import Repaired

_ATTRIBUTE_CHECKS: tuple[Callable[[Subject], Check], ...] = (
    check_fields,
    check_required_values,
    check_unique_values,
    check_garbled,
    check_types,
    check_lengths,
    check_domains,
    check_ranges,
    check_indicator_sums,
)
_GEOMETRY_CHECKS: tuple[Callable[[Subject], Check], ...] = (
    check_geometry_types,
    check_validity,
    check_duplicates,
    check_slivers,
    check_overlaps,
    check_gaps,
)


def internal_quality(
    assembled: Assembled,
    repaired: Repaired,
    profile: Profile,
    *,
    layers: Sequence[str] = (),
    progress: Progress = silent,
) -> QualityReport:
    """All checks on the raw table, already in the ground CRS and repaired.

    ``layers``: source layers that were asked for, besides those that the profile demands.
    """
    subject = Subject(
        repaired.table, profile, repaired.rows, public=False, valid=repaired.known_valid
    )
    checks = [
        check_layers(assembled, (*profile.quality.layers, *layers)),
        check_spatial_reference(assembled),
        check_reading(assembled),
        check_left_out(assembled),
        _repairs(repaired, profile),
        *standard_checks(subject),
    ]
    checks += _run(subject, (*_ATTRIBUTE_CHECKS, check_declared_areas, *_GEOMETRY_CHECKS), progress)
    return QualityReport(tuple(checks), repaired.repairs, assembled.parts, assembled.noticed)


def public_quality(
    table: FeatureTable, profile: Profile, *, progress: Progress = silent
) -> QualityReport:
    """The half that needs no raw data: on the published table, in its ground CRS."""
    subject = Subject.published(table, profile)
    return QualityReport(tuple(_run(subject, (*_ATTRIBUTE_CHECKS, *_GEOMETRY_CHECKS), progress)))


def _run(
    subject: Subject, checks: tuple[Callable[[Subject], Check], ...], progress: Progress
) -> list[Check]:
    found = []
    for number, check in enumerate(checks):
        progress("quality", number, len(checks))
        found.append(check(subject))
    progress("quality", len(checks), len(checks))
    return found


def _repairs(repaired: Repaired, profile: Profile) -> Check:
    beyond = repaired.beyond(profile)
    too_much = repaired.total_change > profile.quality.max_total_area_change
    refused = bool(beyond) or too_much
    count = len(beyond) if beyond else len(repaired.repairs)
    rows = beyond or tuple(repair.row for repair in repaired.repairs)
    return Check(
        "repairs",
        "topology",
        "无效几何的修复" + ("：面积变化超出允许范围" if refused else ""),
        "repairs of invalid geometries"
        + (": the change of area is not allowed" if refused else ""),
        count=count,
        checked=len(repaired.table) + len(repaired.lost),
        verdict="refuse" if refused else ("repair" if count else "pass"),
        examples=examples_of(rows),
        measured={
            "total_area_change": repaired.total_change,
            "features_beyond_limit": len(beyond),
            "features_lost": len(repaired.lost),
        },
    )
