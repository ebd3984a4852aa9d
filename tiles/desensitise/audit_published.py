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

from tiles.desensitise.audit_edges import Numbers, numbered, ring_lengths
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import Profile

Integers: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

MISSING = -1
_ON_GRID = 1e-4
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


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
        corners, ring, self._row = _vertices(table.geometry)
        self._along = ring[1:] == ring[:-1]
        self.places, self._place = _distinct(corners, profile.ground.grid)

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def incidences(self) -> tuple[Numbers, Numbers]:
        """Row and place of every vertex, each pair once, ascending."""
        size = max(len(self.places), 1)
        pairs = distinct(self._row.astype(np.int64) * size + self._place)
        return (pairs // size).astype(np.int32), (pairs % size).astype(np.int32)

    def edges_of(self, rows: Integers) -> tuple[Integers, Numbers, Numbers]:
        """Row, place of the start and place of the end of every edge of ascending ``rows``."""
        first, start, end = self._edges
        count = first[rows + 1] - first[rows]
        nth = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        chosen = np.repeat(first[rows], count) + nth
        return np.repeat(rows, count), start[chosen], end[chosen]

    @cached_property
    def _edges(self) -> tuple[Integers, Numbers, Numbers]:
        """Where the edges of each row begin, and the places of their starts and ends."""
        along = self._along & (self._place[1:] != self._place[:-1])
        first = np.searchsorted(self._row[:-1][along], np.arange(len(self) + 1))
        return first, self._place[:-1][along], self._place[1:][along]

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


def _vertices(geometry: npt.NDArray[np.object_]) -> tuple[Floats, Numbers, Numbers]:
    """Coordinates (n, 2), the line or ring that each stands in, and its row."""
    polygonal = np.isin(shapely.get_type_id(geometry), _POLYGONS)
    if polygonal.any():
        geometry = geometry.copy()
        geometry[~polygonal] = None
        lengths, owner = ring_lengths(geometry)
    else:
        parts, owner = shapely.get_parts(geometry, return_index=True)
        lengths = shapely.get_num_coordinates(parts).astype(np.intp)
    line = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    return shapely.get_coordinates(geometry), line, owner.astype(np.int32)[line]


def _distinct(xy: Floats, grid: float) -> tuple[Floats, Numbers]:
    """The distinct coordinates, and the number of each row's; grid points exactly on the grid."""
    steps = np.rint(xy / grid)
    if not (np.abs(xy - steps * grid) <= _ON_GRID).all():
        return numbered(xy)
    places, number = numbered(steps)
    return places * grid, number


def _coded(column: npt.NDArray[np.object_]) -> Values:
    """A missing value and a NaN, which is not equal to itself, are no values."""
    numbers: dict[Any, int] = {}
    codes = [
        MISSING if value is None or value != value else numbers.setdefault(value, len(numbers))  # noqa: PLR0124
        for value in column.tolist()
    ]
    return Values(np.array(codes, dtype=np.int64), numbers)
