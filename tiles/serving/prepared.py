"""Tiles that were asked for before: everything of the answer but the bytes of the tile."""

from __future__ import annotations

from dataclasses import dataclass

from tiles.pyramid.archive import Archive
from tiles.serving.answers import Headers

MOST_PREPARED = 20_000
"""Entries of about 700 bytes; beyond it the collection starts anew."""


@dataclass(frozen=True, slots=True)
class PreparedTile:
    """A gzipped tile: where it lies in its archive, and the headers of a plain 200 answer."""

    archive: Archive
    offset: int
    length: int
    headers: Headers


class PreparedTiles(dict[str, PreparedTile]):
    """Request path -> tile. Belongs to one reading of the release directory and ends with it, so
    a withdrawn release leaves nothing behind. Only tiles that exist enter: nonsense cannot fill it.
    """

    def remember(self, path: str, tile: PreparedTile) -> None:
        """Keep a tile; two threads that do so at once do no harm."""
        if len(self) >= MOST_PREPARED:
            self.clear()
        self[path] = tile
