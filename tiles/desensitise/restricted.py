"""Keeping clear of restricted zones without drawing them (涉密区域避让).

Around each zone and its margin a withheld area is laid out of irregular cells, much coarser than
the margin, of a lattice that does not depend on the zone: a cell is withheld when the zone with
its margin reaches it, and some of the neighbouring cells with it, chosen by a keyed hash. The
outline of the hole therefore follows the lattice, not the zone.

A hole is left and not filled by the neighbours: the audit demands that nothing published meets
the zone or its margin, and a parcel drawn over ground that is something else would be a false
statement to the public. The lattice is the same in each release (it depends on the secret salt
and the size class of the zone only), so that the holes of several releases cannot be intersected
to narrow the zone down.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

Geometries: TypeAlias = npt.NDArray[np.object_]

# A snapped border lies within 1.5 grid steps of the raw one; the rest is for safety.
_SNAPPING_STEPS = 3.0
_LEAST_CELL = 100.0
_JITTER = 0.3
_DECOY_SHARE = 0.4


@dataclass(frozen=True)
class WithheldArea:
    """The area that nothing published may enter. For the internal node's eyes only.

    ``likeness``: intersection over union of withheld area and zones; 1 would be a tracing.
    """

    area: shapely.Geometry
    likeness: float


@dataclass(frozen=True)
class Lattice:
    """A jittered square lattice: ``cell`` in metres; ``key`` decides the jitter and the decoys."""

    cell: float
    key: bytes

    def chance(self, columns: npt.NDArray[np.int64], purpose: str) -> npt.NDArray[np.float64]:
        """A number in [0, 1) for each lattice position; ``columns``: shape (n, 2)."""
        texts = (f"{purpose}:{self.cell:g}:{i}:{j}".encode() for i, j in columns.tolist())
        digests = [hashlib.blake2b(text, key=self.key, digest_size=8).digest() for text in texts]
        numbers = np.frombuffer(b"".join(digests), dtype=">u8")
        return np.asarray((numbers >> np.uint64(11)) / 2.0**53, dtype=np.float64)

    def corners(self, columns: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Coordinates in metres of lattice points, each moved by up to 0.3 of a cell."""
        moved = np.column_stack([self.chance(columns, "x"), self.chance(columns, "y")])
        return (columns + (moved * 2.0 - 1.0) * _JITTER) * self.cell

    def cells(self, columns: npt.NDArray[np.int64]) -> Geometries:
        """The quadrilaterals whose lower left lattice points are ``columns``."""
        around = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
        points = (columns[:, None, :] + around).reshape(-1, 2)
        return np.asarray(shapely.polygons(self.corners(points).reshape(-1, 4, 2)))


def withheld_area(zones: Geometries, margin: float, grid: float, salt: str) -> WithheldArea | None:
    """The area to withhold around ``zones`` (ground CRS, metres); ``None`` without zones.

    ``zones`` may be of any kind; points and lines count with their margin.
    """
    present = np.asarray(shapely.make_valid(zones[~shapely.is_missing(zones)]))
    present = np.asarray(present[~shapely.is_empty(present)])
    if not len(present):
        return None
    key = hashlib.blake2b(f"withheld area|{salt}".encode(), digest_size=32).digest()
    kept_clear = np.asarray(shapely.buffer(present, margin + _SNAPPING_STEPS * grid))
    pieces = [
        piece
        for zone in kept_clear
        for piece in _withheld_cells(zone, Lattice(_cell_size(zone, margin, grid), key))
    ]
    area = shapely.union_all(np.array(pieces))
    zone_area = shapely.union_all(present)
    union = shapely.area(shapely.union(area, zone_area))
    likeness = shapely.area(shapely.intersection(area, zone_area)) / union if union else 0.0
    return WithheldArea(area, float(likeness))


def _cell_size(zone: shapely.Geometry, margin: float, grid: float) -> float:
    """Coarse against margin, grid and zone; in powers of two, so that it seldom changes."""
    least = max(_LEAST_CELL, 2.0 * margin, 10.0 * grid, 0.35 * float(shapely.area(zone)) ** 0.5)
    return float(2.0 ** np.ceil(np.log2(least)))


def _withheld_cells(zone: shapely.Geometry, lattice: Lattice) -> list[shapely.Geometry]:
    """The cells that the zone reaches and, by lot, some of those beside them."""
    low = np.floor(np.array(shapely.bounds(zone)[:2]) / lattice.cell).astype(np.int64) - 3
    high = np.ceil(np.array(shapely.bounds(zone)[2:]) / lattice.cell).astype(np.int64) + 3
    across, up = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]), indexing="ij")
    columns = np.column_stack([across.ravel(), up.ravel()]).astype(np.int64)
    cells = lattice.cells(columns)
    reached = np.asarray(shapely.intersects(zone, cells)).reshape(across.shape)
    beside = np.zeros_like(reached)
    for axis in (0, 1):
        for shift in (-1, 1):
            beside |= np.roll(reached, shift, axis=axis)
    drawn = lattice.chance(columns, "decoy").reshape(across.shape) < _DECOY_SHARE
    chosen = reached | (beside & drawn)
    return list(cells[chosen.ravel()])


def cut_away(
    geometry: Geometries, withheld: shapely.Geometry
) -> tuple[Geometries, npt.NDArray[np.intp]]:
    """``geometry`` less the withheld area (``None`` where nothing stays) and the rows touched."""
    shapely.prepare(withheld)
    touched = np.flatnonzero(shapely.intersects(withheld, geometry))
    result = geometry.copy()
    if len(touched):
        left = np.asarray(shapely.difference(geometry[touched], withheld))
        left[shapely.is_empty(left)] = None
        result[touched] = left
    return result, touched
