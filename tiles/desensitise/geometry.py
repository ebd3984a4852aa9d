"""Geometry on the ground grid: reprojected, of one kind, rounded, with the small parts gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyproj
import pyproj.exceptions
import shapely

from tiles.desensitise.errors import Refusal
from tiles.desensitise.profile_sections import GeometryKind
from tiles.desensitise.straight_lines import on_rounded_chords

Geometries: TypeAlias = npt.NDArray[np.object_]
Flags: TypeAlias = npt.NDArray[np.bool_]

_DIMENSION: dict[GeometryKind, int] = {"point": 0, "line": 1, "polygon": 2}
# Metres; projected coordinates with a false easting in front stay below it.
_FARTHEST = 1e8
_COLLECT: dict[int, Callable[..., Any]] = {
    0: shapely.multipoints,
    1: shapely.multilinestrings,
    3: shapely.multipolygons,
}


class OutsideGround(Refusal):
    """Coordinates that have no place in the ground CRS (坐标超出投影范围)."""

    code = "outside_ground"


def to_ground(geometry: Geometries, source_crs: str, ground_crs: str) -> Geometries:
    """Two-dimensional geometries in ``ground_crs``; missing and empty ones become ``None``.

    Raises OutsideGround where coordinates are not finite, have no image, or lie further out than
    the Earth is large; pyproj's CRSError for an unknown CRS.
    """
    deep = bool(shapely.has_z(geometry).any() or shapely.has_m(geometry).any())
    flat = np.asarray(shapely.force_2d(geometry)) if deep else geometry.copy()
    flat[shapely.is_missing(flat) | shapely.is_empty(flat)] = None
    source, ground = pyproj.CRS.from_user_input(source_crs), pyproj.CRS.from_user_input(ground_crs)
    if source != ground:
        flat = _projected(flat, source, ground)
    if not (np.abs(shapely.get_coordinates(flat)) <= _FARTHEST).all():
        raise _outside(ground_crs)
    return flat


def _projected(geometry: Geometries, source: pyproj.CRS, ground: pyproj.CRS) -> Geometries:
    transformer = pyproj.Transformer.from_crs(source, ground, always_xy=True)

    def project(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1], errcheck=True))

    try:
        return np.asarray(shapely.transform(geometry, project))
    except pyproj.exceptions.ProjError as error:
        raise _outside(ground.to_string()) from error


def _outside(ground_crs: str) -> OutsideGround:
    return OutsideGround(
        f"有坐标无法落到 {ground_crs}",
        f"coordinates that cannot be placed in {ground_crs}",
        where="ground.crs",
        mend_zh="核对原始数据的坐标系与方案的 ground.crs。",
        mend_en="Check the CRS of the raw data and ground.crs of the profile.",
    )


def invalid(geometry: Geometries) -> Flags:
    """Which geometries are there and not valid."""
    return np.asarray(~shapely.is_missing(geometry) & ~shapely.is_valid(geometry))


def of_kind(geometry: Geometries, kind: GeometryKind, broken: Flags | None = None) -> Geometries:
    """Valid geometries that hold only parts of ``kind``; ``None`` where no such part is.

    Invalid polygons are mended first; a collection gives up its other parts. ``broken``: what
    ``invalid`` said of them, if it was asked before.
    """
    result = geometry.copy()
    if kind == "polygon" and broken is None:
        broken = invalid(result)
    if kind == "polygon" and broken is not None and broken.any():
        result[broken] = shapely.make_valid(
            result[broken], method="structure", keep_collapsed=False
        )
    mixed = (shapely.get_type_id(result) == 7) | _other_dimension(result, kind)
    for row in np.flatnonzero(mixed):
        result[row] = _parts_of_kind(result[row], _DIMENSION[kind])
    return result


def _other_dimension(geometry: Geometries, kind: GeometryKind) -> Flags:
    dimension = shapely.get_dimensions(geometry)
    return np.asarray(~shapely.is_missing(geometry) & (dimension != _DIMENSION[kind]))


def _parts_of_kind(geometry: shapely.Geometry, dimension: int) -> shapely.Geometry | None:
    parts = np.asarray(shapely.get_parts(geometry))
    while (shapely.get_type_id(parts) > 3).any():
        parts = np.asarray(shapely.get_parts(parts))
    parts = parts[(shapely.get_dimensions(parts) == dimension) & ~shapely.is_empty(parts)]
    collected = grouped(parts, np.zeros(len(parts), dtype=np.intp), 1)
    return collected[0]  # type: ignore[no-any-return]


def grouped(parts: Geometries, rows: npt.NDArray[np.intp], count: int) -> Geometries:
    """Simple parts of one kind, collected to ``count`` geometries; ``rows`` ascends.

    A row of one part keeps it simple, of several becomes a multi-geometry, of none ``None``.
    """
    result = np.full(count, None, dtype=object)
    if not len(parts):
        return result
    number = np.bincount(rows, minlength=count)
    alone = number[rows] == 1
    result[rows[alone]] = parts[alone]
    many = ~alone
    if many.any():
        build = _COLLECT[int(shapely.get_type_id(parts[0]))]
        owners, numbered = np.unique(rows[many], return_inverse=True)
        result[owners] = build(parts[many], indices=numbered)
    return result


def snap_polygons(polygons: Geometries, grid: float) -> Geometries:
    """Polygons on the grid one by one, valid, not as a coverage; collapsed ones ``None``."""
    snapped = np.asarray(shapely.set_precision(polygons, grid, mode="valid_output"))
    return of_kind(_exact(_without_empty(snapped), grid), "polygon")


def snap_lines(lines: Geometries, grid: float) -> Geometries:
    """Lines with every vertex rounded; a part that shrinks to a point is left out."""
    parts, rows = shapely.get_parts(lines, return_index=True)
    coordinates, part = shapely.get_coordinates(parts, return_index=True)
    if not len(coordinates):
        return np.full(len(lines), None, dtype=object)
    steps = np.rint(on_rounded_chords(coordinates, part, grid) / grid)
    moved = np.ones(len(steps), dtype=bool)
    moved[1:] = (part[1:] != part[:-1]) | (steps[1:] != steps[:-1]).any(axis=1)
    steps, part = steps[moved], part[moved]
    long = np.bincount(part, minlength=len(parts)) > 1
    keep = long[part]
    numbers = np.cumsum(long) - 1
    if not long.any():
        return np.full(len(lines), None, dtype=object)
    rounded = shapely.linestrings(steps[keep] * grid, indices=numbers[part[keep]])
    return grouped(np.asarray(rounded), rows[long], len(lines))


def snap_points(points: Geometries, grid: float) -> Geometries:
    """Points at the nearest grid point; points of one feature that fall together become one."""
    parts, rows = shapely.get_parts(points, return_index=True)
    steps = np.rint(shapely.get_coordinates(parts) / grid)
    keyed = np.unique(np.column_stack([rows, steps]), axis=0)
    return grouped(
        np.asarray(shapely.points(keyed[:, 1:] * grid)), keyed[:, 0].astype(np.intp), len(points)
    )


def without_small_parts(polygons: Geometries, min_area: float) -> tuple[Geometries, int]:
    """Without parts below ``min_area`` m2, and how many parts that were."""
    parts, rows = shapely.get_parts(polygons, return_index=True)
    large = shapely.area(parts) >= min_area
    if large.all():
        return polygons, 0
    return grouped(parts[large], rows[large], len(polygons)), int((~large).sum())


def _without_empty(geometry: Geometries) -> Geometries:
    result = geometry.copy()
    result[shapely.is_missing(result) | shapely.is_empty(result)] = None
    return result


def _exact(geometry: Geometries, grid: float) -> Geometries:
    """Coordinates as exact products of a whole number and ``grid``, free of rounding noise."""
    return np.asarray(shapely.transform(geometry, lambda xy: np.rint(xy / grid) * grid))
