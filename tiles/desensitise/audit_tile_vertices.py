"""The leak audit's rules on vertices in tiles: every one is explained by the published table.

A vertex is explained when it is a published one rounded to the units of the zoom (within one
unit), when it lies on the line along which its tile is cut, or when it lies on a published edge
(within 1.5 units: noding puts a vertex where rounded edges meet). At features with an id the
row's own vertices and edges must explain it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tiles.desensitise.audit_published import Floats, Integers, Published
from tiles.desensitise.audit_tile_edges import PublishedEdges
from tiles.desensitise.audit_tile_matrix import BUFFER, EXTENT, TileMatrixSet
from tiles.desensitise.audit_tiles import Flags, Tally, TileBatch

# Share of the vertices of a zoom below the highest that may be those of another feature.
_FOREIGN_SHARE = 0.01
_FOREIGN_ALWAYS = 20
_AROUND = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if (x, y) != (0, 0)]
# Room around the published places, in units, for vertices that lie outside them.
_ROOM = 4 * EXTENT

_SENTENCES = {
    "tile_id": (
        "瓦片内有公布表中没有的要素号（所列为瓦片号）",
        "features with an id that the published table does not have (numbers of tiles)",
    ),
    "tile_vertex": (
        "瓦片内有公布数据无法解释的节点（所列为瓦片号）",
        "vertices in tiles that the published geometry does not explain (numbers of tiles)",
    ),
    "tile_cut": (
        "最大级别的瓦片边缘上有不在公布的边上的节点（所列为瓦片号）",
        "vertices where tiles of the highest zoom are cut that lie on no edge (numbers of tiles)",
    ),
    "tile_foreign": (
        "大量节点属于别的要素（所列为要素行号）",
        "features drawn with the vertices of others (row numbers)",
    ),
}


@dataclass
class ZoomPlaces:
    """The published places in units of one zoom, searchable.

    ``exact`` (n, 2): not rounded. ``spots``: the distinct rounded places as ascending keys;
    ``spot_of``: the spot of each place; ``pairs``: row and spot of each published vertex as
    ascending keys. ``drawn``: spots that a vertex of a tile hit; ``strayed``: spot and offset in
    units of tile vertices that missed it by one unit.
    """

    zoom: int
    exact: Floats
    low: Integers
    height: int
    limit: Integers
    spots: Integers
    spot_of: Integers
    pairs: Integers
    drawn: Flags
    strayed: list[Integers] = field(default_factory=list)

    def keys(self, units: Integers) -> Integers:
        """One number for each place in whole units; -1 far from all that was published."""
        near = ((units >= self.low) & (units < self.limit)).all(axis=1)
        keys = (units[:, 0] - self.low[0]) * self.height + (units[:, 1] - self.low[1])
        return np.where(near, keys, -1)

    def spots_at(self, units: Integers) -> Integers:
        """The number of the spot at each place, -1 where nothing was published."""
        return _found(self.spots, self.keys(units))

    def pairs_at(self, rows: Integers, spots: Integers) -> Integers:
        """The number of the pair of each row and spot, -1 where the row has no such vertex."""
        return _found(self.pairs, np.where(spots < 0, -1, rows * len(self.spots) + spots))


def _found(sorted_keys: Integers, keys: Integers) -> Integers:
    if not len(sorted_keys):
        return np.full(len(keys), -1, dtype=np.int64)
    place = np.minimum(np.searchsorted(sorted_keys, keys), len(sorted_keys) - 1)
    return np.where(sorted_keys[place] == keys, place, -1)


def zoom_places(
    published: Published, projected: Floats, matrix_set: TileMatrixSet, zoom: int
) -> ZoomPlaces:
    """``projected``: the published places in the CRS of the matrix set."""
    exact = matrix_set.units(projected, zoom)
    units = np.rint(exact).astype(np.int64)
    low, high = (units.min(axis=0), units.max(axis=0)) if len(units) else (np.zeros(2, int),) * 2
    low, limit = low - _ROOM, high + _ROOM + 1
    height = int(limit[1] - low[1])
    keys = (units[:, 0] - low[0]) * height + (units[:, 1] - low[1])
    spots, spot_of = np.unique(keys, return_inverse=True)
    rows, places = published.incidences
    pairs = rows.astype(np.int64)
    pairs *= len(spots)
    pairs += spot_of[places]
    pairs.sort()
    drawn = np.zeros(len(spots), dtype=bool)
    return ZoomPlaces(zoom, exact, low, height, limit, spots, spot_of, pairs, drawn)


class VertexRules:
    """Explains every vertex of every tile, zoom by zoom."""

    def __init__(self, published: Published, matrix_set: TileMatrixSet, top: int) -> None:
        self.tally = Tally(_SENTENCES)
        self._published = published
        self._set = matrix_set
        self._top = top
        self._projected = published.projected(matrix_set.crs)
        self._edges = PublishedEdges(published, self._projected, matrix_set)
        self._foreign: list[Integers] = []

    def places(self, zoom: int) -> ZoomPlaces:
        """The published places at one zoom, to be handed to ``look`` with every batch of it."""
        return zoom_places(self._published, self._projected, self._set, zoom)

    def look(self, batch: TileBatch, places: ZoomPlaces) -> Integers:
        """Examine one batch; returns for each vertex the number of the pair (see ``ZoomPlaces``)
        that it stands for, -1 for none.
        """
        content, tally = batch.content, self.tally
        rows = content.ids - 1
        unknown = (rows < -1) | (rows >= len(self._published))
        tally.looked("tile_id", len(rows))
        tally.found("tile_id", batch.tile_ids[batch.feature_tile[unknown]])
        row = np.where(unknown, -1, rows)[content.vertex_feature]
        pairs = np.full(len(row), -1, dtype=np.int64)
        body = np.flatnonzero(~batch.is_label[content.vertex_feature])
        tally.looked("tile_vertex", len(body))
        spots = places.spots_at(batch.units[body])
        named = row[body] >= 0
        pairs[body[named]] = places.pairs_at(row[body[named]], spots[named])
        hit = np.where(named, pairs[body], spots) >= 0
        places.drawn[spots[hit]] = True
        left = body[~hit]
        left = left[~self._beside(batch, places, row, left, pairs=pairs)]
        cut = _on_cut(content.xy[left])
        self._cuts(batch, row, left[cut])
        left = left[~cut]
        left = left[~self._edges.touched(batch.units[left], row[left], batch.zoom)]
        if batch.zoom != self._top:
            left = self._without_foreign(batch, places, row, left)
        self._blame("tile_vertex", batch, left)
        return pairs

    def finish_zoom(self, places: ZoomPlaces) -> None:
        """Judge what adds up over a whole zoom."""
        foreign = np.concatenate([*self._foreign, np.empty(0, np.int64)])
        self.tally.looked("tile_foreign", int(places.drawn.sum()))
        if len(foreign) > max(_FOREIGN_SHARE * places.drawn.sum(), _FOREIGN_ALWAYS):
            self.tally.found("tile_foreign", foreign)
        self._foreign = []

    def _blame(self, rule: str, batch: TileBatch, vertices: Integers) -> None:
        tile = batch.feature_tile[batch.content.vertex_feature[vertices]]
        self.tally.found(rule, batch.tile_ids[tile])

    def _cuts(self, batch: TileBatch, row: Integers, cut: Integers) -> None:
        """At the highest zoom, where nothing is simplified, a cut vertex lies on an edge.

        But at the corners of the tile and its buffer, which polygons are cut to as well.
        """
        if batch.zoom != self._top:
            return
        self.tally.looked("tile_cut", len(cut))
        xy = batch.content.xy[cut]
        sides = cut[~((xy == -BUFFER) | (xy == EXTENT + BUFFER)).all(axis=1)]
        on_edge = self._edges.touched(batch.units[sides], row[sides], batch.zoom)
        self._blame("tile_cut", batch, sides[~on_edge])

    def _without_foreign(
        self, batch: TileBatch, places: ZoomPlaces, row: Integers, left: Integers
    ) -> Integers:
        """Less the vertices of features with an id that other published features explain.

        Below the highest zoom generalisation unites what touches, and noding joins borders of
        different features. Published those places are all the same; only many would be odd.
        """
        named = left[row[left] >= 0]
        nobody = np.full(len(named), -1, dtype=np.int64)
        explained = self._edges.touched(batch.units[named], nobody, batch.zoom)
        explained |= places.spots_at(batch.units[named]) >= 0
        self._foreign.append(row[named[explained]])
        return left[~np.isin(left, named[explained])]

    def _beside(
        self,
        batch: TileBatch,
        places: ZoomPlaces,
        row: Integers,
        left: Integers,
        *,
        pairs: Integers,
    ) -> Flags:
        """Which vertices lie one unit beside a published one (of their row), noted in ``pairs``."""
        beside = np.zeros(len(left), dtype=bool)
        if not len(left):
            return beside
        units, owner = batch.units[left], row[left]
        cut = _on_cut(batch.content.xy[left])
        for offset in _AROUND:
            spots = places.spots_at(units - offset)
            own = places.pairs_at(owner, np.where(owner < 0, -1, spots))
            near = (spots >= 0) & ((owner < 0) | (own >= 0))
            pairs[left[own >= 0]] = own[own >= 0]
            beside |= near
            astray = np.flatnonzero(near & ~cut)
            offsets = np.tile(np.array(offset), (len(astray), 1))
            places.strayed.append(np.column_stack([spots[astray], offsets]))
        return beside


def _on_cut(xy: Integers) -> Flags:
    """Vertices on the line along which a tile is cut, a buffer's width outside its sides."""
    return np.asarray(((xy == -BUFFER) | (xy == EXTENT + BUFFER)).any(axis=1))
