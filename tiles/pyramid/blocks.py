"""A level cut into blocks of tiles: the unit of work of one process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from tiles.pyramid.encode import clip_to_tile, encode_features
from tiles.pyramid.layer_spec import GeometryKind, LayerSpec
from tiles.pyramid.levels import Level
from tiles.pyramid.snap import cut_to_box
from tiles.pyramid.tile_features import Geometries, Properties, TileFeatures
from tiles.pyramid.tile_grid import BUFFER, EXTENT, TileMatrix, tile_ranges

_MAX_VERTICES = 25_000
_MAX_TILES = 256
_WORTH_CUTTING = 512

Ranges = npt.NDArray[np.int64]


@dataclass(frozen=True)
class PackedFeatures:
    """``TileFeatures`` in a form that travels cheaply between processes."""

    wkb: list[bytes]
    ids: npt.NDArray[np.int64]
    properties: list[Properties]

    @classmethod
    def pack(cls, features: TileFeatures) -> PackedFeatures:
        """Serialise the geometry."""
        wkb = shapely.to_wkb(features.geometry).tolist()
        return cls(wkb, features.ids, list(features.properties))

    def unpack(self) -> TileFeatures:
        """The features again."""
        geometry = shapely.from_wkb(np.array(self.wkb, dtype=object))
        return TileFeatures(geometry, self.ids, self.properties)


@dataclass(frozen=True)
class Block:
    """Tiles ``first`` to ``last`` (column, row; both included) of a zoom, with what lies in them."""

    matrix: TileMatrix
    first: tuple[int, int]
    last: tuple[int, int]
    features: PackedFeatures
    labels: PackedFeatures


@dataclass(frozen=True)
class BlockTile:
    """One encoded tile of a block."""

    x: int
    y: int
    data: bytes
    features: int
    thinned: int


def blocks(level: Level, kind: GeometryKind) -> Iterator[Block]:
    """Halve the tiles of a level until a block holds little enough for one piece of work.

    Big features are cut to the block, so that a city-wide polygon does not travel whole to every
    process.
    """
    geometry = level.features.geometry
    if not len(geometry):
        return
    ranges = tile_ranges(shapely.bounds(geometry), level.matrix)
    first, last = ranges[:, :2].min(axis=0), ranges[:, 2:].max(axis=0)
    pending = [(first, last, np.arange(len(geometry)), geometry)]
    while pending:
        first, last, rows, cut = pending.pop()
        tiles = int((last - first + 1).prod())
        heavy = shapely.get_num_coordinates(cut).sum() > _MAX_VERTICES or tiles > _MAX_TILES
        if tiles > 1 and heavy:
            halves = _halve(first, last)
            pending.extend(
                (*half, *_within(half, rows, cut, ranges, kind)) for half in reversed(halves)
            )
        elif len(rows):
            yield _block(level, first, last, rows, cut)


def encode_block(block: Block, spec: LayerSpec) -> list[BlockTile]:
    """Every tile of a block that holds a feature, uncompressed, row by row."""
    features, labels = block.features.unpack(), block.labels.unpack()
    ranges = tile_ranges(shapely.bounds(features.geometry), block.matrix)
    label_tiles = np.floor(shapely.get_coordinates(labels.geometry) / EXTENT)
    tiles = []
    for y in range(block.first[1], block.last[1] + 1):
        in_row = np.flatnonzero((ranges[:, 1] <= y) & (ranges[:, 3] >= y))
        for x in range(block.first[0], block.last[0] + 1):
            rows = in_row[(ranges[in_row, 0] <= x) & (ranges[in_row, 2] >= x)]
            if not len(rows):
                continue
            inside = clip_to_tile(features.take(rows), spec.geometry, x, y)
            if not len(inside):
                continue
            named = np.flatnonzero((label_tiles == (x, y)).all(axis=1))
            tile = encode_features(inside, clip_to_tile(labels.take(named), "point", x, y), spec)
            tiles.append(BlockTile(x, y, tile.data, tile.features, tile.thinned))
    return tiles


def _halve(first: Ranges, last: Ranges) -> list[tuple[Ranges, Ranges]]:
    axis = int(np.argmax(last - first))
    middle = int(first[axis] + last[axis]) // 2
    low_last, high_first = last.copy(), first.copy()
    low_last[axis], high_first[axis] = middle, middle + 1
    return [(first, low_last), (high_first, last)]


def _within(
    corners: tuple[Ranges, Ranges],
    rows: npt.NDArray[np.intp],
    geometry: Geometries,
    ranges: Ranges,
    kind: GeometryKind,
) -> tuple[npt.NDArray[np.intp], Geometries]:
    """The features that reach the tiles between two corners, big ones cut to them."""
    first, last = corners
    own = ranges[rows]
    reach = (own[:, :2] <= last).all(axis=1) & (own[:, 2:] >= first).all(axis=1)
    rows, own, geometry = rows[reach], own[reach], geometry[reach]
    across = (own[:, :2] < first).any(axis=1) | (own[:, 2:] > last).any(axis=1)
    across &= shapely.get_num_coordinates(geometry) > _WORTH_CUTTING
    if across.any():
        low, high = first * EXTENT - BUFFER, (last + 1) * EXTENT + BUFFER
        geometry = geometry.copy()
        geometry[across] = cut_to_box(geometry[across], (*low, *high), kind)
    left = ~shapely.is_missing(geometry)
    return rows[left], geometry[left]


def _block(
    level: Level,
    first: Ranges,
    last: Ranges,
    rows: npt.NDArray[np.intp],
    geometry: Geometries,
) -> Block:
    features, labels = level.features, level.labels
    label_tiles = np.floor(shapely.get_coordinates(labels.geometry) / EXTENT)
    named = np.flatnonzero(((label_tiles >= first) & (label_tiles <= last)).all(axis=1))
    cut = TileFeatures(geometry, features.ids[rows], [features.properties[row] for row in rows])
    return Block(
        level.matrix,
        (int(first[0]), int(first[1])),
        (int(last[0]), int(last[1])),
        PackedFeatures.pack(cut),
        PackedFeatures.pack(labels.take(named)),
    )
