"""One tile straight from a table, for the staff preview before approval."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from tiles.desensitise.features import FeatureTable
from tiles.pyramid.attributes import attributes_of
from tiles.pyramid.block_tiles import encode_block
from tiles.pyramid.blocks import Block
from tiles.pyramid.labels import label_points, together
from tiles.pyramid.layer_spec import LayerSpec
from tiles.pyramid.snap import snap_to_units
from tiles.pyramid.tile_features import Geometries, TileFeatures
from tiles.pyramid.tile_grid import TileMatrix, tile_grid, tile_ranges


def encode_tile(
    table_in_mercator: FeatureTable,
    spec: LayerSpec,
    z: int,
    x: int,
    y: int,
    *,
    tms_id: str = "WebMercatorQuad",
) -> bytes:
    """One uncompressed tile; ``b""`` where no feature reaches it.

    ``table_in_mercator`` is in the CRS of ``tms_id``. Nothing is merged here: what is too much for
    one tile is thinned by size.
    """
    matrix = tile_grid(tms_id).matrix(z)
    if not (0 <= x < matrix.columns and 0 <= y < matrix.rows):
        raise ValueError(f"{tms_id} has no tile {z}/{x}/{y}")
    rows = _rows_reaching(table_in_mercator.geometry, matrix, x, y)
    chosen = table_in_mercator.take(rows)
    snapped = snap_to_units(chosen.geometry, matrix, spec.geometry)
    kept = np.flatnonzero(~shapely.is_missing(snapped))
    ids = rows[kept].astype(np.int64) + 1
    features = TileFeatures(snapped[kept], ids, attributes_of(chosen.take(kept), spec))
    labels = label_points(features, spec)
    here = np.array([x, y])
    names = together(labels.within(here, here), labels.take(np.empty(0, dtype=np.intp)))
    block = Block(matrix, (x, y), (x, y), features, names, len(features))
    tiles = encode_block(block, spec)
    return tiles[0].data if tiles else b""


def _rows_reaching(
    geometry: Geometries, matrix: TileMatrix, x: int, y: int
) -> npt.NDArray[np.intp]:
    bounds = shapely.bounds(geometry)
    present = np.asarray(np.isfinite(bounds).all(axis=1))
    units = matrix.bounds_to_units(bounds)
    ranges = tile_ranges(np.where(present[:, None], units, 0.0), matrix)
    first, last = ranges[:, :2], ranges[:, 2:]
    here = np.array([x, y])
    reach = np.logical_and(first <= here, last >= here).all(axis=1)
    return np.flatnonzero(np.logical_and(reach, present))
