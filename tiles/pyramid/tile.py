"""From snapped features to the bytes of one vector tile (MVT 2.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import mapbox_vector_tile
import numpy as np
import numpy.typing as npt
import shapely

from tiles.desensitise.features import FeatureTable
from tiles.pyramid.attributes import properties_of
from tiles.pyramid.layer_spec import LayerSpec
from tiles.pyramid.snap import Geometries, clip_to_box, snap_to_units
from tiles.pyramid.tile_grid import BUFFER, EXTENT, TileMatrix, tile_grid, tile_ranges

MAX_RAW_BYTES = 500_000
"""No tile is larger than this before compression, whatever the layer holds."""

_MAX_THINNING = 24

Properties = Mapping[str, str | int | float | bool]


@dataclass(frozen=True)
class TileFeatures:
    """Features of one zoom on whole units: geometry, ids (0 = none) and properties, row by row.

    ``geometry``: object array (n,); ``ids``: int64 (n,); ``properties``: n mappings.
    """

    geometry: Geometries
    ids: npt.NDArray[np.int64]
    properties: Sequence[Properties]

    def __len__(self) -> int:
        return len(self.geometry)

    def take(self, rows: npt.NDArray[np.intp]) -> TileFeatures:
        """The rows of an index array, in that order."""
        return TileFeatures(
            self.geometry[rows], self.ids[rows], [self.properties[row] for row in rows.tolist()]
        )


@dataclass(frozen=True)
class EncodedTile:
    """One tile: uncompressed bytes, features written, features left out to stay within the limit."""

    data: bytes
    features: int
    thinned: int


def clip_to_tile(features: TileFeatures, spec: LayerSpec, x: int, y: int) -> TileFeatures:
    """The features within the buffered tile, in its own coordinates (origin top left, y down)."""
    left, top = x * EXTENT, y * EXTENT
    box = (left - BUFFER, top - BUFFER, left + EXTENT + BUFFER, top + EXTENT + BUFFER)
    bounds = shapely.bounds(features.geometry)
    across = (bounds[:, :2] < box[:2]).any(axis=1) | (bounds[:, 2:] > box[2:]).any(axis=1)
    geometry = features.geometry.copy()
    if across.any():
        geometry[across] = clip_to_box(geometry[across], box, spec.geometry)
    kept = np.flatnonzero(~shapely.is_missing(geometry))
    local = shapely.transform(geometry[kept], lambda units: units - (left, top))
    return TileFeatures(
        local, features.ids[kept], [features.properties[row] for row in kept.tolist()]
    )


def encode_features(
    features: TileFeatures, labels: TileFeatures, spec: LayerSpec, limit: int = MAX_RAW_BYTES
) -> EncodedTile:
    """Encode clipped features; the least important leave the tile until it fits ``limit`` bytes.

    This is the last resort behind the thresholds of a whole zoom (``generalise``), which keep
    neighbouring tiles alike.
    """
    total = len(features)
    data = _encode(features, labels, spec)
    for _ in range(_MAX_THINNING):
        if len(data) <= limit or len(features) <= 1:
            break
        features = _most_important(features, limit / len(data) * 0.95)
        data = _encode(features, labels, spec)
    return EncodedTile(data, len(features), total - len(features))


def encode_tile(
    table_in_mercator: FeatureTable,
    spec: LayerSpec,
    z: int,
    x: int,
    y: int,
    *,
    tms_id: str = "WebMercatorQuad",
) -> bytes:
    """One uncompressed tile straight from a table, for the staff preview before approval.

    ``table_in_mercator`` is in the CRS of ``tms_id``. Nothing is merged here: what is too much for
    one tile is thinned by size. Returns ``b""`` where no feature reaches the tile.
    """
    matrix = tile_grid(tms_id).matrix(z)
    if not (0 <= x < matrix.columns and 0 <= y < matrix.rows):
        raise ValueError(f"{tms_id} has no tile {z}/{x}/{y}")
    rows = _rows_reaching(table_in_mercator.geometry, matrix, x, y)
    snapped = snap_to_units(table_in_mercator.geometry[rows], matrix, spec.geometry)
    properties = properties_of(table_in_mercator.take(rows), spec)
    features = clip_to_tile(
        TileFeatures(snapped, rows.astype(np.int64) + 1, properties).take(
            np.flatnonzero(~shapely.is_missing(snapped))
        ),
        spec,
        x,
        y,
    )
    return encode_features(features, no_features(), spec).data if len(features) else b""


def no_features() -> TileFeatures:
    """The empty set of features."""
    return TileFeatures(np.empty(0, dtype=object), np.empty(0, dtype=np.int64), [])


def _rows_reaching(
    geometry: Geometries, matrix: TileMatrix, x: int, y: int
) -> npt.NDArray[np.intp]:
    bounds = shapely.bounds(geometry)
    upper = matrix.to_units(bounds[:, [0, 3]])
    lower = matrix.to_units(bounds[:, [2, 1]])
    present = np.isfinite(bounds).all(axis=1)
    ranges = tile_ranges(np.where(present[:, None], np.hstack([upper, lower]), 0.0), matrix)
    first, last = ranges[:, :2], ranges[:, 2:]
    here = np.array([x, y])
    reach = np.logical_and(first <= here, last >= here).all(axis=1)
    return np.flatnonzero(np.logical_and(reach, present))


def _most_important(features: TileFeatures, fraction: float) -> TileFeatures:
    """The largest features (points: the first), in their old order; at least one."""
    size = shapely.area(features.geometry) + shapely.length(features.geometry) / EXTENT
    count = max(1, int(len(features) * fraction))
    largest = np.argsort(-size, kind="stable")[:count]
    return features.take(np.sort(largest))


def _encode(features: TileFeatures, labels: TileFeatures, spec: LayerSpec) -> bytes:
    layers = [{"name": spec.code, "features": _as_dicts(features)}]
    if len(labels):
        layers.append({"name": spec.label_layer, "features": _as_dicts(labels)})
    data: bytes = mapbox_vector_tile.encode(
        layers,
        # Winding and validity are settled before, once for all features of a tile.
        default_options={"extents": EXTENT, "y_coord_down": True, "check_winding_order": False},
    )
    return data


def _as_dicts(features: TileFeatures) -> list[dict[str, Any]]:
    return [
        {"geometry": geometry, "properties": properties, "id": identifier or None}
        for geometry, properties, identifier in zip(
            features.geometry, features.properties, features.ids.tolist(), strict=True
        )
    ]
