"""Which vertices of a mosaic a zoom can do without, the same for both sides of every border."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely

from tiles.pyramid.mosaic import Flags, Mosaic
from tiles.pyramid.ragged import Integers, ends_of, scattered
from tiles.pyramid.tile_features import Geometries

_MENDING = 3


def junctions(mosaic: Mosaic) -> Flags:
    """Vertices where borders meet or end, and one of each border that closes on itself."""
    once = (mosaic.twin < 0) | (mosaic.start < mosaic.end)
    count = np.bincount(mosaic.start[once], minlength=len(mosaic.vertices))
    count += np.bincount(mosaic.end[once], minlength=len(mosaic.vertices))
    meeting: Flags = count != 2
    if len(mosaic.start):
        closed = ~np.logical_or.reduceat(meeting[mosaic.start], mosaic.ring_start[:-1])
        # The same one from both sides of the border, so it is chosen by its number.
        lowest = np.minimum.reduceat(mosaic.start, mosaic.ring_start[:-1])
        meeting[lowest[closed]] = True
    return meeting


def needed_vertices(mosaic: Mosaic, junction: Flags, tolerance: float) -> Flags:
    """Junctions and what Douglas and Peucker's method keeps between them (tolerance: CRS units).

    Each border between two junctions is simplified once, so neighbours stay neighbours.
    """
    kept = junction.copy()
    edges, lengths = _borders(mosaic, junction)
    if not len(lengths):
        return kept
    starts = ends_of(lengths)
    vertex = np.empty(len(edges) + len(lengths), dtype=np.int64)
    place = starts + np.arange(len(starts))
    vertex[place[1:] - 1] = mosaic.end[edges[starts[1:] - 1]]
    vertex[scattered(place[:-1], lengths)] = mosaic.start[edges]
    # The number of each vertex travels as its height, to be read off the simplified line.
    points = np.column_stack([mosaic.vertices[vertex], vertex])
    lines = shapely.linestrings(points, indices=np.repeat(np.arange(len(lengths)), lengths + 1))
    thinner = shapely.simplify(lines, tolerance, preserve_topology=False)
    left = shapely.get_coordinates(thinner, include_z=True)[:, 2]
    kept[left.astype(np.int64)] = True
    return kept


def simplified(mosaic: Mosaic, kept: Flags, drawn: Callable[[Mosaic], Geometries]) -> Mosaic:
    """The mosaic without the vertices not ``kept``, as far as its polygons stay valid.

    ``drawn``: the polygons of a mosaic as they will be seen. Where a simplified border would cross
    another one, the face gets its own vertices back, and with it all its neighbours along their
    common borders.
    """
    kept = kept.copy()
    suspects = np.arange(mosaic.faces)
    for _ in range(_MENDING):
        thinner = mosaic.without(kept)
        shapes = drawn(thinner.subset(suspects))
        broken = suspects[~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)]
        if not len(broken):
            break
        own = np.isin(mosaic.face, broken)
        kept[mosaic.start[own]] = True
        # Only neighbours of what was mended can have changed.
        beside = mosaic.other_face[own]
        suspects = np.union1d(broken, beside[beside >= 0])
    return thinner


def _borders(mosaic: Mosaic, junction: Flags) -> tuple[Integers, Integers]:
    """Edges of all borders that have a vertex to lose, border by border, and how many each has."""
    lengths = np.diff(mosaic.ring_start)
    at = np.flatnonzero(junction[mosaic.start])
    ring = np.repeat(np.arange(len(lengths)), lengths)
    # Each ring turned to begin at a junction, so that no border runs over its end.
    first = np.zeros(len(lengths), dtype=np.int64)
    first[ring[at][::-1]] = (at - mosaic.ring_start[:-1][ring[at]])[::-1]
    nth = scattered(np.zeros(len(lengths), dtype=np.int64), lengths)
    turned = mosaic.ring_start[:-1][ring] + (nth + first[ring]) % lengths[ring]
    begins = np.flatnonzero(junction[mosaic.start[turned]])
    count = np.diff(begins, append=len(turned))
    head = turned[begins]
    # Of the two sides of a border the one on the left of the lesser face, or the only one.
    canonical = (mosaic.twin[head] < 0) | (mosaic.face[head] < mosaic.other_face[head])
    chosen = np.flatnonzero(canonical & (count > 1))
    return turned[scattered(begins[chosen], count[chosen])], count[chosen]
