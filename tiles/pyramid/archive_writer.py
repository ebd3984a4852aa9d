"""Writing a PMTiles v3 archive: clustered, deduplicated, durable, all or nothing."""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BufferedRandom
from pathlib import Path
from typing import Any

from pmtiles.tile import Compression, Entry, HeaderDict, TileType, serialize_header
from pmtiles.writer import optimize_directories

from tiles.pyramid.errors import BuildBusyError

HEADER_BYTES = 127
_ROOT_BYTES = 16384 - HEADER_BYTES

Bounds = tuple[float, float, float, float]


@dataclass
class TileStore:
    """Encoded tiles as they are finished, in any order, on a scratch file.

    Equal tiles are stored once. ``places``: tile id -> (offset, length) in the scratch file.
    """

    scratch: BufferedRandom
    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    _known: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    _end: int = 0

    def add(self, tile_id: int, data: bytes) -> None:
        """Store one compressed tile."""
        if tile_id in self.places:
            raise ValueError(f"tile {tile_id} was written twice")
        digest = hashlib.sha256(data).digest()
        place = self._known.get(digest)
        if place is None:
            place = (self._end, len(data))
            self.scratch.write(data)
            self._end += len(data)
            self._known[digest] = place
        self.places[tile_id] = place

    @property
    def contents(self) -> int:
        """Number of different tiles."""
        return len(self._known)

    def clustered(self) -> tuple[list[Entry], list[tuple[int, int]]]:
        """Directory entries in order of tile id, and the places to copy in that same order."""
        entries: list[Entry] = []
        order: list[tuple[int, int]] = []
        moved: dict[int, int] = {}
        end = 0
        for tile_id in sorted(self.places):
            old, length = self.places[tile_id]
            if old not in moved:
                moved[old] = end
                order.append((old, length))
                end += length
            last = entries[-1] if entries else None
            if last and last.offset == moved[old] and tile_id == last.tile_id + last.run_length:
                last.run_length += 1
            else:
                entries.append(Entry(tile_id, moved[old], length, 1))
        return entries, order


@contextmanager
def partial_file(out: Path) -> Iterator[BufferedRandom]:
    """A file that takes the name ``out`` only when the block ends without error.

    The partial file has one fixed name, so that the rest of a killed build is overwritten by the
    next; a lock on it keeps two builds of one archive apart (``BuildBusyError``).
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f".{out.name}.partial")
    stream = _open_locked(partial)
    try:
        stream.truncate(0)
        yield stream
        stream.flush()
        os.fchmod(stream.fileno(), 0o644)
        os.fsync(stream.fileno())
        partial.replace(out)
        _sync_folder(out.parent)
    except BaseException:
        with suppress(FileNotFoundError):
            partial.unlink()
        raise
    finally:
        stream.close()


def write_archive(
    stream: BufferedRandom,
    store: TileStore,
    *,
    zooms: tuple[int, int],
    bounds: Bounds,
    metadata: Mapping[str, Any],
) -> None:
    """Write header, directories, metadata and the tiles of ``store`` to an empty ``stream``."""
    entries, order = store.clustered()
    root, leaves, _ = optimize_directories(entries, _ROOT_BYTES)
    text = json.dumps(metadata, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    packed = gzip.compress(text.encode(), mtime=0)
    header: HeaderDict = {
        "version": 3,
        "root_offset": HEADER_BYTES,
        "root_length": len(root),
        "metadata_offset": HEADER_BYTES + len(root),
        "metadata_length": len(packed),
        "leaf_directory_offset": HEADER_BYTES + len(root) + len(packed),
        "leaf_directory_length": len(leaves),
        "tile_data_offset": HEADER_BYTES + len(root) + len(packed) + len(leaves),
        "tile_data_length": sum(length for _, length in order),
        "addressed_tiles_count": len(store.places),
        "tile_entries_count": len(entries),
        "tile_contents_count": store.contents,
        "clustered": True,
        "internal_compression": Compression.GZIP,
        "tile_compression": Compression.GZIP,
        "tile_type": TileType.MVT,
        "min_zoom": zooms[0],
        "max_zoom": zooms[1],
        "min_lon_e7": int(bounds[0] * 1e7 // 1),
        "min_lat_e7": int(bounds[1] * 1e7 // 1),
        "max_lon_e7": int(-(-bounds[2] * 1e7 // 1)),
        "max_lat_e7": int(-(-bounds[3] * 1e7 // 1)),
        "center_zoom": zooms[0],
        "center_lon_e7": round((bounds[0] + bounds[2]) * 5e6),
        "center_lat_e7": round((bounds[1] + bounds[3]) * 5e6),
    }
    stream.write(serialize_header(header) + root + packed + leaves)
    store.scratch.flush()
    for offset, length in order:
        store.scratch.seek(offset)
        stream.write(store.scratch.read(length))


@contextmanager
def scratch_folder(out: Path) -> Iterator[Path]:
    """A folder beside ``out`` for the time of one build; the rest of a killed build is wiped."""
    folder = out.with_name(f".{out.name}.work")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _open_locked(partial: Path) -> BufferedRandom:
    while True:
        handle = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            raise BuildBusyError(f"{partial.name} is being written by another process") from error
        # Between open and lock the other build may have renamed the file to its final name;
        # writing on would then destroy a finished archive.
        if _is_same_file(handle, partial):
            return os.fdopen(handle, "r+b")
        os.close(handle)


def _is_same_file(handle: int, path: Path) -> bool:
    try:
        named = path.stat()
    except FileNotFoundError:
        return False
    opened = os.fstat(handle)
    return (named.st_dev, named.st_ino) == (opened.st_dev, opened.st_ino)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
