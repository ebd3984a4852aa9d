"""Small patches of a mosaic pass to a neighbour (图斑归并) instead of leaving a hole.

At a low zoom every parcel of a city may be too small to be seen. Were small ones simply dropped,
the map would go blank; so each takes the class of the neighbour with which it shares the longest
border, and neighbours of one class are merged again.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely

from tiles.pyramid.generalise import Constant, Source, merge_by_class
from tiles.pyramid.tile_features import Geometries

_ROUNDS = 4

Rows = npt.NDArray[np.int64]


def absorb_small(source: Source, constant: Constant, min_area: float) -> tuple[Source, int]:
    """Pass polygons below ``min_area`` (CRS units squared) to neighbours; returns how many passed.

    ``source`` is merged by class. Polygons without a neighbour stay as they are.
    """
    passed = 0
    for _ in range(_ROUNDS):
        small = shapely.area(source.geometry) < min_area
        rows, hosts = _hosts(source.geometry, small)
        if not len(rows):
            break
        passed += len(rows)
        classes = source.classes.copy()
        classes[rows] = source.classes[hosts]
        source = merge_by_class(replace(source, classes=classes), constant)
    return source, passed


def _hosts(geometry: Geometries, small: npt.NDArray[np.bool_]) -> tuple[Rows, Rows]:
    """Small rows that have a larger neighbour, and for each the one with the longest border.

    A host is always larger (row number breaks ties), so two patches never swap their classes.
    """
    first, second, length = shared_borders(geometry)
    area = shapely.area(geometry)
    rank = np.empty(len(area), dtype=np.int64)
    rank[np.lexsort((np.arange(len(area)), area))] = np.arange(len(area))
    rows = np.concatenate([first, second])
    hosts = np.concatenate([second, first])
    length = np.concatenate([length, length])
    fit = small[rows] & (rank[hosts] > rank[rows])
    rows, hosts, length = rows[fit], hosts[fit], length[fit]
    order = np.lexsort((rank[hosts], length, rows))
    last = np.flatnonzero(np.diff(rows[order], append=-1) != 0)
    chosen = order[last]
    return rows[chosen], hosts[chosen]


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
