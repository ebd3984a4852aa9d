"""The two tile matrix sets by their definitions, for the leak audit: plain arithmetic.

WebMercatorQuad (OGC 17-083r4, annex D) and the national grid CGCS2000Quad (天地图 c: EPSG:4490,
origin at 90°N 180°W, level 1 of two tiles). Coordinates of a zoom are *units*, 4096 a tile side,
origin at the top left of the matrix, y downward.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

EXTENT = 4096
BUFFER = 64

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TileMatrixSet:
    """``crs`` with x = east first; ``left``, ``top`` and ``side`` (of the tile of level 0) in it."""

    tms_id: str
    crs: str
    left: float
    top: float
    side: float
    extra_zooms: int

    def unit(self, zoom: int) -> float:
        """Length of one unit in units of the CRS (metres or degrees)."""
        return math.ldexp(self.side / EXTENT, -zoom)

    def units(self, xy: Floats, zoom: int) -> Floats:
        """CRS coordinates (n, 2) as units of ``zoom``, not rounded."""
        return (xy - (self.left, self.top)) * (1.0, -1.0) / self.unit(zoom)

    def coordinates(self, units: Floats, zoom: int) -> Floats:
        """Units of ``zoom`` (n, 2) as CRS coordinates."""
        return units * self.unit(zoom) * (1.0, -1.0) + (self.left, self.top)


_EQUATOR = 2.0 * math.pi * 6_378_137.0

TILE_MATRIX_SETS = {
    matrix_set.tms_id: matrix_set
    for matrix_set in (
        TileMatrixSet("WebMercatorQuad", "EPSG:3857", -_EQUATOR / 2, _EQUATOR / 2, _EQUATOR, 0),
        # An archive of this grid may go one level deeper, for the sake of clients that show it at
        # half the size.
        TileMatrixSet("CGCS2000Quad", "EPSG:4490", -180.0, 90.0, 360.0, 1),
    )
}
