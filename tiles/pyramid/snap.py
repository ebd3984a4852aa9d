"""Geometry in whole units: snapping, clipping to a tile, and repair of what that breaks.

Every function works on object arrays of shapely geometries whose coordinates are units of one
zoom (see ``tile_grid``). What comes out is on whole units, valid, without degenerate rings, and
of the layer's own kind of geometry; ``None`` stands where nothing is left.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import shapely

from tiles.desensitise.geometry import grouped
from tiles.pyramid.layer_spec import GeometryKind
from tiles.pyramid.tile_features import Geometries
from tiles.pyramid.tile_grid import TileMatrix

Box = tuple[float, float, float, float]
Exact = Callable[[npt.NDArray[np.intp]], Geometries]

_DIMENSION = {"point": 0, "line": 1, "polygon": 2}


def snap_to_units(geometry: Geometries, matrix: TileMatrix, kind: GeometryKind) -> Geometries:
    """Geometry in CRS coordinates to whole units of one zoom.

    A vertex rounds to the same place in whatever feature it stands, so that borders shared by
    neighbours stay shared. Only features that rounding made invalid are snap-rounded one by one.
    """
    snapped = shapely.transform(geometry, lambda xy: np.rint(matrix.to_units(xy)))
    return _settle(snapped, lambda rows: shapely.transform(geometry[rows], matrix.to_units), kind)


def clip_to_box(geometry: Geometries, box: Box, kind: GeometryKind) -> Geometries:
    """The part of each snapped geometry within ``box``, on whole units."""
    clipped = shapely.transform(shapely.clip_by_rect(geometry, *box), np.rint)
    if kind != "polygon":
        return _settle(clipped, clipped.__getitem__, kind)
    # clip_by_rect is fast but may leave an invalid polygon, and a cut rounded along the border may
    # cross its neighbour edge: those few are cut again by the exact overlay, which snap-rounds.
    broken = ~shapely.is_valid(clipped)
    if broken.any():
        clipped[broken] = shapely.intersection(geometry[broken], shapely.box(*box), grid_size=1.0)
    return _settle(clipped, clipped.__getitem__, kind)


def cut_to_box(geometry: Geometries, box: Box, kind: GeometryKind) -> Geometries:
    """The part of each geometry within ``box``, valid, but cut points not on whole units."""
    cut = shapely.clip_by_rect(geometry, *box)
    broken = ~shapely.is_valid(cut)
    if broken.any():
        cut[broken] = shapely.intersection(geometry[broken], shapely.box(*box))
    return keep_kind(cut, kind)


def keep_kind(geometry: Geometries, kind: GeometryKind) -> Geometries:
    """Drop the parts of collections that are not of the layer's kind; empty becomes ``None``."""
    dimension = _DIMENSION[kind]
    result = geometry.copy()
    mixed = shapely.get_type_id(geometry) == shapely.GeometryType.GEOMETRYCOLLECTION
    for row in np.flatnonzero(mixed):
        result[row] = _parts_of_dimension(geometry[row], kind)
    wrong = shapely.get_dimensions(result) != dimension
    result[wrong | shapely.is_empty(result) | shapely.is_missing(result)] = None
    return result


def _parts_of_dimension(collection: shapely.Geometry, kind: GeometryKind) -> shapely.Geometry:
    parts: Geometries = np.array([collection], dtype=object)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts = shapely.get_parts(parts)
    wanted = parts[shapely.get_dimensions(parts) == _DIMENSION[kind]]
    if kind == "polygon":
        return shapely.MultiPolygon(wanted.tolist())
    if kind == "line":
        return shapely.MultiLineString(wanted.tolist())
    return shapely.MultiPoint(wanted.tolist())


def _settle(snapped: Geometries, exact: Exact, kind: GeometryKind) -> Geometries:
    """Make snapped geometries valid, falling back on ``exact`` where rounding broke them."""
    if kind == "polygon":
        return settle_polygons(snapped, exact)
    if kind == "line":
        return _settle_lines(keep_kind(snapped, kind))
    return keep_kind(snapped, kind)


def _settle_lines(snapped: Geometries) -> Geometries:
    """Lines without repeated points and without the parts that rounding collapsed."""
    result = snapped.copy()
    lines = np.flatnonzero(~shapely.is_missing(snapped))
    parts, row = shapely.get_parts(snapped[lines], return_index=True)
    long = shapely.length(parts) > 0
    result[lines] = grouped(shapely.remove_repeated_points(parts[long]), row[long], len(lines))
    return result


def settle_polygons(snapped: Geometries, exact: Exact) -> Geometries:
    """Polygons on whole units, valid and wound; those that rounding broke are rounded anew.

    ``exact`` gives the polygons of an index array as they were before rounding.
    """
    result = keep_kind(snapped, "polygon")
    broken = np.flatnonzero(~shapely.is_valid(result) & ~shapely.is_missing(result))
    if len(broken):
        result[broken] = keep_kind(_snap_round(exact(broken)), "polygon")
    result[shapely.area(result) == 0] = None
    # Only now: on a ring that rounding collapsed to a point GEOS raises an error here.
    repeating = _repeating(result)
    result[repeating] = shapely.remove_repeated_points(result[repeating])
    return shapely.orient_polygons(result)


def _repeating(geometry: Geometries) -> npt.NDArray[np.intp]:
    """Rows with a point that repeats the one before it."""
    points, row = shapely.get_coordinates(geometry, return_index=True)
    same = (points[1:] == points[:-1]).all(axis=1) & (row[1:] == row[:-1])
    return np.unique(row[1:][same])


def _snap_round(geometry: Geometries) -> Geometries:
    """Snap-rounding to whole units with valid output.

    The overlay needs valid input. Should it still report an invalid polygon, the feature is
    dropped rather than drawn wrong.
    """
    invalid = ~shapely.is_valid(geometry)
    geometry = geometry.copy()
    geometry[invalid] = shapely.make_valid(geometry[invalid])
    rounded = shapely.set_precision(geometry, 1.0)
    rounded[~shapely.is_valid(rounded)] = None
    return rounded
