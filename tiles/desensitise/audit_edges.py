"""The edges of a set of polygons as numbers, and ways to look at near ones together.

A million polygons have ten million edges. Looked at as a whole they need the memory of the table
twice over and time that grows faster than their number, since nothing stays in the processor's
cache; so every question is asked stripe by stripe from west to east.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

Geometries: TypeAlias = npt.NDArray[np.object_]
Floats: TypeAlias = npt.NDArray[np.float64]
Rows: TypeAlias = npt.NDArray[np.intp]
Numbers: TypeAlias = npt.NDArray[np.int32]

_AT_ONCE = 1 << 16
_SAMPLE = 101
_SLICE = 20_000
_WIDEST = 2.0**62


@dataclass(frozen=True)
class Edges:
    """Directed edges, the polygon on their left. ``start``, ``end``: vertex numbers.

    Vertices are numbered from west to east, stripe by stripe. All numbers have 32 bits: widen them
    before they are multiplied.
    """

    vertices: Floats
    start: Numbers
    end: Numbers
    ring: Numbers
    row: Numbers


def edges_of(polygons: Geometries) -> Edges:
    """The edges of (multi)polygons, none missing; ``row``: of the polygon."""
    points, ring, row = _ring_points(polygons)
    vertices, number = numbered(points)
    del points
    along = (ring[1:] == ring[:-1]) & (number[1:] != number[:-1])
    start, end, ring = number[:-1][along], number[1:][along], ring[:-1][along]
    return Edges(vertices, start, end, ring, row[ring])


def numbered(points: Floats) -> tuple[Floats, Numbers]:
    """The distinct points, and the number of each point among them."""
    number = np.empty(len(points), dtype=np.int32)
    vertices = [np.empty((0, 2))]
    count = 0
    for rows in stripes(points[:, 0]):
        part = points[rows]
        keys, own = np.unique(_sortable(part), return_inverse=True)
        one = np.empty(len(keys), dtype=np.intp)
        one[own] = np.arange(len(rows))
        number[rows] = own + count
        vertices.append(part[one])
        count += len(keys)
    return np.concatenate(vertices), number


def found_among(points: Floats, others: Floats) -> npt.NDArray[np.bool_]:
    """Which points (n, 2) stand among the others."""
    found = np.zeros(len(points), dtype=bool)
    for rows in stripes(np.concatenate([points[:, 0], others[:, 0]])):
        own, other = rows[rows < len(points)], rows[rows >= len(points)] - len(points)
        keys = _sortable(np.concatenate([points[own], others[other]]))
        found[own] = np.isin(keys[: len(own)], keys[len(own) :])
    return found


def _sortable(points: Floats) -> npt.NDArray[np.generic]:
    """One number for each point, ascending by x and then y: an integer where all are whole."""
    with np.errstate(invalid="ignore"):
        whole = points.astype(np.int64)
    low, high = whole.min(axis=0, initial=0), whole.max(axis=0, initial=0)
    size = high.astype(np.float64) - low + 1.0
    if (whole != points).any() or size.prod() >= _WIDEST:
        return np.asarray(points[:, 0] + 1j * points[:, 1])
    return np.asarray((whole[:, 0] - low[0]) * np.int64(size[1]) + (whole[:, 1] - low[1]))


def stripes(low: Floats, high: Floats | None = None) -> Iterator[Rows]:
    """Rows in stripes of about equal number; equal values stand in one stripe.

    With ``high`` a row spans from ``low`` to it and stands in every stripe that it reaches: any
    two rows that have a value in common meet in one of them.
    """
    count = len(low) // _AT_ONCE
    if count < 2:
        yield np.arange(len(low))
        return
    sample = np.sort(low[::_SAMPLE])
    borders = np.unique(sample[np.arange(1, count) * len(sample) // count])
    first = np.searchsorted(borders, low, side="right")
    if high is None:
        yield from _gathered(np.arange(len(low)), first)
        return
    last = np.searchsorted(borders, high, side="right")
    while int((last - first).sum()) > len(low):  # long ones: wider stripes, or each stands in many
        first, last = first // 2, last // 2
    reach = last - first + 1
    rows = np.repeat(np.arange(len(low)), reach)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(reach) - reach, reach)
    yield from _gathered(rows, first[rows] + nth)


def around_vertices(edges: Edges) -> Iterator[tuple[Rows, Rows]]:
    """Stripes of vertices: the edges that start in each, and those that end in it."""
    count = len(edges.vertices) // _AT_ONCE + 1
    size = -(-len(edges.vertices) // count) or 1
    leaving, arriving = (
        _parts((side // size).astype(np.uint16), count) for side in (edges.start, edges.end)
    )
    yield from zip(leaving, arriving, strict=True)


def ring_lengths(polygons: Geometries) -> tuple[Rows, Rows]:
    """Points of each ring in the order of the coordinates, and the row of its (multi)polygon.

    Only polygons of several rings are taken apart, since that copies them.
    """
    simple = shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON
    simple &= shapely.get_num_interior_rings(polygons) == 0
    several = np.flatnonzero(~simple)
    parts, part_row = shapely.get_parts(polygons[several], return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    count = np.ones(len(polygons), dtype=np.intp)
    count[several] = np.bincount(part_row[ring_part], minlength=len(several))
    row = np.repeat(np.arange(len(polygons)), count)
    lengths = shapely.get_num_coordinates(polygons).astype(np.intp)[row]
    lengths[~simple[row]] = shapely.get_num_points(rings)
    return lengths, row


def _ring_points(polygons: Geometries) -> tuple[Floats, Numbers, Numbers]:
    """Points of all rings, shells anticlockwise; the ring of each; and the row of each ring."""
    points = np.empty((int(shapely.get_num_coordinates(polygons).sum()), 2))
    ring = np.empty(len(points), dtype=np.int32)
    rows, filled, rings = [np.empty(0, dtype=np.int32)], 0, 0
    for at in range(0, len(polygons), _SLICE):
        wound = np.asarray(shapely.orient_polygons(polygons[at : at + _SLICE], exterior_cw=False))
        lengths, row = ring_lengths(wound)
        end = filled + int(lengths.sum())
        points[filled:end] = shapely.get_coordinates(wound)
        ring[filled:end] = np.repeat(np.arange(rings, rings + len(lengths)), lengths)
        rows.append((row + at).astype(np.int32))
        filled, rings = end, rings + len(lengths)
    return points, ring, np.concatenate(rows)


def _gathered(rows: Rows, stripe: Rows) -> Iterator[Rows]:
    for part in _parts(stripe.astype(np.uint16), int(stripe.max(initial=0)) + 1):
        if len(part):
            yield rows[part]


def _parts(stripe: npt.NDArray[np.uint16], count: int) -> Iterator[Rows]:
    """The rows of each stripe, ascending; sixteen bits are sorted by their digits."""
    order = np.argsort(stripe, kind="stable")
    ends = np.cumsum(np.bincount(stripe, minlength=count)).tolist()
    for begin, end in zip([0, *ends[:-1]], ends, strict=True):
        yield order[begin:end]
