"""What one writes first: every feature of every tile by itself, nothing merged or dropped."""

from __future__ import annotations

import gzip
from pathlib import Path

import mapbox_vector_tile
import mercantile
import numpy as np
import shapely
from pyproj import Transformer

from tiles.desensitise.features import FeatureTable
from tiles.pyramid.layer_spec import LayerSpec


def naive_build(table: FeatureTable, spec: LayerSpec, out: Path) -> int:
    """Write gzipped tiles one behind the other; returns their bytes."""
    forward = Transformer.from_crs(table.crs, "EPSG:4326", always_xy=True).transform
    lonlat = shapely.transform(table.geometry, lambda c: np.column_stack(forward(c[:, 0], c[:, 1])))
    tree = shapely.STRtree(lonlat)
    with out.open("wb") as stream:
        for zoom in range(spec.min_zoom, spec.max_zoom + 1):
            for tile in mercantile.tiles(*shapely.total_bounds(lonlat), zoom):
                stream.write(_tile(tile, lonlat, tree, table, spec))
    return out.stat().st_size


def _tile(
    tile: mercantile.Tile,
    lonlat: np.ndarray,
    tree: shapely.STRtree,
    table: FeatureTable,
    spec: LayerSpec,
) -> bytes:
    bounds = tuple(mercantile.bounds(tile))
    box = shapely.box(*bounds)
    features = [
        {
            "geometry": lonlat[row].intersection(box),
            "properties": {name: table.attributes[name][row] for name, _ in spec.fields},
        }
        for row in tree.query(box, "intersects")
    ]
    layer = {"name": spec.code, "features": [item for item in features if item["geometry"].area]}
    options = {"quantize_bounds": bounds}
    return gzip.compress(mapbox_vector_tile.encode([layer], default_options=options))
