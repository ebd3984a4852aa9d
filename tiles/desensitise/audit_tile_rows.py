"""The leak audit's rules on which rows are drawn in tiles, and that they are drawn whole."""

from __future__ import annotations

import numpy as np
import shapely

from tiles.desensitise.audit_published import Floats, Integers, Published
from tiles.desensitise.audit_tile_matrix import EXTENT, TileMatrixSet
from tiles.desensitise.audit_tile_vertices import ZoomPlaces
from tiles.desensitise.audit_tiles import Flags, Tally, TileBatch
from tiles.desensitise.findings import Finding

_COLLAPSED = 2.0

_SENTENCES = {
    "same_geometry": (
        "最大级别的瓦片内要素缺少公布的节点（所列为要素行号）",
        "features in tiles of the highest zoom that lack published vertices (row numbers)",
    ),
    "reappears": (
        "最大级别没有的要素在较小级别出现（所列为要素行号）",
        "features that the highest zoom hides and a lower one shows (row numbers)",
    ),
}


class RowRules:
    """Follows every row through the zooms; ``finish`` judges once all tiles were seen."""

    def __init__(self, published: Published, matrix_set: TileMatrixSet, top: int) -> None:
        self.tally = Tally(_SENTENCES)
        self._published = published
        self._set = matrix_set
        self._top = top
        self._places: ZoomPlaces | None = None
        self._seen: dict[int, Flags] = {}
        self._hit: Flags = np.empty(0, dtype=bool)
        self._copies: list[Integers] = []

    def look(self, batch: TileBatch, places: ZoomPlaces, pairs: Integers) -> None:
        """``pairs``: what ``VertexRules.look`` found for the vertices of the batch."""
        content = batch.content
        named = (content.ids > 0) & (content.ids <= len(self._published)) & ~batch.is_label
        rows = content.ids[named] - 1
        seen = self._seen.setdefault(batch.zoom, np.zeros(len(self._published), dtype=bool))
        seen[rows] = True
        if batch.zoom != self._top:
            return
        if self._places is None:
            self._places, self._hit = places, np.zeros(len(places.pairs), dtype=bool)
        inside = ((content.xy >= 0) & (content.xy < EXTENT)).all(axis=1) & (pairs >= 0)
        self._hit[pairs[inside]] = True
        tile = batch.tiles[batch.feature_tile[named]]
        self._copies.append(np.column_stack([rows, tile]))

    def finish(self) -> list[Finding]:
        """All findings of these rules."""
        drawn = self._seen.get(self._top, np.zeros(len(self._published), dtype=bool))
        for zoom, seen in self._seen.items():
            if zoom != self._top:
                self.tally.looked("reappears", int(seen.sum()))
                self.tally.found("reappears", np.flatnonzero(seen & ~drawn))
        absent = self._absent_vertices(drawn)
        hidden = np.flatnonzero(~drawn & ~shapely.is_missing(self._published.table.geometry))
        self.tally.checked["not_drawn"] = len(self._published)
        notes = []
        if len(hidden):
            zh, en = "最大级别未单独绘出的要素", "features not drawn by themselves at any zoom"
            notes.append(_note("not_drawn", zh, en, hidden))
        if len(absent):
            zh, en = "在部分瓦片内略去的要素", "features left out of some of their tiles"
            notes.append(_note("thinned_in_tile", zh, en, absent))
        return self.tally.findings() + notes

    def _absent_vertices(self, drawn: Flags) -> Integers:
        """Judge vertices that no tile of the highest zoom has; the rows whose whole copy lacks."""
        places = self._places
        if places is None:
            self.tally.looked("same_geometry", 0)
            return np.empty(0, np.int64)
        size = len(places.spots)
        rows, spots = places.pairs // size, places.pairs % size
        self.tally.looked("same_geometry", int(drawn[rows].sum()))
        lost = np.flatnonzero(drawn[rows] & ~self._hit)
        rows, units = rows[lost], _units(places, spots[lost])
        copied = self._has_copy(rows, units // EXTENT)
        kept = copied.copy()
        kept[copied] = ~self._collapsed(rows[copied], units[copied])
        self.tally.found("same_geometry", rows[kept])
        return np.unique(rows[~copied])

    def _has_copy(self, rows: Integers, tiles: Integers) -> Flags:
        """Does the row stand in the tile that its vertex lies in?"""
        copies = np.concatenate([*self._copies, np.empty((0, 3), np.int64)])
        low = copies[:, 1:].min(axis=0, initial=1 << 40)
        height = int(copies[:, 2].max(initial=0) - low[1]) + 2
        width = int(copies[:, 1].max(initial=0) - low[0]) + 2

        def keys(row: Integers, tile: Integers) -> Integers:
            at = np.clip(tile - low, -1, (width - 1, height - 1)) + 1
            return np.asarray((row * (width + 1) + at[:, 0]) * (height + 1) + at[:, 1])

        return np.isin(keys(rows, tiles), keys(copies[:, 0], copies[:, 1:]))

    def _collapsed(self, rows: Integers, units: Integers) -> Flags:
        """Vertices of parts that rounding to whole units leaves no area."""
        found, which = np.unique(rows, return_inverse=True)
        if not len(found):
            return np.empty(0, dtype=bool)
        rounded = np.asarray([self._rounded(row) for row in found.tolist()], dtype=object)
        small = shapely.area(rounded) < _COLLAPSED
        border = np.asarray(shapely.boundary(rounded))
        apart = ~shapely.dwithin(border[which], shapely.points(units), 1.0)
        return np.asarray(small[which] | apart)

    def _rounded(self, row: int) -> shapely.Geometry:
        """The row in whole units of the highest zoom, mended, without what has no area."""

        def round_to_units(ground: Floats) -> Floats:
            xy = self._published.from_ground(ground, self._set.crs)
            return np.rint(self._set.units(xy, self._top))

        rounded = shapely.transform(self._published.table.geometry[[row]], round_to_units)
        mended = np.asarray(shapely.make_valid(rounded, method="structure", keep_collapsed=False))
        geometry: shapely.Geometry = mended[0]
        return geometry


def _units(places: ZoomPlaces, spots: Integers) -> Integers:
    keys = places.spots[spots]
    return np.column_stack([keys // places.height, keys % places.height]) + places.low


def _note(rule: str, zh: str, en: str, rows: Integers) -> Finding:
    return Finding(rule, "note", zh, en, len(rows), tuple(rows[:10].tolist()))
