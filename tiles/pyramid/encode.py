"""From snapped features to the bytes of one vector tile (MVT 2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely

from tiles.pyramid.layer_spec import GeometryKind, LayerSpec
from tiles.pyramid.snap import clip_to_box
from tiles.pyramid.tile_features import TileFeatures
from tiles.pyramid.tile_grid import BUFFER, EXTENT

MAX_RAW_BYTES = 500_000
"""No tile is larger than this before compression, whatever the layer holds."""

_MAX_THINNING = 24


@dataclass(frozen=True)
class EncodedTile:
    """One tile: uncompressed bytes, features written, features left out to stay within the limit."""

    data: bytes
    features: int
    thinned: int


def clip_to_tile(features: TileFeatures, kind: GeometryKind, x: int, y: int) -> TileFeatures:
    """The features within the buffered tile, in its own coordinates (origin top left, y down)."""
    left, top = x * EXTENT, y * EXTENT
    box = (left - BUFFER, top - BUFFER, left + EXTENT + BUFFER, top + EXTENT + BUFFER)
    bounds = shapely.bounds(features.geometry)
    across = (bounds[:, :2] < box[:2]).any(axis=1) | (bounds[:, 2:] > box[2:]).any(axis=1)
    geometry = features.geometry.copy()
    if across.any():
        geometry[across] = clip_to_box(geometry[across], box, kind)
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
