"""Where a tile lies, in degrees."""

from __future__ import annotations

import mercantile

from tiles.pyramid.archive import Archive
from tiles.pyramid.tile_grid import tile_grid
from tiles.serving.tile_path import DEFAULT_TMS

Bounds = tuple[float, float, float, float]


def tile_bounds(tms: str, z: int, x: int, y: int) -> Bounds:
    """West, south, east, north of a tile of one of ``TILE_MATRIX_SETS``.

    The national grid is laid out in degrees of CGCS2000, which differ from those of WGS 84 by
    less than a metre: an empty answer at the very edge of a release is no matter of metres.
    """
    if tms == DEFAULT_TMS:
        west, south, east, north = mercantile.bounds(x, y, z)
        return west, south, east, north
    matrix = tile_grid(tms).matrix(z)
    west, north = matrix.left + x * matrix.span, matrix.top - y * matrix.span
    return west, north - matrix.span, west + matrix.span, north


def is_inside(archive: Archive, tms: str, z: int, x: int, y: int) -> bool:
    """Whether a tile lies within the zooms and touches the bounds of an archive."""
    lowest, highest = archive.zooms
    if not lowest <= z <= highest:
        return False
    west, south, east, north = archive.bounds
    left, bottom, right, top = tile_bounds(tms, z, x, y)
    return left <= east and right >= west and bottom <= north and top >= south
