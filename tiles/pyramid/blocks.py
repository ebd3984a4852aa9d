"""A level cut into blocks of tiles, each small enough to be encoded at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from tiles.pyramid.layer_spec import GeometryKind
from tiles.pyramid.levels import Level
from tiles.pyramid.snap import cut_to_box
from tiles.pyramid.tile_features import Geometries, TileFeatures
from tiles.pyramid.tile_grid import BUFFER, EXTENT, TileMatrix, tile_ranges

_MAX_VERTICES = 120_000
_MAX_TILES = 256
_WORTH_CUTTING = 512

Ranges = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Block:
    """Tiles ``first`` to ``last`` (column, row; both included) of a zoom, with what lies in them."""

    matrix: TileMatrix
    first: tuple[int, int]
    last: tuple[int, int]
    features: TileFeatures
    labels: TileFeatures


def blocks(level: Level, kind: GeometryKind) -> Iterator[Block]:
    """Halve the tiles of a level until a block holds little enough to be encoded at once.

    Big features are cut to the block, so that a city-wide polygon is not cut anew for every tile.
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
    cut = TileFeatures(geometry, features.ids[rows], features.attributes.take(rows))
    return Block(
        level.matrix,
        (int(first[0]), int(first[1])),
        (int(last[0]), int(last[1])),
        cut,
        labels.take(named),
    )
