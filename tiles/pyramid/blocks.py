"""A level cut into blocks of tiles, each small enough to be encoded at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from tiles.pyramid.attributes import Attributes
from tiles.pyramid.labels import Labels, label_points, together
from tiles.pyramid.layer_spec import LayerSpec
from tiles.pyramid.snap import cut_to_box, snap_to_units
from tiles.pyramid.tile_features import Geometries, TileFeatures
from tiles.pyramid.tile_grid import BUFFER, EXTENT, TileMatrix, tile_ranges

_MAX_VERTICES = 120_000
_MAX_TILES = 256
_WORTH_CUTTING = 512

Rows = npt.NDArray[np.intp]
Ranges = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LevelFeatures:
    """The features of one zoom, most of them still to be snapped to whole units.

    ``geometry``: in units of the zoom where ``snapped``, else in the CRS of the grid; snapped block
    by block, so that a million features do not stand in memory twice.
    """

    geometry: Geometries
    snapped: npt.NDArray[np.bool_]
    ids: npt.NDArray[np.int64]
    attributes: Attributes

    def __len__(self) -> int:
        return len(self.geometry)

    def take(self, rows: Rows) -> LevelFeatures:
        """The rows of an index array, in that order."""
        attributes = self.attributes.take(rows)
        return LevelFeatures(self.geometry[rows], self.snapped[rows], self.ids[rows], attributes)

    def bounds(self, matrix: TileMatrix) -> npt.NDArray[np.float64]:
        """Bounds of each feature in units, (n, 4)."""
        bounds = shapely.bounds(self.geometry)
        rest = ~self.snapped
        bounds[rest] = np.rint(matrix.bounds_to_units(bounds[rest]))
        return bounds


@dataclass(frozen=True)
class Block:
    """Tiles ``first`` to ``last`` (column, row; both included) of a zoom, with what lies in them.

    ``counted``: how many of the features no other block of the zoom counts.
    """

    matrix: TileMatrix
    first: tuple[int, int]
    last: tuple[int, int]
    features: TileFeatures
    labels: TileFeatures
    counted: int


def blocks(features: LevelFeatures, matrix: TileMatrix, spec: LayerSpec) -> Iterator[Block]:
    """Halve the tiles of a level until a block holds little enough to be encoded at once.

    Big features are cut to the block, so that a city-wide polygon is not cut anew for every tile.
    """
    features, labels = _big_ones_snapped(features, matrix, spec)
    if not len(features):
        return
    ranges = tile_ranges(features.bounds(matrix), matrix)
    cutter = _Cutter(features, labels, ranges, matrix, spec)
    first, last = ranges[:, :2].min(axis=0), ranges[:, 2:].max(axis=0)
    pending = [_Part(first, last, np.arange(len(features)), features.geometry)]
    while pending:
        part = pending.pop()
        if part.is_heavy:
            pending.extend(cutter.within(half, part) for half in reversed(part.halves()))
        elif len(part.rows):
            yield cutter.block(part)


def _big_ones_snapped(
    features: LevelFeatures, matrix: TileMatrix, spec: LayerSpec
) -> tuple[LevelFeatures, Labels]:
    """Snap features of many vertices once for all blocks; labels of all snapped ones."""
    big = (shapely.get_num_coordinates(features.geometry) > _WORTH_CUTTING) & ~features.snapped
    if big.any():
        geometry = features.geometry.copy()
        geometry[big] = snap_to_units(geometry[big], matrix, spec.geometry)
        features = replace(features, geometry=geometry, snapped=features.snapped | big)
        features = features.take(np.flatnonzero(~shapely.is_missing(geometry)))
    ready = features.take(np.flatnonzero(features.snapped))
    whole = TileFeatures(ready.geometry, ready.ids, ready.attributes)
    return features, label_points(whole, spec)


@dataclass(frozen=True)
class _Part:
    """Tiles between two corners, and the features that reach them, big ones cut to them."""

    first: Ranges
    last: Ranges
    rows: Rows
    geometry: Geometries

    @property
    def is_heavy(self) -> bool:
        """Whether there is more than one tile, and too much for one piece of work."""
        tiles = int((self.last - self.first + 1).prod())
        vertices = int(shapely.get_num_coordinates(self.geometry).sum())
        return tiles > 1 and (vertices > _MAX_VERTICES or tiles > _MAX_TILES)

    def halves(self) -> list[tuple[Ranges, Ranges]]:
        """First and last tile of both halves, cut across the longer side."""
        axis = int(np.argmax(self.last - self.first))
        middle = int(self.first[axis] + self.last[axis]) // 2
        low_last, high_first = self.last.copy(), self.first.copy()
        low_last[axis], high_first[axis] = middle, middle + 1
        return [(self.first, low_last), (high_first, self.last)]


@dataclass(frozen=True)
class _Cutter:
    """Cuts one level; ``labels``: of the features snapped before; ``ranges``: tiles of each."""

    features: LevelFeatures
    labels: Labels
    ranges: Ranges
    matrix: TileMatrix
    spec: LayerSpec

    def within(self, corners: tuple[Ranges, Ranges], part: _Part) -> _Part:
        """The features of a part that reach the tiles between two corners."""
        first, last = corners
        own = self.ranges[part.rows]
        reach = (own[:, :2] <= last).all(axis=1) & (own[:, 2:] >= first).all(axis=1)
        rows, own, geometry = part.rows[reach], own[reach], part.geometry[reach]
        across = (own[:, :2] < first).any(axis=1) | (own[:, 2:] > last).any(axis=1)
        across &= shapely.get_num_coordinates(geometry) > _WORTH_CUTTING
        across &= self.features.snapped[rows]
        if across.any():
            low, high = first * EXTENT - BUFFER, (last + 1) * EXTENT + BUFFER
            geometry = geometry.copy()
            geometry[across] = cut_to_box(geometry[across], (*low, *high), self.spec.geometry)
        left = ~shapely.is_missing(geometry)
        return _Part(first, last, rows[left], geometry[left])

    def block(self, part: _Part) -> Block:
        """The block of a part: what is not yet on whole units is snapped, then labelled."""
        rows, geometry = part.rows, part.geometry.copy()
        rest = np.flatnonzero(~self.features.snapped[rows])
        geometry[rest] = snap_to_units(geometry[rest], self.matrix, self.spec.geometry)
        fresh = rest[~shapely.is_missing(geometry[rest])]
        own = label_points(self._taken(rows[fresh], geometry[fresh]), self.spec)
        kept = np.flatnonzero(~shapely.is_missing(geometry))
        begin = self.ranges[rows[kept], :2]
        counted = ((begin >= part.first) & (begin <= part.last)).all(axis=1)
        corners = (part.first, part.last)
        return Block(
            self.matrix,
            (int(part.first[0]), int(part.first[1])),
            (int(part.last[0]), int(part.last[1])),
            self._taken(rows[kept], geometry[kept]),
            together(self.labels.within(*corners), own.within(*corners)),
            int(counted.sum()),
        )

    def _taken(self, rows: Rows, geometry: Geometries) -> TileFeatures:
        return TileFeatures(geometry, self.features.ids[rows], self.features.attributes.take(rows))
