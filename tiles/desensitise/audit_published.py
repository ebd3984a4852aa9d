"""The published table laid out for the audit of tiles: distinct places, edges, coded values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import Profile

Integers: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

MISSING = -1
_ON_GRID = 1e-4


@dataclass(frozen=True)
class Values:
    """One published attribute: ``codes`` (n,) number the distinct values, -1 where none is."""

    codes: Integers
    numbers: Mapping[Any, int]


class Published:
    """What the rules on tiles ask of the published table; every part is computed once.

    A row that has no geometry has no vertices. Coordinates are those of the ground CRS.
    """

    def __init__(self, table: FeatureTable, profile: Profile) -> None:
        self.table = table
        self.profile = profile
        self._corners, ring, self._row = _vertices(table.geometry)
        self._along = ring[1:] == ring[:-1]
        self.places, self._place = _distinct(self._corners, profile.ground.grid)

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def incidences(self) -> tuple[Integers, Integers]:
        """Row and place of every vertex, each pair once, ascending."""
        size = max(len(self.places), 1)
        pairs = distinct(self._row * size + self._place)
        return pairs // size, pairs % size

    @cached_property
    def edges(self) -> tuple[Integers, Integers, Integers]:
        """Row, place of the start and place of the end of every edge, ascending by row."""
        along = self._along & (self._place[1:] != self._place[:-1])
        return self._row[:-1][along], self._place[:-1][along], self._place[1:][along]

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The features in the ground CRS."""
        return shapely.STRtree(self.table.geometry)

    @cached_property
    def values(self) -> dict[str, Values]:
        """The allowed attributes that the table has, in the order of the profile."""
        names = [rule.name for rule in self.profile.attributes]
        columns = self.table.attributes
        return {name: _coded(columns[name]) for name in names if name in columns}

    def projected(self, crs: str) -> Floats:
        """The places in another CRS, x = east first; shape (n, 2)."""
        return _moved(self.places, self.table.crs, crs)

    def from_ground(self, xy: Floats, crs: str) -> Floats:
        """Coordinates of the ground CRS in another."""
        return _moved(xy, self.table.crs, crs)

    def on_ground(self, xy: Floats, crs: str) -> Floats:
        """Coordinates of another CRS in that of the ground."""
        return _moved(xy, crs, self.table.crs)


def distinct(keys: Integers) -> Integers:
    """The distinct numbers, ascending; by sorting, which is faster here than by hashing."""
    ordered = np.sort(keys)
    return ordered[np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))]


def _moved(xy: Floats, source: str, target: str) -> Floats:
    move = _transformer(source, target)
    return np.column_stack(move.transform(xy[:, 0], xy[:, 1]))


@lru_cache(maxsize=8)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def _vertices(geometry: npt.NDArray[np.object_]) -> tuple[Floats, Integers, Integers]:
    """Coordinates (n, 2), the line or ring that each stands in, and its row."""
    parts, part_row = shapely.get_parts(geometry, return_index=True)
    if (shapely.get_dimensions(parts) == 2).any():
        lines, line_part = shapely.get_rings(parts, return_index=True)
        part_row = part_row[line_part]
    else:
        lines = parts
    xy, line = shapely.get_coordinates(lines, return_index=True)
    return xy, line.astype(np.int64), part_row[line].astype(np.int64)


def _distinct(xy: Floats, grid: float) -> tuple[Floats, Integers]:
    """The distinct coordinates, and the number of each row's; grid points exactly on the grid."""
    if not len(xy):
        return xy, np.empty(0, np.int64)
    steps = np.rint(xy / grid)
    if not (np.abs(xy - steps * grid) <= _ON_GRID).all():
        keys, number = np.unique(xy[:, 0] + 1j * xy[:, 1], return_inverse=True)
        return np.column_stack([keys.real, keys.imag]), number.astype(np.int64)
    low = steps.min(axis=0)
    height = np.int64(steps[:, 1].max() - low[1] + 1)
    whole = (steps - low).astype(np.int64)
    keys, number = np.unique(whole[:, 0] * height + whole[:, 1], return_inverse=True)
    places = (np.column_stack([keys // height, keys % height]) + low) * grid
    return places, number.astype(np.int64)


def _coded(column: npt.NDArray[np.object_]) -> Values:
    """A missing value and a NaN, which is not equal to itself, are no values."""
    numbers: dict[Any, int] = {}
    codes = [
        MISSING if value is None or value != value else numbers.setdefault(value, len(numbers))  # noqa: PLR0124
        for value in column.tolist()
    ]
    return Values(np.array(codes, dtype=np.int64), numbers)
