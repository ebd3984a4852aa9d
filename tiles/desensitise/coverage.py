"""A coverage on the ground grid: shared borders stay shared, every vertex is a grid point.

Rounding polygons one by one tears a coverage. Here the linework is rounded (``straight_lines``)
and noded once (``snap_rounding``), cut into faces, and each face given to the raw polygon that it lies in, so the
result is a valid coverage whatever the input was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from tiles.desensitise.planar_faces import trace_faces
from tiles.desensitise.snap_rounding import node, rounded_segments
from tiles.desensitise.straight_lines import on_rounded_chords

Geometries: TypeAlias = npt.NDArray[np.object_]
Rows: TypeAlias = npt.NDArray[np.intp]


@dataclass(frozen=True)
class SnappedCoverage:
    """``geometry``: one polygon or multipolygon a row, ``None`` where nothing is left of it.

    ``overlapped``: rows that lost all or part to another polygon, because the input was no true
    coverage; ``overlap_area``: the area in m2 that was claimed more than once.
    """

    geometry: Geometries
    overlapped: Rows
    overlap_area: float


def snap_coverage(polygons: Geometries, grid: float) -> SnappedCoverage:
    """Snap valid (multi)polygons, none missing, to ``grid`` (metres of their CRS) as a coverage.

    Where polygons overlap the smallest keeps the ground, since the larger one is the backdrop;
    the report says how much that was.
    """
    coordinates, rings = shapely.get_coordinates(_rings(polygons), return_index=True)
    placed = on_rounded_chords(coordinates, rings, grid)
    segments = node(rounded_segments(placed, rings, grid))
    if not len(segments):
        return SnappedCoverage(np.full(len(polygons), None, object), np.empty(0, np.intp), 0.0)
    faces = trace_faces(segments, grid)
    owners, overlapped, overlap_area = _owners(faces, polygons, grid)
    return SnappedCoverage(_assembled(faces, owners, len(polygons)), overlapped, overlap_area)


def _rings(polygons: Geometries) -> Geometries:
    return np.asarray(shapely.get_rings(shapely.get_parts(polygons)))


def _owners(
    faces: Geometries, polygons: Geometries, grid: float
) -> tuple[npt.NDArray[np.intp], Rows, float]:
    """The row that each face belongs to (-1: a gap), who lost ground, and how much ground."""
    inner, depth = _deep_points(faces)
    # Asked from the polygons' side, since a query prepares what it asks with: a road network that
    # is one polygon of 100,000 vertices would else be walked through once for each face.
    hit_row, hit_face = shapely.STRtree(inner).query(polygons, predicate="intersects")
    hits = np.bincount(hit_face, minlength=len(faces))
    owners = np.full(len(faces), -1, dtype=np.intp)
    owners[hit_face] = hit_row
    # Snapping moves a border by less than 2.3 steps: a point deeper than that inside its face
    # lies in the same raw polygon as the face; elsewhere the areas decide.
    unsure = np.flatnonzero((depth <= 2.3 * grid) | (hits > 1))
    settled, losers, area = _owners_by_area(faces[unsure], polygons)
    owners[unsure] = settled
    return owners, losers, area


def _deep_points(faces: Geometries) -> tuple[Geometries, npt.NDArray[np.float64]]:
    """A point inside each face, and how far it lies from the face's boundary (metres)."""
    points, boundary = np.asarray(shapely.point_on_surface(faces)), shapely.boundary(faces)
    depth = np.asarray(shapely.distance(points, boundary))
    # The centroid lies deeper in most faces, but in a bent one it may lie outside.
    centroid = np.asarray(shapely.centroid(faces))
    depth_of_centroid = np.asarray(shapely.distance(centroid, boundary))
    better = np.flatnonzero(depth_of_centroid > depth)
    better = better[shapely.contains(faces[better], centroid[better])]
    points[better], depth[better] = centroid[better], depth_of_centroid[better]
    return points, depth


def _owners_by_area(
    faces: Geometries, polygons: Geometries
) -> tuple[npt.NDArray[np.intp], Rows, float]:
    owners = np.full(len(faces), -1, dtype=np.intp)
    row, face = shapely.STRtree(faces).query(polygons, predicate="intersects")
    shared = shapely.area(shapely.intersection(faces[face], polygons[row]))
    whole = shapely.area(faces)
    covering = shared >= 0.5 * whole[face]
    # Of the polygons that cover the face the smallest comes first, of the others the one with
    # the largest share; the row number settles ties.
    rank = np.where(covering, shapely.area(polygons)[row], -shared)
    order = np.lexsort((row, rank, ~covering, face))
    face, row, shared, covering = face[order], row[order], shared[order], covering[order]
    found, first = np.unique(face, return_index=True)
    outside = whole[found] - np.bincount(face, shared, len(faces))[found]
    keeps = shared[first] > np.maximum(outside, 0.0)
    owners[found[keeps]] = row[first[keeps]]
    lost = covering & (row != owners[face]) & (owners[face] >= 0)
    area = float(whole[np.unique(face[lost])].sum())
    return owners, np.unique(row[lost]), area


def _assembled(faces: Geometries, owners: npt.NDArray[np.intp], rows: int) -> Geometries:
    """One geometry a row out of its faces; only rows of several faces need a union."""
    result = np.full(rows, None, dtype=object)
    owned = np.flatnonzero(owners >= 0)
    owned = owned[np.argsort(owners[owned], kind="stable")]
    if not len(owned):
        return result
    found, first, count = np.unique(owners[owned], return_index=True, return_counts=True)
    single = count == 1
    result[found[single]] = faces[owned[first[single]]]
    for row, start, size in zip(found[~single], first[~single], count[~single], strict=True):
        result[row] = shapely.coverage_union_all(faces[owned[start : start + size]])
    return result
