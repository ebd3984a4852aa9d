"""The path of a tile, parsed strictly: nothing but this form ever reaches the archives."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tiles.pyramid.tile_grid import CGCS2000_QUAD, tile_grid

DEFAULT_TMS = "WebMercatorQuad"
TILE_MATRIX_SETS: tuple[str, ...] = (DEFAULT_TMS, CGCS2000_QUAD.id)
"""The tile matrix sets (瓦片矩阵集) that a release may have; the first is meant without a name."""

_MAX_ZOOM = 24
_PATH = re.compile(
    r"/tiles/(?P<layer>[a-z][a-z0-9_]{1,39})/(?P<release>[A-Za-z0-9][A-Za-z0-9_-]{0,79})"
    r"(?:/(?P<tms>[A-Za-z][A-Za-z0-9_]{1,39}))?"
    r"/(?P<z>0|[1-9][0-9]?)/(?P<x>0|[1-9][0-9]{0,9})/(?P<y>0|[1-9][0-9]{0,9})\.mvt",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class TilePath:
    """A tile of a release in a tile matrix set."""

    layer: str
    release: str
    tms: str
    z: int
    x: int
    y: int


def is_tile_path(path: str) -> bool:
    """Whether the tile endpoint answers for this path, be it well formed or not."""
    return path.startswith("/tiles/") and path.endswith(".mvt")


def parse_tile_path(path: str) -> TilePath | None:
    """The tile of a path, or ``None`` for nonsense.

    Numbers are plain decimals without sign or leading zero, within the columns and rows of the
    zoom: one tile, one URL. A tile matrix set that nobody knows is no nonsense, only absent.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    tms = match["tms"] or DEFAULT_TMS
    z, x, y = int(match["z"]), int(match["x"]), int(match["y"])
    columns, rows = _size(tms, z)
    if x >= columns or y >= rows:
        return None
    return TilePath(match["layer"], match["release"], tms, z, x, y)


def _size(tms: str, zoom: int) -> tuple[int, int]:
    """Columns and rows of a zoom; none where the set has no such zoom."""
    if tms not in TILE_MATRIX_SETS:
        return (1 << zoom, 1 << zoom) if zoom <= _MAX_ZOOM else (0, 0)
    matrix = tile_grid(tms).matrices.get(zoom)
    return (matrix.columns, matrix.rows) if matrix else (0, 0)
