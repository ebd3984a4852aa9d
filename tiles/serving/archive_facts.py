"""What the map style and TileJSON need to know of a published archive."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tiles.pyramid.archive import Archive
from tiles.pyramid.errors import ArchiveError
from tiles.releases.directory import PublishedLayer
from tiles.serving.tile_path import DEFAULT_TMS

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class ArchiveFacts:
    """Bounds in degrees (west, south, east, north), zooms and metadata of an archive."""

    bounds: Bounds
    zooms: tuple[int, int]
    metadata: dict[str, Any]

    @property
    def classes(self) -> frozenset[str]:
        """The class values that occur in the archive."""
        return frozenset(self.metadata.get("classes", ()))


def archive_facts(published: Path, layer: PublishedLayer, tms: str = DEFAULT_TMS) -> ArchiveFacts:
    """Facts of the archive in force; raises ``ArchiveError`` where it cannot be read."""
    release = layer.releases.get(layer.current)
    relative = release.archives.get(tms) if release else None
    if relative is None:
        raise ArchiveError(f"{layer.code}: the current release has no {tms} archive")
    path = published / relative
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError as error:
        raise ArchiveError(f"{layer.code}: the archive of the current release is gone") from error
    return _read(path, changed)


@lru_cache(maxsize=64)
def _read(path: Path, changed: int) -> ArchiveFacts:
    """``changed`` (modification time) belongs to the key: archives do not change, tests do."""
    archive = Archive(path)
    try:
        return ArchiveFacts(archive.bounds, archive.zooms, archive.metadata)
    finally:
        archive.close()
