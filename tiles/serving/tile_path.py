"""The path of a tile, parsed strictly: nothing but this form ever reaches the archives."""

from __future__ import annotations

import re
from dataclasses import dataclass

DEFAULT_TMS = "WebMercatorQuad"

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

    Numbers are plain decimals without sign or leading zero, within 2^z: one tile, one URL.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    z, x, y = int(match["z"]), int(match["x"]), int(match["y"])
    if z > _MAX_ZOOM or x >> z or y >> z:
        return None
    return TilePath(match["layer"], match["release"], match["tms"] or DEFAULT_TMS, z, x, y)
