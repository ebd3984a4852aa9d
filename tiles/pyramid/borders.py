"""Which polygons touch, by the edges they have in common."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from tiles.pyramid.tile_features import Geometries

Rows = npt.NDArray[np.int64]


def shared_borders(geometry: Geometries) -> tuple[Rows, Rows, npt.NDArray[np.float64]]:
    """Pairs of rows that have edges in common, vertex for vertex, and the length in common.

    Exact for a valid coverage; polygons whose vertices do not meet are no neighbours here.
    """
    ends, owner = _edges(geometry)
    order = np.lexsort(ends.T)
    same = (ends[order[1:]] == ends[order[:-1]]).all(axis=1)
    a, b = owner[order[:-1][same]], owner[order[1:][same]]
    length = np.hypot(*(ends[order[:-1][same], 2:] - ends[order[:-1][same], :2]).T)
    apart = a != b
    low, high = np.minimum(a, b)[apart], np.maximum(a, b)[apart]
    pairs, index = np.unique(low * len(geometry) + high, return_inverse=True)
    total = np.bincount(index, weights=length[apart], minlength=len(pairs)).astype(np.float64)
    return pairs // len(geometry), pairs % len(geometry), total


def _edges(geometry: Geometries) -> tuple[npt.NDArray[np.float64], Rows]:
    """Every edge as (x0, y0, x1, y1) with the lesser end first, and the row it belongs to."""
    rings, owner = shapely.get_rings(geometry, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    within = ring[1:] == ring[:-1]
    start, end = points[:-1][within], points[1:][within]
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    start[swap], end[swap] = end[swap], start[swap].copy()
    return np.hstack([start, end]), owner[ring[:-1][within]].astype(np.int64)


def touching_groups(count: int, first: Rows, second: Rows) -> Rows:
    """The least row of the group to which each of ``count`` rows belongs, from touching pairs."""
    group = np.arange(count, dtype=np.int64)
    while (group[first] != group[second]).any():
        a, b = group[first], group[second]
        np.minimum.at(group, np.maximum(a, b), np.minimum(a, b))
        while (group[group] != group).any():
            group = group[group]
    return group
