"""The edges of the published table, for the audit of tiles: does a place lie on one of them?"""

from __future__ import annotations

import numpy as np
import shapely

from tiles.desensitise.audit_published import Floats, Integers, Published
from tiles.desensitise.audit_tile_matrix import TileMatrixSet
from tiles.desensitise.audit_tiles import Flags

_NODING = 1.5
# Metres by which an edge of 100 km may bend from one CRS to another.
_CURVATURE = 100.0


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
        if not len(units):
            return touched
        named = row >= 0
        xy = self._set.coordinates(units.astype(np.float64), zoom)
        concerned = np.union1d(row[named], self._rows_around(xy[~named], zoom))
        owners, start, end = self._published.edges_of(concerned)
        ends = np.stack([self._projected[start], self._projected[end]], axis=1)
        tree = shapely.STRtree(np.asarray(shapely.linestrings(ends)))
        reach = _NODING * self._set.unit(zoom)
        point, edge = tree.query(shapely.points(xy), "dwithin", distance=reach)
        own = ~named[point] | (owners[edge] == row[point])
        touched[point[own]] = True
        return touched

    def _rows_around(self, xy: Floats, zoom: int) -> Integers:
        """The rows whose boxes hold one of the places (CRS of the set), with room to spare.

        A straight edge of the one CRS is a curve in the other, though of metres only.
        """
        if not len(xy):
            return np.empty(0, np.int64)
        ground = self._published.on_ground(xy, self._set.crs)
        beside = self._published.on_ground(xy + 4.0 * self._set.unit(zoom), self._set.crs)
        room = np.hypot(*(beside - ground).T)[:, None] + _CURVATURE
        boxes = shapely.box(*(ground - room).T, *(ground + room).T)
        return np.unique(self._published.tree.query(boxes)[1])
