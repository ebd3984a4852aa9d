"""Tile matrix sets (瓦片矩阵集) as arithmetic on arrays.

Inside the pyramid all coordinates of a zoom are *units*: 4096 a tile side, origin at the top left
of the tile matrix, y downward. A vertex that two tiles share therefore rounds to one place only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import morecantile
import numpy as np
import numpy.typing as npt
from pyproj import Transformer

from tiles.pyramid.errors import BuildError

EXTENT = 4096
"""Units a tile side (the extent of MVT 2.1)."""

BUFFER = 64
"""Units that a tile reaches over each of its sides: 8 px of a tile shown at 512 px."""

PIXEL = EXTENT // 512
"""Units a screen pixel when a tile is shown at 512 px, as MapLibre does."""

_MAX_ZOOM = 24

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TileMatrix:
    """One zoom: top left corner and tile side in CRS units, number of columns and rows."""

    zoom: int
    left: float
    top: float
    span: float
    columns: int
    rows: int

    def to_units(self, coordinates: FloatArray) -> FloatArray:
        """CRS coordinates, shape (n, 2), to units of this zoom (not yet rounded)."""
        scale = EXTENT / self.span
        units = np.empty_like(coordinates)
        units[:, 0] = (coordinates[:, 0] - self.left) * scale
        units[:, 1] = (self.top - coordinates[:, 1]) * scale
        return units

    def bounds_to_units(self, bounds: FloatArray) -> FloatArray:
        """Bounds in CRS units, (n, 4), to units of this zoom: left, top, right, bottom."""
        corners = (self.to_units(bounds[:, [0, 3]]), self.to_units(bounds[:, [2, 1]]))
        return np.hstack(corners)

    @property
    def unit(self) -> float:
        """Length of one unit in CRS units."""
        return self.span / EXTENT


@dataclass(frozen=True)
class TileGrid:
    """A tile matrix set: its id, CRS and one matrix a zoom."""

    tms_id: str
    crs: str
    matrices: Mapping[int, TileMatrix]

    def matrix(self, zoom: int) -> TileMatrix:
        """The matrix of one zoom; raises ``BuildError`` where the set has none."""
        if zoom not in self.matrices:
            raise BuildError(f"{self.tms_id} has no zoom {zoom}")
        return self.matrices[zoom]

    def holds(self, bounds: FloatArray) -> bool:
        """Whether all bounds, (n, 4) in CRS units, are finite and within the lowest matrix."""
        whole = self.matrices[min(self.matrices)]
        right = whole.left + whole.span * whole.columns
        bottom = whole.top - whole.span * whole.rows
        low, high = bounds[:, :2], bounds[:, 2:]
        return bool((low >= (whole.left, bottom)).all() and (high <= (right, whole.top)).all())


def _cgcs2000_matrix(zoom: int) -> dict[str, object]:
    """One level of the national grid in degrees; level 1 is two tiles side by side."""
    cell = 360.0 / 2**zoom / 256
    return {
        "id": str(zoom),
        # OGC 17-083r4, 6.2: the scale at the equator for a pixel of 0.28 mm.
        "scaleDenominator": cell * math.radians(6_378_137.0) / 0.000_28,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [90.0, -180.0],
        "tileWidth": 256,
        "tileHeight": 256,
        "matrixWidth": 2**zoom,
        "matrixHeight": 2 ** (zoom - 1),
    }


CGCS2000_QUAD = morecantile.TileMatrixSet(
    id="CGCS2000Quad",
    title="CGCS2000 经纬度瓦片矩阵集（天地图 c）",
    crs="http://www.opengis.net/def/crs/EPSG/0/4490",
    orderedAxes=["Lat", "Lon"],
    tileMatrices=[_cgcs2000_matrix(zoom) for zoom in range(1, _MAX_ZOOM + 1)],
)
"""The grid of 天地图's ``c`` services (EPSG:4490, top left 90, -180), which OGC does not register."""


def tile_matrix_set(tms_id: str) -> morecantile.TileMatrixSet:
    """The tile matrix set of an id; raises ``BuildError`` for an unknown one."""
    if tms_id == CGCS2000_QUAD.id:
        return CGCS2000_QUAD
    try:
        return morecantile.tms.get(tms_id)
    except morecantile.errors.InvalidIdentifier as error:
        raise BuildError(f"unknown tile matrix set {tms_id!r}") from error


@lru_cache(maxsize=8)
def tile_grid(tms_id: str) -> TileGrid:
    """The grid of a tile matrix set by its id.

    Raises ``BuildError`` for an unknown id, and for a set whose zooms are no quadtree: a PMTiles
    archive numbers tiles along a Hilbert curve over 2^z x 2^z.
    """
    tms = tile_matrix_set(tms_id)
    zooms = range(tms.minzoom, min(tms.maxzoom, _MAX_ZOOM) + 1)
    matrices = {zoom: _matrix(tms, zoom) for zoom in zooms}
    if any(max(item.columns, item.rows) > 1 << zoom for zoom, item in matrices.items()):
        raise BuildError(f"{tms_id} is no quadtree with one tile at zoom 0")
    code = tms.crs.to_epsg()
    if code is None:
        raise BuildError(f"the CRS of {tms_id} has no EPSG code")
    return TileGrid(tms_id, f"EPSG:{code}", matrices)


def _matrix(tms: morecantile.TileMatrixSet, zoom: int) -> TileMatrix:
    item, corner = tms.matrix(zoom), tms.xy_bounds(morecantile.Tile(0, 0, zoom))
    return TileMatrix(
        zoom,
        corner.left,
        corner.top,
        corner.right - corner.left,
        int(item.matrixWidth),
        int(item.matrixHeight),
    )


@lru_cache(maxsize=32)
def transformer(source_crs: str, target_crs: str) -> Transformer:
    """The transformer between two CRS, x = east first; shared, since making one takes long."""
    return Transformer.from_crs(source_crs, target_crs, always_xy=True)


def tile_ranges(
    bounds: FloatArray, matrix: TileMatrix, margin: float = BUFFER
) -> npt.NDArray[np.int64]:
    """The tiles that each feature reaches: (n, 4) of first column, first row, last column, last row.

    ``bounds``: (n, 4) in units. A feature that only touches the border of a buffered tile does
    not reach it.
    """
    first = np.floor((bounds[:, :2] - margin) / EXTENT)
    last = np.ceil((bounds[:, 2:] + margin) / EXTENT) - 1
    last = np.maximum(last, first)
    limit = np.array([matrix.columns - 1, matrix.rows - 1])
    return np.hstack([np.clip(first, 0, limit), np.clip(last, 0, limit)]).astype(np.int64)
