"""The tiles of one block: features cut to each tile, encoded together, thinned where too much."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from tiles.pyramid.blocks import Block
from tiles.pyramid.encode import Instances, encode_layers
from tiles.pyramid.layer_spec import GeometryKind, LayerSpec
from tiles.pyramid.ragged import Integers, Paths, scattered
from tiles.pyramid.snap import clip_to_box
from tiles.pyramid.tile_features import Geometries, TileFeatures
from tiles.pyramid.tile_grid import BUFFER, EXTENT, tile_ranges
from tiles.pyramid.weight import MAX_RAW_BYTES

_MAX_THINNING = 24


@dataclass(frozen=True)
class BlockTile:
    """One tile: uncompressed bytes, features written, features left out to stay within the limit."""

    x: int
    y: int
    data: bytes
    features: int
    thinned: int


def encode_block(block: Block, spec: LayerSpec, limit: int = MAX_RAW_BYTES) -> list[BlockTile]:
    """Every tile of a block that holds a feature, uncompressed, row by row."""
    features = _instances(block, block.features, spec.geometry)
    labels = _instances(block, block.labels, "point", buffer=0)
    drawn = encode_layers(spec.code, features)
    named = encode_layers(spec.label_layer, labels)
    count = np.bincount(features.tile, minlength=features.tiles).tolist()
    wide = block.last[0] - block.first[0] + 1
    tiles = []
    for number, (layer, names) in enumerate(zip(drawn, named, strict=True)):
        if not layer:
            continue
        written = count[number]
        if len(layer) + len(names) > limit:
            layer, written = _thinned(features, number, spec.code, limit - len(names))  # noqa: PLW2901
        x, y = block.first[0] + number % wide, block.first[1] + number // wide
        tiles.append(BlockTile(x, y, layer + names, written, count[number] - written))
    return tiles


def _instances(
    block: Block, given: TileFeatures, kind: GeometryKind, buffer: int = BUFFER
) -> Instances:
    """The features of each tile of the block, in the coordinates of that tile."""
    tile, row = _reached(block, given.geometry, buffer)
    corner = _corners(block, tile)
    cut = _cut(given.geometry[row], corner, buffer, kind)
    kept = np.flatnonzero(~shapely.is_missing(cut))
    tile, row, corner = tile[kept], row[kept], corner[kept]
    paths = Paths.of(cut[kept], kind)
    points = np.diff(paths.path_start[paths.feature_start])
    local = replace(paths, points=paths.points - np.repeat(corner, points, axis=0))
    tiles = (block.last[0] - block.first[0] + 1) * (block.last[1] - block.first[1] + 1)
    names, values = given.attributes.names, given.attributes.encoded
    codes = given.attributes.codes[row]
    return Instances(tile, tiles, kind, local, given.ids[row], names, values, codes)


def _reached(block: Block, geometry: Geometries, buffer: int) -> tuple[Integers, Integers]:
    """Tile number within the block and row of the feature, tile by tile."""
    first, last = np.array(block.first), np.array(block.last)
    ranges = tile_ranges(shapely.bounds(geometry), block.matrix, buffer)
    low, high = np.maximum(ranges[:, :2], first), np.minimum(ranges[:, 2:], last)
    wide = np.maximum(high - low + 1, 0)
    count = wide.prod(axis=1)
    row = np.repeat(np.arange(len(geometry)), count)
    nth = scattered(np.zeros(len(count), dtype=np.int64), count)
    column = low[row, 0] + nth % np.maximum(wide[row, 0], 1) - first[0]
    line = low[row, 1] + nth // np.maximum(wide[row, 0], 1) - first[1]
    tile = line * (last[0] - first[0] + 1) + column
    order = np.argsort(tile, kind="stable")
    return tile[order], row[order]


def _corners(block: Block, tile: Integers) -> Integers:
    """Units of the top left corner of each tile, shape (n, 2)."""
    wide = block.last[0] - block.first[0] + 1
    place = np.column_stack([tile % wide, tile // wide])
    corners: Integers = (place + np.array(block.first)) * EXTENT
    return corners


def _cut(geometry: Geometries, corner: Integers, buffer: int, kind: GeometryKind) -> Geometries:
    """Each geometry within the buffered tile at its corner; most lie whole inside."""
    bounds = shapely.bounds(geometry)
    low, high = corner - buffer, corner + EXTENT + buffer
    across = np.flatnonzero((bounds[:, :2] < low).any(axis=1) | (bounds[:, 2:] > high).any(axis=1))
    if not len(across):
        return geometry
    cut = geometry.copy()
    ends = np.flatnonzero((np.diff(low[across], axis=0) != 0).any(axis=1)) + 1
    for rows in np.split(across, ends):
        box = (*low[rows[0]].tolist(), *high[rows[0]].tolist())
        cut[rows] = clip_to_box(geometry[rows], box, kind)
    return cut


def _thinned(features: Instances, tile: int, name: str, limit: int) -> tuple[bytes, int]:
    """One tile with its most important features only, so many as fit, in their old order.

    This is the last resort behind the thresholds of a whole zoom (``generalise``), which keep
    neighbouring tiles alike.
    """
    rows = np.flatnonzero(features.tile == tile)
    importance = _importance(features, rows)
    data = _one_tile(features, rows, name)
    for _ in range(_MAX_THINNING):
        if len(data) <= limit or len(rows) <= 1:
            break
        count = max(1, int(len(rows) * limit / len(data) * 0.95))
        best = np.sort(np.argsort(-importance, kind="stable")[:count])
        rows, importance = rows[best], importance[best]
        data = _one_tile(features, rows, name)
    return data, len(rows)


def _importance(features: Instances, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    """Area or length; points are all alike, so the first stay."""
    paths = features.paths.take(rows)
    if features.kind == "polygon":
        return paths.doubled_area().astype(np.float64)
    return paths.lengths() if features.kind == "line" else np.zeros(len(rows))


def _one_tile(features: Instances, rows: npt.NDArray[np.intp], name: str) -> bytes:
    chosen = Instances(
        np.zeros(len(rows), dtype=np.int64),
        1,
        features.kind,
        features.paths.take(rows),
        features.ids[rows],
        features.names,
        features.values,
        features.codes[rows],
    )
    return encode_layers(name, chosen)[0]
