"""Reading tiles back with other people's decoders."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import pyogrio.raw
import shapely
from mapbox_vector_tile.Mapbox import vector_tile_pb2
from pmtiles.reader import MmapSource, all_tiles

SIZE = 20037508.342789244


def tiles_of(path: Path) -> dict[tuple[int, int, int], bytes]:
    """Every tile of an archive, uncompressed, by the ``pmtiles`` package."""
    with path.open("rb") as stream:
        return {zxy: gzip.decompress(data) for zxy, data in all_tiles(MmapSource(stream))}


def decode(tile: bytes) -> dict[str, Any]:
    """Layers by ``mapbox_vector_tile``, coordinates in tile units, y down."""
    return mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})


def shapes(tile: bytes, layer: str) -> list[tuple[int, shapely.Geometry, dict[str, Any]]]:
    """(id, geometry in tile units, properties) of each feature of a layer."""
    return [
        (item["id"], shapely.geometry.shape(item["geometry"]), item["properties"])
        for item in decode(tile).get(layer, {"features": []})["features"]
    ]


def to_mercator(geometry: shapely.Geometry, z: int, x: int, y: int) -> shapely.Geometry:
    """Tile units to EPSG:3857."""
    span = 2 * SIZE / 2**z
    return shapely.transform(
        geometry,
        lambda units: np.column_stack(
            [-SIZE + (x + units[:, 0] / 4096) * span, SIZE - (y + units[:, 1] / 4096) * span]
        ),
    )


def with_gdal(tile: bytes, layer: str, z: int, x: int, y: int, folder: Path) -> dict[int, Any]:
    """Feature id -> geometry in EPSG:3857, by GDAL's MVT driver."""
    path = folder / f"{z}-{x}-{y}.mvt"
    path.write_bytes(tile)
    meta, _, wkb, fields = pyogrio.raw.read(
        f"MVT:{path}", layer=layer, X=str(x), Y=str(y), Z=str(z), CLIP="NO"
    )
    ids = fields[list(meta["fields"]).index("mvt_id")]
    return dict(zip(ids.tolist(), shapely.from_wkb(wkb), strict=True))


def raw_rings(tile: bytes, layer: str) -> list[list[np.ndarray]]:
    """Rings of each polygon feature as they are written, closed, without any interpretation."""
    message = vector_tile_pb2.tile()
    message.ParseFromString(tile)
    found = next(item for item in message.layers if item.name == layer)
    return [_rings(list(feature.geometry)) for feature in found.features]


def _rings(commands: list[int]) -> list[np.ndarray]:
    rings, ring, position, at = [], [], np.zeros(2, dtype=int), 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if command == 7:
            rings.append(np.array([*ring, ring[0]]))
            ring = []
            continue
        for _ in range(count):
            step = [(value >> 1) ^ -(value & 1) for value in commands[at : at + 2]]
            position = position + step
            ring.append(tuple(position))
            at += 2
    assert not ring, "a ring is not closed"
    return rings


def signed_area(ring: np.ndarray) -> float:
    """By the surveyor's formula of MVT 2.1, section 4.3.4.4: positive for exterior rings."""
    x, y = ring[:, 0], ring[:, 1]
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2)
