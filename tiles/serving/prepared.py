"""Tiles that were asked for before: their whole answer, or all of it but the bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tiles.pyramid.archive import Archive
from tiles.serving.answers import Headers

MOST_PREPARED = 20_000
"""Entries of about 700 bytes; beyond it the collection starts anew."""

MOST_BYTES = 64 * 1024 * 1024
"""Of tiles that are held in memory; those beyond it are read from their archive each time."""


@dataclass(frozen=True, slots=True)
class PreparedTile:
    """A gzipped tile: where it lies in its archive, and the headers of a plain 200 answer."""

    archive: Archive
    offset: int
    length: int
    headers: Headers
    held: bytes | None = None

    def body(self) -> bytes:
        """The tile's bytes; raises ``ArchiveClosedError`` where they are gone."""
        return self.held or self.archive.read(self.offset, self.length)


class PreparedTiles(dict[str, PreparedTile]):
    """Request path -> tile. Belongs to one reading of the release directory and ends with it, so
    a withdrawn release leaves nothing behind. Only tiles that exist enter: nonsense cannot fill it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._bytes = 0

    def remember(self, path: str, tile: PreparedTile, data: bytes) -> None:
        """Keep a tile, and its ``data`` while there is room. Two threads at once do no harm."""
        if len(self) >= MOST_PREPARED:
            self.clear()
            self._bytes = 0
        if self._bytes + len(data) <= MOST_BYTES:
            self._bytes += len(data)
            tile = replace(tile, held=data)
        self[path] = tile
