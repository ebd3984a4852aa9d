"""The leak audit's rules on published geometry; reads nothing but the table and the profile.

Written apart from the code that desensitises, and importing none of it: an error there must not
be able to excuse itself here.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from tiles.desensitise.audit_coverage import coverage_conflicts
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.findings import Finding, flagged
from tiles.desensitise.profile import Profile

Geometries: TypeAlias = npt.NDArray[np.object_]
Checked: TypeAlias = dict[str, int]

GRID_TOLERANCE = 1e-6
_TYPES = {"point": (0, 4), "line": (1, 5), "polygon": (3, 6)}
_AREA_TOLERANCE = 1e-6
_SLICE = 20_000


def audit_geometry(published: FeatureTable, profile: Profile, checked: Checked) -> list[Finding]:
    """Every geometry rule of the public half, in the order in which a reader would ask."""
    geometry = published.geometry
    findings = _crs(published, profile, checked) + _present(geometry, checked)
    findings += _kind(geometry, profile, checked) + _flat(geometry, checked)
    present = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    findings += _valid(geometry, present, checked)
    findings += _on_grid(geometry, profile.ground.grid, checked)
    if profile.layer.geometry == "polygon":
        findings += _large_enough(geometry, profile.ground.min_area, checked)
    if profile.layer.coverage:
        findings += _coverage(geometry, checked)
    return findings


def _crs(published: FeatureTable, profile: Profile, checked: Checked) -> list[Finding]:
    checked["crs"] = 1
    if published.crs == profile.ground.crs:
        return []
    zh, en = "坐标系与方案不符", "the CRS is not the profile's ground CRS"
    return [Finding("crs", "refuse", zh, en)]


def _present(geometry: Geometries, checked: Checked) -> list[Finding]:
    checked["geometry_missing"] = len(geometry)
    missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    return flagged("geometry_missing", missing, "要素没有图形", "features without a geometry")


def _kind(geometry: Geometries, profile: Profile, checked: Checked) -> list[Finding]:
    checked["geometry_type"] = len(geometry)
    wrong = ~np.isin(shapely.get_type_id(geometry), _TYPES[profile.layer.geometry])
    return flagged("geometry_type", wrong, "图形类型与方案不符", "wrong geometry type")


def _flat(geometry: Geometries, checked: Checked) -> list[Finding]:
    """A third ordinate is a channel that no rule looks at."""
    checked["geometry_dimension"] = len(geometry)
    deep = np.asarray(shapely.has_z(geometry) | shapely.has_m(geometry))
    return flagged("geometry_dimension", deep, "图形含高程或度量值", "geometries carry Z or M")


def _valid(geometry: Geometries, present: npt.NDArray[np.bool_], checked: Checked) -> list[Finding]:
    checked["geometry_valid"] = len(geometry)
    invalid = present & ~shapely.is_valid(geometry)
    return flagged("geometry_valid", invalid, "图形不合法", "invalid geometries")


def _on_grid(geometry: Geometries, grid: float, checked: Checked) -> list[Finding]:
    """Every ordinate is a whole multiple of the grid within a micrometre."""
    features = np.zeros(len(geometry), dtype=bool)
    checked["grid"] = 0
    for first in range(0, len(geometry), _SLICE):
        part = geometry[first : first + _SLICE]
        coordinates, rows = shapely.get_coordinates(part, return_index=True)
        checked["grid"] += len(coordinates)
        remainder = np.abs(coordinates - np.rint(coordinates / grid) * grid)
        # Written so that a NaN ordinate counts as off the grid.
        off = ~(remainder <= GRID_TOLERANCE).all(axis=1)
        features[first + rows[off]] = True
    return flagged(
        "grid",
        features,
        f"有节点不在 {grid:g} 米格网上",
        f"features with vertices off the {grid:g} m grid",
    )


def _large_enough(geometry: Geometries, min_area: float, checked: Checked) -> list[Finding]:
    # Only what has several parts is taken apart, since that copies it.
    count = shapely.get_num_geometries(geometry)
    several = count > 1
    parts, rows = shapely.get_parts(geometry[several], return_index=True)
    checked["min_area"] = int(count.sum())
    least = min_area - _AREA_TOLERANCE
    small = (count == 1) & (shapely.area(geometry) < least)
    small[np.flatnonzero(several)[rows[shapely.area(parts) < least]]] = True
    return flagged(
        "min_area",
        small,
        f"有部分小于最小面积 {min_area:g} 平方米",
        f"features with parts below the minimum area of {min_area:g} m2",
    )


def _coverage(geometry: Geometries, checked: Checked) -> list[Finding]:
    """No overlaps, and shared borders with the same vertices on both sides."""
    checked["coverage"] = len(geometry)
    polygonal = np.flatnonzero(np.isin(shapely.get_type_id(geometry), (3, 6)))
    wrong = np.zeros(len(geometry), dtype=bool)
    wrong[polygonal] = coverage_conflicts(geometry[polygonal])
    return flagged("coverage", wrong, "图斑重叠或公共边界不一致", "not a valid coverage")
