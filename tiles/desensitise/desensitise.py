"""Desensitising one layer: from the raw table to what the public may see (脱敏)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from tiles.desensitise.attributes import publish_attributes
from tiles.desensitise.coverage import snap_coverage
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.geometry import (
    invalid,
    of_kind,
    snap_lines,
    snap_points,
    snap_polygons,
    to_ground,
    without_small_parts,
)
from tiles.desensitise.profile import Profile
from tiles.desensitise.profile_reader import profile_error
from tiles.desensitise.profile_sections import LEAST_SALT
from tiles.desensitise.restricted import cut_away, withheld_area
from tiles.desensitise.small_counts import hide_small_counts
from tiles.desensitise.small_parts import absorb_small_parts

Progress: TypeAlias = Callable[[str, int, int], None]
Geometries: TypeAlias = npt.NDArray[np.object_]
_STEPS = 6


def no_progress(_step: str, _done: int, _total: int) -> None:
    """For callers that need no progress."""


@dataclass
class DesensitiseReport:
    """Counts of what was done (脱敏记录). ``dropped``: reason -> rows that vanished.

    Reasons: ``no_geometry``, ``wrong_type``, ``restricted``, ``overlapped`` (another polygon of
    the coverage holds the ground), ``collapsed`` (smaller than the grid), ``below_min_area``.
    """

    rows_in: int = 0
    rows_out: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    mended: int = 0
    cut: int = 0
    small_parts: int = 0
    overlapped: int = 0
    overlap_area: float = 0.0
    unreadable: dict[str, int] = field(default_factory=dict)
    generalised: int = 0
    suppressed: int = 0
    vertices_in: int = 0
    vertices_out: int = 0
    withheld_likeness: float | None = None
    withheld_multiple: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """The whole record, for the internal node only: it tells that a zone was met."""
        return dict(vars(self))

    def public(self) -> dict[str, Any]:
        """The record without a trace of the restricted zones, fit for the package."""
        return {
            "rows_in": self.rows_in,
            "rows_out": self.rows_out,
            "withheld": self.rows_in - self.rows_out,
            "unreadable": dict(self.unreadable),
            "generalised": self.generalised,
            "suppressed": self.suppressed,
            "vertices_out": self.vertices_out,
        }


@dataclass(frozen=True)
class Desensitised:
    """The published table (CRS of the ground grid, public attribute names) and the record."""

    table: FeatureTable
    report: DesensitiseReport


class _Rows:
    """The rows still alive; geometry by raw row number, each loss counted with its reason."""

    def __init__(self, geometry: Geometries, report: DesensitiseReport) -> None:
        self.geometry = geometry
        self.report = report
        self.alive = np.arange(len(geometry))

    @property
    def current(self) -> Geometries:
        return self.geometry[self.alive]

    def replace(self, geometry: Geometries, reason: str) -> None:
        """New geometries for the rows alive; those without one are lost for ``reason``."""
        self.geometry[self.alive] = geometry
        lost = shapely.is_missing(geometry)
        self.drop(lost, reason)

    def drop(self, lost: npt.NDArray[np.bool_], reason: str) -> None:
        if lost.any():
            self.report.dropped[reason] = self.report.dropped.get(reason, 0) + int(lost.sum())
            self.alive = self.alive[~lost]


def desensitise(
    table: FeatureTable,
    profile: Profile,
    restricted: FeatureTable | None,
    *,
    progress: Progress = no_progress,
) -> Desensitised:
    """What ``profile`` lets out of ``table``, kept clear of the ``restricted`` zones.

    Input in any CRS; output in ``profile.ground.crs``, every vertex a multiple of the grid, rows
    in the order of the input. The same input gives the same output. Raises ProfileError when
    there are zones but no margin, AttributeMissing, pyproj's errors for a CRS that fails.
    """
    report = DesensitiseReport(rows_in=len(table))
    report.vertices_in = int(shapely.count_coordinates(table.geometry))
    progress("reproject", 0, _STEPS)
    rows = _ground_rows(table, profile, report)
    progress("restricted", 1, _STEPS)
    _avoid_restricted(rows, profile, restricted)
    progress("snap", 2, _STEPS)
    _snap(rows, profile)
    progress("minimum area", 3, _STEPS)
    _leave_out_small(rows, profile)
    progress("attributes", 4, _STEPS)
    wanted = {rule.source for rule in profile.attributes} & set(table.attributes)
    raw = {name: table.attributes[name][rows.alive] for name in wanted}
    columns, report.unreadable = publish_attributes(raw, profile.attributes)
    progress("small counts", 5, _STEPS)
    columns, report.generalised, report.suppressed = hide_small_counts(columns, profile)
    geometry = np.asarray(shapely.normalize(rows.current))
    report.rows_out = len(geometry)
    report.vertices_out = int(shapely.count_coordinates(geometry))
    progress("done", _STEPS, _STEPS)
    return Desensitised(FeatureTable(geometry, columns, profile.ground.crs, table.source), report)


def _ground_rows(table: FeatureTable, profile: Profile, report: DesensitiseReport) -> _Rows:
    rows = _Rows(to_ground(table.geometry, table.crs, profile.ground.crs), report)
    rows.drop(np.asarray(shapely.is_missing(rows.current)), "no_geometry")
    broken = invalid(rows.current)
    if profile.layer.geometry == "polygon":
        report.mended = int(broken.sum())
    rows.replace(of_kind(rows.current, profile.layer.geometry, broken), "wrong_type")
    return rows


def _avoid_restricted(rows: _Rows, profile: Profile, restricted: FeatureTable | None) -> None:
    if restricted is None or not len(restricted):
        return
    if profile.secret is None:
        raise profile_error(
            "secret.restricted_margin", "必填：有涉密区域", "is required with zones"
        )
    if len(profile.secret.salt.encode()) < LEAST_SALT:
        raise profile_error(
            "secret.salt",
            f"有涉密区域时须为至少 {LEAST_SALT} 字节的保密文字",
            f"must be a secret text of at least {LEAST_SALT} bytes where there are zones",
        )
    zones = to_ground(restricted.geometry, restricted.crs, profile.ground.crs)
    margin, salt = profile.secret.restricted_margin, profile.secret.salt
    ground = rows.current if profile.layer.geometry == "polygon" else None
    withheld = withheld_area(zones, margin, profile.ground.grid, salt, ground)
    if withheld is None:
        return
    left, touched = cut_away(rows.current, withheld.area)
    left[touched] = of_kind(left[touched], profile.layer.geometry)
    rows.report.withheld_likeness = withheld.likeness
    if withheld.kept_clear:
        rows.report.withheld_multiple = float(shapely.area(withheld.area)) / withheld.kept_clear
    rows.report.cut = int((~shapely.is_missing(left[touched])).sum())
    rows.replace(left, "restricted")


def _snap(rows: _Rows, profile: Profile) -> None:
    grid = profile.ground.grid
    if not len(rows.alive):
        return
    if profile.layer.geometry == "point":
        rows.replace(snap_points(rows.current, grid), "collapsed")
    elif profile.layer.geometry == "line":
        rows.replace(snap_lines(rows.current, grid), "collapsed")
    elif profile.layer.coverage:
        _snap_as_coverage(rows, grid)
    else:
        rows.replace(snap_polygons(rows.current, grid), "collapsed")


def _snap_as_coverage(rows: _Rows, grid: float) -> None:
    snapped = snap_coverage(rows.current, grid)
    rows.report.overlapped = len(snapped.overlapped)
    rows.report.overlap_area = snapped.overlap_area
    rows.geometry[rows.alive] = snapped.geometry
    lost = np.asarray(shapely.is_missing(snapped.geometry))
    covered = np.zeros(len(lost), dtype=bool)
    covered[snapped.overlapped] = True
    alive = rows.alive
    rows.drop(lost & covered, "overlapped")
    rows.drop((lost & ~covered)[np.isin(alive, rows.alive)], "collapsed")


def _leave_out_small(rows: _Rows, profile: Profile) -> None:
    if profile.layer.geometry != "polygon":
        return
    least = profile.ground.min_area
    if profile.layer.coverage:
        # What is smaller than a cell of the grid comes of rounding; what is larger goes by the
        # profile's will, and may leave a hole.
        joined, absorbed = absorb_small_parts(rows.current, min(least, profile.ground.grid**2))
        rows.report.small_parts += absorbed
        rows.replace(joined, "below_min_area")
    large, left_out = without_small_parts(rows.current, least)
    rows.report.small_parts += left_out
    rows.replace(large, "below_min_area")
