"""How heavy the fullest tile of a zoom will be, estimated before anything is encoded."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tiles.pyramid.tile_grid import TileMatrix, tile_ranges

MAX_RAW_BYTES = 500_000
"""No tile is larger than this before compression, whatever the layer holds."""

LIMIT = 0.85 * MAX_RAW_BYTES
"""What the estimate of a tile may come to."""

ATTEMPTS = 12
"""How often thresholds are raised before single tiles are thinned."""

_BYTES_PER_VERTEX = 3.0
_BYTES_PER_FEATURE = 14.0
_MOST_ACROSS = 64
"""A feature over more tiles than this squared weighs next to nothing in each of them."""

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def heaviest_tile(
    bounds: Floats, vertices: npt.NDArray[np.integer], attribute_bytes: Floats, matrix: TileMatrix
) -> float:
    """Expected bytes of the fullest tile before compression.

    For each feature: ``bounds`` (n, 4) in units, number of vertices, bytes of its attributes.
    """
    if not len(bounds):
        return 0.0
    weight = _BYTES_PER_FEATURE + attribute_bytes + _BYTES_PER_VERTEX * vertices
    tiles, rows = _pairs(tile_ranges(bounds, matrix), matrix.columns)
    share = weight / np.bincount(rows, minlength=len(bounds))
    _, index = np.unique(tiles, return_inverse=True)
    return float(np.bincount(index, weights=share[rows]).max())


def _pairs(ranges: Integers, columns: int) -> tuple[Integers, Integers]:
    """Every (tile number, feature row) of tile ranges."""
    wide = np.minimum(ranges[:, 2:] - ranges[:, :2] + 1, _MOST_ACROSS)
    count = wide.prod(axis=1)
    rows = np.repeat(np.arange(len(ranges)), count)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    x = ranges[rows, 0] + nth % wide[rows, 0]
    y = ranges[rows, 1] + nth // wide[rows, 0]
    return y * columns + x, rows
