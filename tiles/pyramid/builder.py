"""The archive builder that the releases use (``TILES_ARCHIVE_BUILDER``)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import mercantile
from django.conf import settings

from tiles.desensitise.features import FeatureTable
from tiles.pyramid.build import build_archive
from tiles.pyramid.layer_spec import LayerSpec
from tiles.pyramid.tile import encode_tile
from tiles.pyramid.tile_grid import BUFFER, EXTENT, tile_grid
from tiles.releases.feature_store import to_crs

Progress = Callable[[str, int, int], None]
TILE_MATRIX_SETS = ("WebMercatorQuad", "CGCS2000Quad")


class PyramidBuilder:
    """Builds one PMTiles archive a tile matrix set."""

    def build(
        self, table: FeatureTable, profile: dict[str, Any], folder: Path, *, progress: Progress
    ) -> dict[str, Any]:
        spec = LayerSpec.from_profile(profile)
        archives, report = {}, {}
        for tms_id in TILE_MATRIX_SETS:
            name = f"{tms_id}.pmtiles"
            built = build_archive(
                table,
                spec,
                folder / name,
                tms_id=tms_id,
                threads=settings.TILES_BUILD_THREADS if len(table) > 2000 else 1,
                progress=progress,
            )
            archives[tms_id] = name
            report[tms_id] = {**built.as_dict(), "path": name}
        return {"archives": archives, "report": report}

    def preview_tile(
        self, table: FeatureTable, profile: dict[str, Any], z: int, x: int, y: int
    ) -> bytes:
        if not len(table):
            return b""
        spec = LayerSpec.from_profile(profile)
        return encode_tile(to_crs(table, tile_grid("WebMercatorQuad").crs), spec, z, x, y)

    def tile_box(self, z: int, x: int, y: int) -> tuple[float, float, float, float]:
        box = mercantile.bounds(x, y, z)
        margin = BUFFER / EXTENT
        wide, high = (box.east - box.west) * margin, (box.north - box.south) * margin
        return box.west - wide, box.south - high, box.east + wide, box.north + high
