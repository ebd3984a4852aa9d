"""Reading a PMTiles archive for the leak audit, byte for byte and tile by tile."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import (
    Compression,
    Entry,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    tileid_to_zxy,
)

from tiles.desensitise.audit_varints import Unreadable

_HEADER_BYTES = 127
_BATCH_BYTES = 12_000_000
_LARGEST_TILE = 64_000_000
_MAX_TILES = 50_000_000
# What the reader raises on bytes that are no archive.
_BROKEN = (
    EOFError, IndexError, KeyError, MagicNumberNotFound, OSError, SpecVersionUnsupported,
    TypeError, ValueError, struct.error, zlib.error, OverflowError,
)  # fmt: skip


@dataclass(frozen=True)
class Batch:
    """Some tiles of one zoom: ``tiles`` (n, 2) of column and row, ``ids``, uncompressed ``data``.

    ``data`` is ``None`` where the tile does not decompress.
    """

    zoom: int
    ids: npt.NDArray[np.int64]
    tiles: npt.NDArray[np.int64]
    data: list[bytes | None]


class ArchiveFile:
    """An archive opened for the audit; raises ``Unreadable`` where it is no whole archive."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as stream:
                self._bytes = MmapSource(stream)
                self.size = stream.seek(0, 2)
            reader = Reader(self._bytes)
            self.header: dict[str, Any] = dict(reader.header())
            self.metadata: Any = reader.metadata()
            self._leaves: list[Entry] = []
            root = self.header["root_offset"], self.header["root_length"]
            self.entries = list(self._directory(*root, depth=0))
        except _BROKEN as error:
            raise Unreadable(f"no whole archive: {type(error).__name__}") from error
        kinds = (self.header["tile_type"], self.header["tile_compression"])
        if kinds != (TileType.MVT, Compression.GZIP) or len(self) > _MAX_TILES:
            raise Unreadable("not an archive of gzipped vector tiles")
        ends = [entry.tile_id + entry.run_length for entry in self.entries]
        if any(entry.tile_id < end for entry, end in zip(self.entries[1:], ends, strict=False)):
            raise Unreadable("a tile stands in the directory twice")

    @property
    def top_zoom(self) -> int:
        """The highest zoom that the archive has a tile of; -1 without tiles."""
        return max((tileid_to_zxy(entry.tile_id)[0] for entry in self.entries[-1:]), default=-1)

    def __len__(self) -> int:
        return sum(entry.run_length for entry in self.entries)

    def _directory(self, offset: int, length: int, *, depth: int) -> Iterator[Entry]:
        if depth > 3:
            raise Unreadable("directories nested too deep")
        for entry in deserialize_directory(self._bytes(offset, length)):
            if entry.run_length:
                yield entry
            else:
                self._leaves.append(entry)
                start = self.header["leaf_directory_offset"] + entry.offset
                yield from self._directory(start, entry.length, depth=depth + 1)

    def unreferenced(self) -> int:
        """How many bytes of the file belong to no section, directory or tile (or to two)."""
        header = self.header
        sections = [(0, _HEADER_BYTES)] + [
            (header[f"{name}_offset"], header[f"{name}_length"])
            for name in ("root", "metadata", "leaf_directory", "tile_data")
        ]
        tiles = {(entry.offset, entry.length) for entry in self.entries}
        leaves = [(leaf.offset, leaf.length) for leaf in self._leaves]
        return (
            _uncovered(sections, self.size)
            + _uncovered(sorted(tiles), header["tile_data_length"])
            + _uncovered(leaves, header["leaf_directory_length"])
        )

    def batches(self) -> Iterator[Batch]:
        """All tiles in order of their ids, each batch of one zoom and of bounded size."""
        ids: list[int] = []
        tiles: list[tuple[int, int]] = []
        data: list[bytes | None] = []
        zoom, size = -1, 0
        for entry in self.entries:
            content = self._tile(entry)
            for tile_id in range(entry.tile_id, entry.tile_id + entry.run_length):
                z, x, y = tileid_to_zxy(tile_id)
                if ids and (z != zoom or size > _BATCH_BYTES):
                    yield Batch(zoom, np.array(ids, np.int64), np.array(tiles, np.int64), data)
                    ids, tiles, data, size = [], [], [], 0
                zoom = z
                ids.append(tile_id)
                tiles.append((x, y))
                data.append(content)
                size += len(content or b"")
        if ids:
            yield Batch(zoom, np.array(ids, np.int64), np.array(tiles, np.int64), data)

    def _tile(self, entry: Entry) -> bytes | None:
        """One tile's content; ``None`` unless it is one plain gzip member and nothing else."""
        offset = self.header["tile_data_offset"] + entry.offset
        packed = self._bytes(offset, entry.length)
        reader = zlib.decompressobj(wbits=31)
        try:
            content = reader.decompress(packed, _LARGEST_TILE)
        except zlib.error:
            return None
        # The flags of a gzip header stand for a name, a comment or other text inside it.
        whole = reader.eof and not reader.unused_data and len(packed) > 3 and not packed[3]
        return content if whole and len(packed) == entry.length else None


def _uncovered(spans: list[tuple[int, int]], size: int) -> int:
    """How many bytes of ``size`` the spans (offset, length) leave out, overlap, or overshoot."""
    wrong = end = 0
    for offset, length in sorted(spans):
        wrong += abs(offset - end) if length else 0
        end = offset + length if length else end
    return wrong + abs(size - end)
