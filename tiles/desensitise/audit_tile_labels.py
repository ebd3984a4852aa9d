"""The leak audit's rule on label points in tiles: each lies in its feature."""

from __future__ import annotations

import numpy as np
import shapely

from tiles.desensitise.audit_published import Floats, Published
from tiles.desensitise.audit_tile_matrix import TileMatrixSet
from tiles.desensitise.audit_tiles import Tally, TileBatch

_REACH = 2.0

_SENTENCES = {
    "tile_label": (
        "注记点不在其要素之内（所列为瓦片号）",
        "label points outside their features (numbers of tiles)",
    ),
}


class LabelRules:
    """Label points lie in their feature (within two units) or, of merged ones, in any."""

    def __init__(self, published: Published, matrix_set: TileMatrixSet) -> None:
        self.tally = Tally(_SENTENCES)
        self._published = published
        self._set = matrix_set

    def look(self, batch: TileBatch) -> None:
        """Examine one batch."""
        content = batch.content
        points = np.flatnonzero(batch.is_label[content.vertex_feature])
        self.tally.looked("tile_label", len(points))
        if not len(points):
            return
        feature = content.vertex_feature[points]
        row = content.ids[feature] - 1
        units = batch.units[points].astype(np.float64)
        ground = self._on_ground(units, batch.zoom)
        beside = self._on_ground(np.add(units, (1.0, 0.0)), batch.zoom)
        reach = _REACH * np.hypot(*(beside - ground).T)
        place = np.asarray(shapely.points(ground))
        named = (row >= 0) & (row < len(self._published))
        good = np.zeros(len(points), dtype=bool)
        own = self._published.table.geometry[row[named]]
        good[named] = shapely.dwithin(own, place[named], reach[named])
        if not named.all():
            within, _ = self._published.tree.query(place[~named], "dwithin", distance=reach[~named])
            good[np.flatnonzero(~named)[within]] = True
        self.tally.found("tile_label", batch.tile_ids[batch.feature_tile[feature[~good]]])

    def _on_ground(self, units: Floats, zoom: int) -> Floats:
        xy = self._set.coordinates(units, zoom)
        return self._published.on_ground(xy, self._set.crs)
