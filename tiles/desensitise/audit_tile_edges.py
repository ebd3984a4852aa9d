"""The edges of the published table, for the audit of tiles: does a place lie on one of them?"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import shapely

from tiles.desensitise.audit_published import Floats, Integers, Published, distinct
from tiles.desensitise.audit_tile_matrix import TileMatrixSet
from tiles.desensitise.audit_tiles import Flags

_NODING = 1.5


class PublishedEdges:
    """``projected``: the published places in the CRS of the tile matrix set."""

    def __init__(self, published: Published, projected: Floats, matrix_set: TileMatrixSet) -> None:
        self._published = published
        self._projected = projected
        self._set = matrix_set

    def touched(self, units: Integers, row: Integers, zoom: int) -> Flags:
        """Which places (n, 2) lie within 1.5 units of an edge of their row, of any where it is -1.

        Noding puts a vertex where rounded edges meet, which is that far from either at most.
        """
        touched = np.zeros(len(units), dtype=bool)
        named = row >= 0
        xy = self._set.coordinates(units.astype(np.float64), zoom)
        reach = _NODING * self._set.unit(zoom)
        if named.any():
            owners, start, end = self._published.edges
            concerned = np.zeros(len(self._published), dtype=bool)
            concerned[row[named]] = True
            chosen = concerned[owners]
            tree = self._tree(start[chosen], end[chosen])
            point, edge = tree.query(shapely.points(xy[named]), "dwithin", distance=reach)
            own = owners[chosen][edge] == row[named][point]
            touched[np.flatnonzero(named)[point[own]]] = True
        if not named.all():
            point, _ = self._all.query(shapely.points(xy[~named]), "dwithin", distance=reach)
            touched[np.flatnonzero(~named)[point]] = True
        return touched

    def _tree(self, start: Integers, end: Integers) -> shapely.STRtree:
        ends = np.stack([self._projected[start], self._projected[end]], axis=1)
        return shapely.STRtree(np.asarray(shapely.linestrings(ends)))

    @cached_property
    def _all(self) -> shapely.STRtree:
        _, start, end = self._published.edges
        size = max(len(self._published.places), 1)
        edges = distinct(np.minimum(start, end) * size + np.maximum(start, end))
        return self._tree(edges // size, edges % size)
