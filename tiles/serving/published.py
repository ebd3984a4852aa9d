"""The published releases and their open archives, shared by all threads of a process."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from tiles.pyramid.archive import Archive
from tiles.pyramid.errors import ArchiveError
from tiles.releases.directory import (
    DIRECTORY_NAME,
    Directory,
    PublishedLayer,
    PublishedRelease,
    load_directory,
)
from tiles.serving.prepared import PreparedTiles

logger = logging.getLogger(__name__)

CHECK_INTERVAL = 0.5
"""Seconds between two looks at the directory file."""

RETRY_INTERVAL = 2.0
"""Seconds before an archive that could not be opened is tried again."""

_Stamp = tuple[int, int, int] | None


@dataclass(frozen=True)
class _State:
    """What one reading of the directory file gave; replaced as a whole, only ``prepared`` grows."""

    stamp: _Stamp
    directory: Directory
    prepared: PreparedTiles = field(default_factory=PreparedTiles)


class Published:
    """The release directory on disk (已发布目录), reloaded when its file changes.

    Archives are opened when first asked for and closed when their release leaves the directory.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._archives: dict[str, Archive] = {}
        self._damaged: dict[str, tuple[float, ArchiveError]] = {}
        self._state = _State(None, Directory())
        self._checked = float("-inf")

    def layer(self, code: str) -> PublishedLayer | None:
        """The layer of that code."""
        self._look(force=False)
        found = self._state.directory.layers.get(code)
        if found is None:
            self._look(force=True)
            found = self._state.directory.layers.get(code)
        return found

    def release(self, layer: str, release: str) -> PublishedRelease | None:
        """The release of that id, current or not; an unknown one is looked for on disk at once."""
        self._look(force=False)
        found = self._release(layer, release)
        if found is None:
            self._look(force=True)
            found = self._release(layer, release)
        return found

    def archive(self, relative: str) -> Archive:
        """The open archive of a path of the directory.

        Raises ``ArchiveError`` where it is damaged or absent.
        """
        archive = self._archives.get(relative)
        if archive is not None:
            return archive
        with self._lock:
            return self._archives.get(relative) or self._open(relative)

    def prepared(self) -> PreparedTiles:
        """The tiles prepared since the directory was last read."""
        self._look(force=False)
        return self._state.prepared

    def refresh(self) -> None:
        """Look at the directory file now."""
        self._look(force=True)

    def close(self) -> None:
        """Close all archives."""
        with self._lock:
            while self._archives:
                self._archives.popitem()[1].close()

    @property
    def directory(self) -> Directory:
        """The directory as last read."""
        self._look(force=False)
        return self._state.directory

    def _release(self, layer: str, release: str) -> PublishedRelease | None:
        found = self._state.directory.layers.get(layer)
        return found.releases.get(release) if found else None

    def _look(self, *, force: bool) -> None:
        now = time.monotonic()
        if not force and now - self._checked < CHECK_INTERVAL:
            return
        self._checked = now
        if self._stamp() == self._state.stamp:
            return
        with self._lock:
            self._reload()

    def _reload(self) -> None:
        # Taken before reading: a file that is replaced meanwhile is read again next time.
        stamp = self._stamp()
        if stamp == self._state.stamp:
            return
        try:
            directory = load_directory(self._folder) if stamp else Directory()
        except FileNotFoundError:
            directory, stamp = Directory(), None
        except (ValueError, KeyError, TypeError, AttributeError, OSError):
            # The last good directory stays in force: a broken file must not take the map down.
            logger.exception("the release directory cannot be read; the last good one is kept")
            directory = self._state.directory
        self._state = _State(stamp, directory)
        self._close_unlisted(directory)

    def _close_unlisted(self, directory: Directory) -> None:
        listed = {
            relative
            for layer in directory.layers.values()
            for release in layer.releases.values()
            if not release.withdrawn
            for relative in release.archives.values()
        }
        for relative in [name for name in self._archives if name not in listed]:
            self._archives.pop(relative).close()
        self._damaged.clear()

    def _open(self, relative: str) -> Archive:
        failed = self._damaged.get(relative)
        if failed and time.monotonic() - failed[0] < RETRY_INTERVAL:
            raise failed[1]
        try:
            archive = Archive(self._path(relative))
        except (ArchiveError, OSError) as error:
            logger.exception("archive %s cannot be opened", relative)
            failure = ArchiveError(f"{relative} cannot be opened")
            self._damaged[relative] = (time.monotonic(), failure)
            raise failure from error
        self._archives[relative] = archive
        return archive

    def _path(self, relative: str) -> Path:
        path = (self._folder / relative).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise ArchiveError(f"{relative} lies outside the published folder")
        return path

    def _stamp(self) -> _Stamp:
        try:
            state = (self._folder / DIRECTORY_NAME).stat()
        except FileNotFoundError:
            return None
        return state.st_ino, state.st_size, state.st_mtime_ns
