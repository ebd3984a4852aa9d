"""The definition of a tile matrix set, as OGC 17-083r4 writes it in JSON."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from tiles.pyramid.tile_grid import tile_matrix_set


@lru_cache(maxsize=4)
def grid_document(tms: str) -> dict[str, Any]:
    """The document of one of ``TILE_MATRIX_SETS``."""
    document: dict[str, Any] = tile_matrix_set(tms).model_dump(mode="json", exclude_none=True)
    return document
