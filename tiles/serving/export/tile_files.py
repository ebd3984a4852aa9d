"""One archive as a tree of files: ``z/x/y.mvt.gz``, gzipped as stored.

Beside the tiles, ``z/columns/x`` and ``z/rows/y`` are empty files that mark the columns and rows
which the bounds of the release touch. By them a plain file server tells an empty tile inside
(both marks exist) from an address outside, as the portal does.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from pmtiles.tile import tileid_to_zxy

from tiles.pyramid.archive import Archive
from tiles.pyramid.errors import ArchiveError
from tiles.pyramid.tile_grid import tile_grid
from tiles.serving.export.index import ExportedGrid
from tiles.serving.tile_bounds import tile_bounds

Progress = Callable[[int, int], None]
SOURCE_NAME = ".source"

_NO_LINK = {errno.EMLINK, errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP}


def source_of(archive: Path) -> tuple[int, int]:
    """Size and modification time of an archive, by which a change of it is noticed."""
    state = archive.stat()
    return state.st_size, state.st_mtime_ns


def explode(
    path: Path, tms: str, target: Path, *, earlier: Path | None, progress: Progress
) -> ExportedGrid:
    """Write all tiles of the archive ``path`` to the folder ``target``.

    The folder appears by one rename when it is complete. Killed, the next call goes on where
    this one ended. Equal tiles of the archive are one file with several names, and so are tiles
    that ``earlier``, the same grid of an earlier release, has with the same content.
    """
    partial = target.with_name(f".{target.name}.partial")
    source = source_of(path)
    _prepare(partial, source)
    archive = Archive(path)
    try:
        grid = _write_tiles(archive, source, partial, earlier, progress)
        _mark_bounds(archive, tms, partial)
    finally:
        archive.close()
    (partial / SOURCE_NAME).unlink()
    # Everything must be on disk before the name under which it is served.
    os.sync()
    if target.exists():
        shutil.rmtree(target)
    partial.replace(target)
    return grid


def _prepare(partial: Path, source: tuple[int, int]) -> None:
    """Keep what a killed call wrote of this very archive; remove what it wrote of another."""
    note, text = partial / SOURCE_NAME, f"{source[0]} {source[1]}"
    if note.is_file() and note.read_text("ascii") == text:
        return
    if partial.exists():
        shutil.rmtree(partial)
    partial.mkdir(parents=True)
    note.write_text(text, "ascii")


def _write_tiles(
    archive: Archive,
    source: tuple[int, int],
    folder: Path,
    earlier: Path | None,
    progress: Progress,
) -> ExportedGrid:
    written: dict[int, Path] = {}  # offset in the archive -> the first file with that content
    folders: set[Path] = set()
    size = 0
    ids = archive.tile_ids()
    for done, tile_id in enumerate(ids):
        z, x, y = tileid_to_zxy(tile_id)
        place, data = archive.locate(z, x, y), archive.get(z, x, y)
        if place is None or data is None:
            raise ArchiveError(f"{archive.path.name}: tile {z}/{x}/{y} is listed but absent")
        path = folder / str(z) / str(x) / f"{y}.mvt.gz"
        if path.parent not in folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            folders.add(path.parent)
        same = written.get(place[0])
        if same is None:
            size += len(data)
            written[place[0]] = path
            same = _unchanged(earlier, path.relative_to(folder), data)
        if not path.exists():
            _place(path, data, same)
        progress(done + 1, len(ids))
    return ExportedGrid(source, archive.zooms, archive.bounds, len(ids), len(written), size)


def _unchanged(earlier: Path | None, name: Path, data: bytes) -> Path | None:
    """The file of that name in the earlier release, where it holds the same bytes."""
    if earlier is None:
        return None
    path = earlier / name
    try:
        return path if path.stat().st_size == len(data) and path.read_bytes() == data else None
    except FileNotFoundError:
        return None


def _place(path: Path, data: bytes, same: Path | None) -> None:
    """A file appears whole or not at all: under its name stands what was complete before."""
    if same is not None:
        try:
            os.link(same, path)
        except OSError as error:
            # Too many names of one file, or a file system without hard links: then a copy.
            if error.errno not in _NO_LINK:
                raise
        else:
            return
    temporary = path.with_name(f".{path.name}.partial")
    temporary.write_bytes(data)
    temporary.replace(path)


def _mark_bounds(archive: Archive, tms: str, folder: Path) -> None:
    lowest, highest = archive.zooms
    for zoom in range(lowest, highest + 1):
        columns, rows = bounds_range(archive.bounds, tms, zoom)
        for name, numbers in (("columns", columns), ("rows", rows)):
            marks = folder / str(zoom) / name
            marks.mkdir(parents=True, exist_ok=True)
            for number in numbers:
                (marks / str(number)).touch()


def bounds_range(
    bounds: tuple[float, float, float, float], tms: str, zoom: int
) -> tuple[range, range]:
    """The columns and the rows of a zoom whose tiles touch bounds in degrees.

    Both grids have straight columns and rows in degrees, so the two are independent.
    """
    matrix = tile_grid(tms).matrix(zoom)
    west, south, east, north = bounds
    columns = _touching(
        matrix.columns, lambda x: tile_bounds(tms, zoom, x, 0)[0::2], west, east, ascending=True
    )
    rows = _touching(
        matrix.rows, lambda y: tile_bounds(tms, zoom, 0, y)[1::2], south, north, ascending=False
    )
    return columns, rows


def _touching(
    count: int,
    span: Callable[[int], tuple[float, ...]],
    low: float,
    high: float,
    *,
    ascending: bool,
) -> range:
    """The run of numbers below ``count`` whose ``span`` touches [low, high], by bisection."""

    def before(number: int) -> bool:
        first, last = span(number)
        return last < low if ascending else first > high

    def not_after(number: int) -> bool:
        first, last = span(number)
        return first <= high if ascending else last >= low

    return range(_first(count, lambda n: not before(n)), _first(count, lambda n: not not_after(n)))


def _first(count: int, true_from: Callable[[int], bool]) -> int:
    """The first number below ``count`` from which on a condition holds; ``count`` if none."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if true_from(middle):
            high = middle
        else:
            low = middle + 1
    return low
