"""The leak audit's rules on the form of tiles: what may stand in them at all, and where."""

from __future__ import annotations

from typing import Final

import numpy as np

from tiles.desensitise.audit_mvt_geometry import LINE, POINT, POLYGON
from tiles.desensitise.audit_tile_matrix import BUFFER, EXTENT, TileMatrixSet
from tiles.desensitise.audit_tiles import Tally, TileBatch
from tiles.desensitise.profile import Profile

_KINDS: Final = {"point": POINT, "line": LINE, "polygon": POLYGON}

_SENTENCES = {
    "archive_zoom": (
        "有方案级别之外的瓦片（所列为瓦片号）",
        "tiles at a zoom outside the profile's (numbers of tiles)",
    ),
    "tile_layer": (
        "瓦片内有方案之外的图层，或其版本、范围不符（所列为瓦片号）",
        "layers that the profile does not know, or of another version or extent (tile numbers)",
    ),
    "tile_unused": (
        "瓦片内有不属于任何要素的属性名或值（所列为瓦片号）",
        "keys or values in tiles that belong to no feature (numbers of tiles)",
    ),
    "tile_kind": (
        "瓦片内有方案之外的图形类型（所列为瓦片号）",
        "geometry of another kind than the profile's (numbers of tiles)",
    ),
    "tile_buffer": (
        "有节点超出瓦片边缘的缓冲范围（所列为瓦片号）",
        "vertices beyond the buffer around a tile (numbers of tiles)",
    ),
    "multiplied": (
        "同一瓦片内同一要素出现多次（所列为要素行号）",
        "a feature stands in one tile more than once (row numbers)",
    ),
}


class FormatRules:
    """Zooms, layers, kinds of geometry, the buffer, and that nothing stands in a tile twice."""

    def __init__(self, profile: Profile, matrix_set: TileMatrixSet) -> None:
        self.tally = Tally(_SENTENCES)
        self._code = profile.layer.code
        self._kind = _KINDS[profile.layer.geometry]
        zooms = profile.zooms
        self._zooms = range(zooms.min, zooms.max + matrix_set.extra_zooms + 1)
        self._labels = profile.layer.geometry == "polygon" and profile.style.label_field is not None

    def look(self, batch: TileBatch) -> None:
        """Examine one batch."""
        content, tally = batch.content, self.tally
        tally.looked("archive_zoom", len(batch.tiles))
        if batch.zoom not in self._zooms:
            tally.found("archive_zoom", batch.tile_ids)
        self._layers(batch)
        tally.looked("tile_unused", len(content.tag_key))
        tally.found("tile_unused", batch.tile_ids[content.layer_tile[content.unused]])
        tally.looked("tile_kind", len(content.kinds))
        wrong = content.kinds != np.where(batch.is_label, POINT, self._kind)
        tally.found("tile_kind", batch.tile_ids[batch.feature_tile[wrong]])
        tally.looked("tile_buffer", len(content.xy))
        beyond = ((content.xy < -BUFFER) | (content.xy > EXTENT + BUFFER)).any(axis=1)
        tile = batch.feature_tile[content.vertex_feature[beyond]]
        tally.found("tile_buffer", batch.tile_ids[tile])
        self._once(batch)

    def _layers(self, batch: TileBatch) -> None:
        content = batch.content
        names = {self._code, f"{self._code}_label"} if self._labels else {self._code}
        known = np.array([name in names for name in content.layer_names], dtype=bool)
        good = known & (content.versions == 2) & (content.extents == EXTENT)
        seen: set[tuple[int, str]] = set()
        for row, pair in enumerate(
            zip(content.layer_tile.tolist(), content.layer_names, strict=True)
        ):
            good[row] &= pair not in seen
            seen.add(pair)
        self.tally.looked("tile_layer", len(good))
        self.tally.found("tile_layer", batch.tile_ids[content.layer_tile[~good]])

    def _once(self, batch: TileBatch) -> None:
        content = batch.content
        named = np.flatnonzero(content.ids > 0)
        self.tally.looked("multiplied", len(named))
        order = named[np.lexsort((content.layer[named], content.ids[named]))]
        ids, layer = content.ids[order], content.layer[order]
        twice = (ids[1:] == ids[:-1]) & (layer[1:] == layer[:-1])
        self.tally.found("multiplied", ids[1:][twice] - 1)
