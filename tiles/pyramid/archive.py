"""Reading a PMTiles v3 archive: memory-mapped, directories decoded once."""

from __future__ import annotations

import gzip
import json
import mmap
import os
import zlib
from bisect import bisect_right
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pmtiles.tile import (
    Compression,
    HeaderDict,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_header,
    zxy_to_tileid,
)

from tiles.pyramid.archive_writer import HEADER_BYTES
from tiles.pyramid.errors import ArchiveClosedError, ArchiveError

Integers = npt.NDArray[np.int64]

_MAX_ENTRIES = 50_000_000
_MAX_DIRECTORY = 256 * 1024 * 1024


class Archive:
    """A tile archive on disk (瓦片档案), safe to share between threads.

    Raises ``ArchiveError`` where the file is no whole PMTiles v3 archive of gzipped vector tiles,
    ``FileNotFoundError`` where there is none. A tile's checksum is verified when the tile is read
    for the first time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as stream:
            state = os.fstat(stream.fileno())
            if state.st_size < HEADER_BYTES:
                raise ArchiveError(f"{path.name}: shorter than a header")
            self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self.stamp = (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns)
        try:
            self.header: HeaderDict = _read_header(self._map, path.name)
            self.metadata: dict[str, Any] = self._read_metadata()
            self._load_directories()
        except BaseException:
            self._map.close()
            raise
        self._verified: set[int] = set()

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        header = self.header
        return (
            header["min_lon_e7"] / 1e7,
            header["min_lat_e7"] / 1e7,
            header["max_lon_e7"] / 1e7,
            header["max_lat_e7"] / 1e7,
        )

    @property
    def zooms(self) -> tuple[int, int]:
        """Lowest and highest zoom."""
        return self.header["min_zoom"], self.header["max_zoom"]

    def __len__(self) -> int:
        return sum(self._runs)

    def get(self, z: int, x: int, y: int) -> bytes | None:
        """The gzipped tile, or ``None`` where the archive has none.

        Raises ``ArchiveError`` for a damaged tile, ``ArchiveClosedError`` after ``close``.
        """
        place = self.locate(z, x, y)
        if place is None:
            return None
        data = self.read(*place)
        if place[0] not in self._verified:
            _verify_tile(data, f"{self.path.name}: tile {z}/{x}/{y}")
            self._verified.add(place[0])
        return data

    def locate(self, z: int, x: int, y: int) -> tuple[int, int] | None:
        """Offset and length of a gzipped tile in the file, or ``None``."""
        tile_id = zxy_to_tileid(z, x, y)
        entry = bisect_right(self._ids, tile_id) - 1
        if entry < 0 or tile_id >= self._ids[entry] + self._runs[entry]:
            return None
        return self._offsets[entry], self._lengths[entry]

    def tile_ids(self) -> list[int]:
        """The ids of all tiles in the archive, ascending."""
        return [
            tile_id
            for first, run in zip(self._ids, self._runs, strict=True)
            for tile_id in range(first, first + run)
        ]

    def close(self) -> None:
        """Give the mapping back; a later ``get`` raises ``ArchiveClosedError``."""
        self._map.close()

    def read(self, offset: int, length: int) -> bytes:
        """Bytes of the file; raises ``ArchiveClosedError`` after ``close``."""
        try:
            # A slice of a mapping is a copy made under the interpreter lock, so a concurrent
            # close can only come before it or after it.
            return self._map[offset : offset + length]
        except ValueError as error:
            raise ArchiveClosedError(f"{self.path.name} is closed") from error

    def _read_metadata(self) -> dict[str, Any]:
        offset, length = self.header["metadata_offset"], self.header["metadata_length"]
        try:
            document = json.loads(_gunzip(self._map[offset : offset + length], self.path.name))
        except ValueError as error:
            raise ArchiveError(f"{self.path.name}: metadata is not JSON") from error
        if not isinstance(document, dict):
            raise ArchiveError(f"{self.path.name}: metadata is no object")
        return document

    def _load_directories(self) -> None:
        header, name = self.header, self.path.name
        root = self._map[header["root_offset"] : header["root_offset"] + header["root_length"]]
        ids, runs, lengths, offsets = _entries(root, name)
        leaves = np.flatnonzero(runs == 0)
        if len(leaves):
            if len(leaves) != len(runs):
                raise ArchiveError(f"{name}: the root directory mixes tiles and leaves")
            starts = offsets + header["leaf_directory_offset"]
            if (offsets + lengths > header["leaf_directory_length"]).any():
                raise ArchiveError(f"{name}: a leaf directory lies outside the file")
            parts = [
                _entries(self._map[start : start + length], name)
                for start, length in zip(starts.tolist(), lengths.tolist(), strict=True)
            ]
            ids, runs, lengths, offsets = (
                np.concatenate(columns) for columns in zip(*parts, strict=True)
            )
        _check_entries(ids, runs, lengths, offsets, size=header["tile_data_length"], name=name)
        # Lists, since bisect and item access on them are several times faster than on arrays.
        self._ids: list[int] = ids.tolist()
        self._runs: list[int] = runs.tolist()
        self._lengths: list[int] = lengths.tolist()
        self._offsets: list[int] = (offsets + header["tile_data_offset"]).tolist()


def _read_header(mapping: mmap.mmap, name: str) -> HeaderDict:
    try:
        header = deserialize_header(mapping[:HEADER_BYTES])
    except (MagicNumberNotFound, SpecVersionUnsupported, ValueError) as error:
        raise ArchiveError(f"{name}: not a PMTiles v3 archive") from error
    gzipped = (header["internal_compression"], header["tile_compression"])
    if gzipped != (Compression.GZIP, Compression.GZIP) or header["tile_type"] != TileType.MVT:
        raise ArchiveError(f"{name}: not an archive of gzipped vector tiles")
    size = len(mapping)
    sections = (
        (header["root_offset"], header["root_length"]),
        (header["metadata_offset"], header["metadata_length"]),
        (header["leaf_directory_offset"], header["leaf_directory_length"]),
        (header["tile_data_offset"], header["tile_data_length"]),
    )
    if any(offset + length > size for offset, length in sections):
        raise ArchiveError(f"{name}: shorter than its header says")
    return header


def _gunzip(data: bytes, name: str) -> bytes:
    reader = zlib.decompressobj(wbits=31)
    try:
        plain = reader.decompress(data, _MAX_DIRECTORY)
    except zlib.error as error:
        raise ArchiveError(f"{name}: damaged") from error
    if not reader.eof:
        raise ArchiveError(f"{name}: damaged")
    return plain


def _verify_tile(data: bytes, name: str) -> None:
    try:
        gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise ArchiveError(f"{name} is damaged") from error


def _entries(data: bytes, name: str) -> tuple[Integers, Integers, Integers, Integers]:
    """Decode one directory: tile ids, run lengths, lengths, offsets."""
    numbers = _varints(_gunzip(data, name), name)
    count = int(numbers[0]) if len(numbers) else -1
    if not 0 <= count <= _MAX_ENTRIES or len(numbers) != 1 + 4 * count:
        raise ArchiveError(f"{name}: damaged directory")
    ids, runs, lengths, offsets = numbers[1:].reshape(4, count)
    ids = np.cumsum(ids)
    if count and offsets[0] == 0:
        raise ArchiveError(f"{name}: damaged directory")
    return ids, runs, lengths, _absolute_offsets(offsets, lengths)


def _absolute_offsets(offsets: Integers, lengths: Integers) -> Integers:
    """Offsets where 0 means "right behind the entry before" and n means n - 1."""
    stated = offsets != 0
    end = np.cumsum(lengths)
    start = end - lengths
    anchor = np.maximum.accumulate(np.where(stated, np.arange(len(offsets)), 0))
    absolute: Integers = offsets[anchor] - 1 + start - start[anchor]
    return absolute


def _varints(data: bytes, name: str) -> Integers:
    octets = np.frombuffer(data, dtype=np.uint8)
    if not len(octets) or octets[-1] >= 0x80:
        raise ArchiveError(f"{name}: damaged directory")
    ends = np.flatnonzero(octets < 0x80)
    starts = np.concatenate(([0], ends[:-1] + 1))
    width = ends - starts + 1
    if width.max() > 9:
        raise ArchiveError(f"{name}: damaged directory")
    position = np.arange(len(octets)) - np.repeat(starts, width)
    value = (octets & 0x7F).astype(np.int64) << (7 * position)
    return np.add.reduceat(value, starts)


def _check_entries(
    ids: Integers, runs: Integers, lengths: Integers, offsets: Integers, *, size: int, name: str
) -> None:
    apart = (ids[1:] >= ids[:-1] + runs[:-1]).all()
    inside = (offsets >= 0).all() and (offsets + lengths <= size).all()
    if not (apart and inside and (runs > 0).all() and (lengths > 0).all()):
        raise ArchiveError(f"{name}: damaged directory")
