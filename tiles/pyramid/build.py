"""Building the tile archive of one layer release."""

from __future__ import annotations

import gzip
import hashlib
import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pmtiles.tile import zxy_to_tileid

from tiles.desensitise.features import FeatureTable
from tiles.pyramid.archive_writer import (
    Bounds,
    TileStore,
    partial_file,
    scratch_folder,
    write_archive,
)
from tiles.pyramid.attributes import ABSENT, attributes_of
from tiles.pyramid.block_tiles import encode_block
from tiles.pyramid.blocks import Block, blocks
from tiles.pyramid.errors import BuildError
from tiles.pyramid.generalise import Source
from tiles.pyramid.layer_spec import LayerSpec
from tiles.pyramid.levels import Level, levels
from tiles.pyramid.report import ArchiveReport, ZoomReport
from tiles.pyramid.snap import keep_kind
from tiles.pyramid.tile_grid import TileGrid, tile_grid, transformer
from tiles.pyramid.weight import MAX_RAW_BYTES

Progress = Callable[[str, int, int], None]

_WORTH_A_PROCESS = 2_000
_MAX_PROCESSES = 8
_IN_FLIGHT = 4
_GZIP_LEVEL = 6


@dataclass(frozen=True)
class _FinishedTile:
    tile_id: int
    data: bytes
    raw: int
    thinned: int


def build_archive(
    table: FeatureTable,
    spec: LayerSpec,
    out: Path,
    *,
    tms_id: str = "WebMercatorQuad",
    processes: int | None = None,
    progress: Progress = lambda step, done, total: None,
) -> ArchiveReport:
    """Build the PMTiles archive of a table and move it to ``out`` when it is whole.

    ``table`` may be in any CRS that pyproj knows. The same table and spec give the same bytes,
    whatever the number of ``processes`` (default: one a core, one for a small table). A killed
    build leaves ``out`` as it was and can simply be repeated.

    Raises ``BuildError`` where there is nothing to draw or the geometry lies outside the tile
    matrix set, ``BuildBusyError`` where the same archive is being built already.
    """
    started = time.monotonic()
    grid = tile_grid(tms_id)
    grid.matrix(spec.max_zoom)
    source = _source(table, spec, grid)
    bounds = _bounds(source, grid)
    count = processes or _default_processes(len(source))
    with partial_file(out) as stream, scratch_folder(out) as folder:
        with (folder / "tiles").open("w+b") as scratch:
            store = TileStore(scratch)
            zooms = _encode_levels(source, spec, grid, store, count, progress=progress)
            if not store.places:
                raise BuildError(f"{spec.code}: no feature is large enough to be drawn")
            metadata = archive_metadata(source, spec, grid, zooms)
            write_archive(
                stream,
                store,
                zooms=(spec.min_zoom, spec.max_zoom),
                bounds=bounds,
                metadata=metadata,
            )
        stream.flush()
        stream.seek(0)
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        size = stream.seek(0, os.SEEK_END)
    return ArchiveReport(
        path=str(out),
        tms_id=tms_id,
        features=len(table),
        tiles=len(store.places),
        contents=store.contents,
        size=size,
        sha256=sha256,
        bounds=bounds,
        zooms=tuple(zooms),
        seconds=time.monotonic() - started,
    )


def archive_metadata(
    source: Source, spec: LayerSpec, grid: TileGrid, zooms: list[ZoomReport]
) -> dict[str, Any]:
    """Metadata of the archive: TileJSON's ``vector_layers``, the layer's facts, classes in use."""
    kinds = {"number": "Number", "integer": "Number"}
    layer = {
        "id": spec.code,
        "fields": {name: kinds.get(kind, "String") for name, kind in spec.fields},
        "minzoom": spec.min_zoom,
        "maxzoom": spec.max_zoom,
    }
    layers = [layer]
    if spec.has_label_layer:
        names = (spec.class_field, spec.label_field)
        fields = {name: kinds.get(kind, "String") for name, kind in spec.fields if name in names}
        layers.append({**layer, "id": spec.label_layer, "fields": fields})
    codes = source.attributes.column(spec.class_field)
    used, counts = np.unique(codes[codes != ABSENT], return_counts=True)
    classes = {
        str(source.attributes.values[code]): count
        for code, count in zip(used.tolist(), counts.tolist(), strict=True)
    }
    return {
        "name": spec.code,
        **spec.metadata,
        "type": "overlay",
        "format": "pbf",
        "version": "3",
        "tile_matrix_set": grid.tms_id,
        "vector_layers": layers,
        "classes": {value: count for value, count in classes.items() if value},
        "generalisation": [
            {
                "zoom": item.zoom,
                "features": item.features,
                "merged": item.merged,
                "absorbed": item.absorbed,
                "dropped": item.dropped,
            }
            for item in zooms
        ],
    }


def _source(table: FeatureTable, spec: LayerSpec, grid: TileGrid) -> Source:
    """The table in the CRS of the grid, valid, without missing geometry."""
    geometry = table.geometry
    if table.crs != grid.crs:
        move = transformer(table.crs, grid.crs)
        geometry = shapely.transform(
            geometry, lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1]))
        )
    bounds = shapely.bounds(geometry)
    present = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    if not grid.holds(bounds[present]):
        raise BuildError(f"{spec.code}: some geometry lies outside {grid.tms_id}")
    if spec.geometry == "polygon":
        broken = present & ~shapely.is_valid(geometry)
        geometry = geometry.copy()
        geometry[broken] = shapely.make_valid(geometry[broken])
    geometry = keep_kind(geometry, spec.geometry)
    rows = np.flatnonzero(~shapely.is_missing(geometry))
    if not len(rows):
        raise BuildError(f"{spec.code}: no {spec.geometry} to draw")
    kept = table.take(rows)
    ids = rows.astype(np.int64) + 1
    return Source.of(geometry[rows], ids, attributes_of(kept, spec), spec.class_field)


def _bounds(source: Source, grid: TileGrid) -> Bounds:
    total = shapely.total_bounds(source.geometry)
    west, south, east, north = transformer(grid.crs, "EPSG:4326").transform_bounds(*total)
    return float(west), float(south), float(east), float(north)


def _default_processes(features: int) -> int:
    if features < _WORTH_A_PROCESS:
        return 1
    return min(len(os.sched_getaffinity(0)), _MAX_PROCESSES)


def _encode_levels(
    source: Source,
    spec: LayerSpec,
    grid: TileGrid,
    store: TileStore,
    processes: int,
    *,
    progress: Progress,
) -> list[ZoomReport]:
    """Encode every level into ``store``; reports from the lowest zoom to the highest."""
    total = spec.max_zoom - spec.min_zoom + 1
    reports = []
    progress("tiles", 0, total)
    with _Encoder(spec, processes) as encoder:
        for level in levels(source, spec, grid):
            reports.append(_encode_level(level, spec, store, encoder))
            progress("tiles", len(reports), total)
    return reports[::-1]


def _encode_level(level: Level, spec: LayerSpec, store: TileStore, encoder: _Encoder) -> ZoomReport:
    tiles = thinned = oversize = largest_raw = largest_gzip = 0
    for tile in encoder.encode(blocks(level, spec.geometry)):
        store.add(tile.tile_id, tile.data)
        tiles += 1
        thinned += tile.thinned
        oversize += tile.raw > MAX_RAW_BYTES
        largest_raw = max(largest_raw, tile.raw)
        largest_gzip = max(largest_gzip, len(tile.data))
    return ZoomReport(
        zoom=level.zoom,
        features=len(level.features),
        labels=len(level.labels),
        merged=level.merged,
        absorbed=level.absorbed,
        dropped=level.dropped,
        thinned=thinned,
        tolerance=level.thresholds.tolerance,
        min_area=level.thresholds.min_area,
        tiles=tiles,
        largest_raw=largest_raw,
        largest_gzip=largest_gzip,
        oversize=oversize,
    )


class _Encoder:
    """Blocks to finished tiles, in this process or in several, always in the same order."""

    def __init__(self, spec: LayerSpec, processes: int) -> None:
        self._spec = spec
        self._limit = processes * _IN_FLIGHT
        self._pool = (
            ProcessPoolExecutor(
                processes,
                # Not fork: the caller may be a server with threads.
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_end_with_parent,
            )
            if processes > 1
            else None
        )

    def __enter__(self) -> _Encoder:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def encode(self, work: Iterator[Block]) -> Iterator[_FinishedTile]:
        """The tiles of all blocks, in the order of the blocks."""
        if self._pool is None:
            for block in work:
                yield from _finish_block(block, self._spec)
            return
        pending: deque[Future[list[_FinishedTile]]] = deque()
        for block in work:
            pending.append(self._pool.submit(_finish_block, block, self._spec))
            if len(pending) >= self._limit:
                yield from _result(pending.popleft())
        while pending:
            yield from _result(pending.popleft())


def _result(future: Future[list[_FinishedTile]]) -> list[_FinishedTile]:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise BuildError("a worker process ended early; was there enough memory?") from error


def _finish_block(block: Block, spec: LayerSpec) -> list[_FinishedTile]:
    zoom = block.matrix.zoom
    return [
        _FinishedTile(
            zxy_to_tileid(zoom, tile.x, tile.y),
            gzip.compress(tile.data, _GZIP_LEVEL, mtime=0),
            len(tile.data),
            tile.thinned,
        )
        for tile in encode_block(block, spec)
    ]


def _end_with_parent() -> None:
    """Let a worker end when its parent was killed, instead of waiting for work forever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_after, args=(parent.sentinel,), daemon=True).start()


def _exit_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
