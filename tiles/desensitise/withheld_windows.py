"""Windows that hold a restricted place without telling where in them it lies (避让窗口).

A window is a rectangle of a lattice: a cell, widened on all sides by half the extent of what it
must hold. All windows of the lattice together stand for every place that the middle can have, so
a window tells the cell of the middle and, coarsely, the extent; within the cell every position is
equally likely. Lattices of one number nest: the windows of the next level hold those of this one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

Box: TypeAlias = tuple[float, float, float, float]

_LEAST_CELL = 256.0
# Cell against the side of the area to hold: from this to twice this.
_CELL_SHARE = 0.75
_ROUGHNESS = 1.0 / 16.0


@dataclass(frozen=True)
class Lattice:
    """Square cells of 2 ** ``level`` metres; ``key`` and ``number`` decide where they lie.

    ``stretch``: how often a window is made half a cell longer, on a side that is drawn by lot.
    """

    key: bytes
    number: int
    level: int
    stretch: int = 0

    @property
    def cell(self) -> float:
        return float(2**self.level)

    def window(self, holds: Box) -> Box:
        """The window for a bounding box: its middle decides the cell, its extent the rest."""
        low, high = np.array(holds[:2]), np.array(holds[2:])
        # In steps of an eighth of a cell, so that the window does not measure what it holds.
        extent = np.ceil((high - low) / (self.cell / 8.0)) * (self.cell / 8.0)
        corner = np.floor(((low + high) / 2.0 - self._origin) / self.cell) * self.cell
        corner += self._origin
        sides = np.append(corner - extent / 2.0, corner + self.cell + extent / 2.0)
        lots = self._chances(f"stretch:{sides.tolist()}", self.stretch)
        for turn, lot in enumerate(lots):
            # Across and up by turns: a zone could stand out in a long and narrow hole.
            side = turn % 2 + 2 * int(lot < 0.5)
            sides[side] += self.cell / 2.0 * (-1.0 if side < 2 else 1.0)
        left, bottom, right, top = sides.tolist()
        return left, bottom, right, top

    def outline(self, window: Box) -> shapely.Polygon:
        """The window with a rough border, which lies up to a sixteenth of a cell outside it."""
        left, bottom, right, top = window
        corners = np.array([[left, bottom], [right, bottom], [right, top], [left, top]])
        sides = []
        for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            steps = max(2, round(float(np.abs(end - start).max()) / (self.cell / 3.0)))
            sides.append(start + (np.arange(steps) / steps)[:, None] * (end - start))
        border = np.vstack(sides)
        outward = (border == (right, top)).astype(float) - (border == (left, bottom))
        reach = self._chances(f"outline:{window}", len(border)) * self.cell * _ROUGHNESS
        return shapely.Polygon(border + outward * reach[:, None])

    @property
    def _origin(self) -> npt.NDArray[np.float64]:
        digest = self._digest("origin")
        across, up = int.from_bytes(digest[:8], "big"), int.from_bytes(digest[8:16], "big")
        return np.array([across % 2**self.level, up % 2**self.level], dtype=np.float64)

    def _digest(self, purpose: str) -> bytes:
        text = f"{self.number}:{purpose}".encode()
        return hashlib.blake2b(text, key=self.key, digest_size=64).digest()

    def _chances(self, purpose: str, count: int) -> npt.NDArray[np.float64]:
        """``count`` numbers in [0, 1)."""
        blocks = [self._digest(f"{purpose}:{block}") for block in range(-(-count // 8))]
        numbers = np.frombuffer(b"".join(blocks), dtype=">u8")[:count]
        return np.asarray((numbers >> np.uint64(11)) / 2.0**53, dtype=np.float64)


def level_for(area: float, grid: float) -> int:
    """The level whose cells are coarse against ``area`` (m2) and ``grid`` (m)."""
    least = max(_LEAST_CELL, 10.0 * grid, _CELL_SHARE * area**0.5)
    return int(np.ceil(np.log2(least)))
