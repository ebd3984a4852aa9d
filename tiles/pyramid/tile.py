"""One tile straight from a table, for the staff preview before approval."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely

from tiles.desensitise.features import FeatureTable
from tiles.pyramid.attributes import class_values, properties_of
from tiles.pyramid.encode import clip_to_tile, encode_features
from tiles.pyramid.generalise import Source
from tiles.pyramid.labels import label_points
from tiles.pyramid.layer_spec import LayerSpec
from tiles.pyramid.snap import snap_to_units
from tiles.pyramid.tile_features import Geometries, TileFeatures
from tiles.pyramid.tile_grid import EXTENT, TileMatrix, tile_grid, tile_ranges


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
    source = Source(
        chosen.geometry,
        rows.astype(np.int64) + 1,
        list(properties_of(chosen, spec)),
        class_values(chosen, spec.class_field),
    ).take(kept)
    whole = TileFeatures(snapped[kept], source.ids, source.properties)
    features = clip_to_tile(whole, spec.geometry, x, y)
    if not len(features):
        return b""
    labels = _labels_of_tile(label_points(source, spec, matrix), x, y)
    return encode_features(features, labels, spec).data


def _labels_of_tile(labels: TileFeatures, x: int, y: int) -> TileFeatures:
    tiles = np.floor(shapely.get_coordinates(labels.geometry) / EXTENT)
    here = labels.take(np.flatnonzero((tiles == (x, y)).all(axis=1)))
    corner = np.array([x, y]) * EXTENT
    return replace(here, geometry=shapely.transform(here.geometry, lambda units: units - corner))


def _rows_reaching(
    geometry: Geometries, matrix: TileMatrix, x: int, y: int
) -> npt.NDArray[np.intp]:
    bounds = shapely.bounds(geometry)
    upper = matrix.to_units(bounds[:, [0, 3]])
    lower = matrix.to_units(bounds[:, [2, 1]])
    present = np.asarray(np.isfinite(bounds).all(axis=1))
    ranges = tile_ranges(np.where(present[:, None], np.hstack([upper, lower]), 0.0), matrix)
    first, last = ranges[:, :2], ranges[:, 2:]
    here = np.array([x, y])
    reach = np.logical_and(first <= here, last >= here).all(axis=1)
    return np.flatnonzero(np.logical_and(reach, present))
