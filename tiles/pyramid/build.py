"""Building the tile archive of one layer release."""

from __future__ import annotations

import gzip
import hashlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
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
from tiles.pyramid.blocks import blocks
from tiles.pyramid.errors import BuildError
from tiles.pyramid.generalise import Source
from tiles.pyramid.layer_spec import LayerSpec
from tiles.pyramid.levels import DeferredLevel, levels
from tiles.pyramid.report import ArchiveReport, ZoomReport
from tiles.pyramid.snap import keep_kind
from tiles.pyramid.tile_grid import TileGrid, tile_grid, transformer
from tiles.pyramid.weight import MAX_RAW_BYTES

Progress = Callable[[str, int, int], None]

_WORTH_A_THREAD = 2_000
_MAX_WORKERS = 8
_IN_FLIGHT = 2
_GZIP_LEVEL = 6


def build_archive(
    table: FeatureTable,
    spec: LayerSpec,
    out: Path,
    *,
    tms_id: str = "WebMercatorQuad",
    threads: int | None = None,
    progress: Progress = lambda step, done, total: None,
) -> ArchiveReport:
    """Build the PMTiles archive of a table and move it to ``out`` when it is whole.

    ``table`` may be in any CRS that pyproj knows. The same table and spec give the same bytes,
    whatever the number of ``threads`` (default: one a core, one for a small table). A killed build
    leaves ``out`` as it was and can simply be repeated.

    Raises ``BuildError`` where there is nothing to draw or the geometry lies outside the tile
    matrix set, ``BuildBusyError`` where the same archive is being built already.
    """
    started = time.monotonic()
    grid = tile_grid(tms_id)
    grid.matrix(spec.max_zoom)
    source = _source(table, spec, grid)
    bounds, classes = _bounds(source, grid), _class_counts(source)
    count = threads or _default_workers(len(source))
    with partial_file(out) as stream, scratch_folder(out) as folder:
        with (folder / "tiles").open("w+b") as scratch:
            store = TileStore(scratch)
            work = levels(source, spec, grid)
            del source
            zooms = _encode_levels(work, spec, store, count, progress=progress)
            if not store.places:
                raise BuildError(f"{spec.code}: no feature is large enough to be drawn")
            metadata = archive_metadata(classes, spec, grid, zooms)
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
    classes: dict[str, int], spec: LayerSpec, grid: TileGrid, zooms: list[ZoomReport]
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
    return {
        "name": spec.code,
        **spec.metadata,
        "type": "overlay",
        "format": "pbf",
        "version": "3",
        "tile_matrix_set": grid.tms_id,
        "vector_layers": layers,
        "classes": {value: count for value, count in sorted(classes.items()) if value},
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
    finite = bool(np.isfinite(shapely.get_coordinates(geometry)).all())
    if not finite or not grid.holds(bounds[present]):
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


def _class_counts(source: Source) -> dict[str, int]:
    """How many features each class has, by its value as text."""
    codes = source.attributes.column(source.class_field)
    used, counts = np.unique(codes[codes != ABSENT], return_counts=True)
    return {
        str(source.attributes.values[code]): count
        for code, count in zip(used.tolist(), counts.tolist(), strict=True)
    }


def _bounds(source: Source, grid: TileGrid) -> Bounds:
    total = shapely.total_bounds(source.geometry)
    west, south, east, north = transformer(grid.crs, "EPSG:4326").transform_bounds(*total)
    return float(west), float(south), float(east), float(north)


def _default_workers(features: int) -> int:
    if features < _WORTH_A_THREAD:
        return 1
    return min(len(os.sched_getaffinity(0)), _MAX_WORKERS)


def _encode_levels(
    work: Iterator[DeferredLevel],
    spec: LayerSpec,
    store: TileStore,
    workers: int,
    *,
    progress: Progress,
) -> list[ZoomReport]:
    """Encode every level into ``store``; reports from the lowest zoom to the highest.

    Threads, not processes: numpy, GEOS and the compressor all work without the interpreter lock,
    and nothing has to be copied from one process to another.
    """
    total = spec.max_zoom - spec.min_zoom + 1
    reports: list[ZoomReport] = []
    progress("tiles", 0, total)
    for level in _finished(work, spec, workers):
        for tile_id, data in level.tiles:
            store.add(tile_id, data)
        reports.append(level.report)
        progress("tiles", len(reports), total)
    return reports[::-1]


@dataclass(frozen=True)
class _FinishedLevel:
    tiles: list[tuple[int, bytes]]
    report: ZoomReport


def _finished(
    work: Iterator[DeferredLevel], spec: LayerSpec, workers: int
) -> Iterator[_FinishedLevel]:
    """The levels in their order, each with its tiles: while one is made others are encoded."""
    if workers == 1:
        for level in work:
            yield _encode_level(level, spec)
        return
    with ThreadPoolExecutor(workers) as pool:
        pending: deque[Future[_FinishedLevel]] = deque()
        try:
            for level in work:
                pending.append(pool.submit(_encode_level, level, spec))
                while pending and (pending[0].done() or len(pending) > workers * _IN_FLIGHT):
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _encode_level(deferred: DeferredLevel, spec: LayerSpec) -> _FinishedLevel:
    level = deferred()
    tiles: list[tuple[int, bytes]] = []
    features = labels = thinned = oversize = largest_raw = largest_gzip = 0
    for block in blocks(level.features, level.matrix, spec):
        features += block.counted
        labels += len(block.labels)
        for tile in encode_block(block, spec):
            data = gzip.compress(tile.data, _GZIP_LEVEL, mtime=0)
            tiles.append((zxy_to_tileid(level.zoom, tile.x, tile.y), data))
            thinned += tile.thinned
            oversize += len(tile.data) > MAX_RAW_BYTES
            largest_raw = max(largest_raw, len(tile.data))
            largest_gzip = max(largest_gzip, len(data))
    report = ZoomReport(
        zoom=level.zoom,
        features=features,
        labels=labels,
        merged=level.merged,
        absorbed=level.absorbed,
        dropped=level.before - features,
        thinned=thinned,
        tolerance=level.thresholds.tolerance,
        min_area=level.thresholds.min_area,
        tiles=len(tiles),
        largest_raw=largest_raw,
        largest_gzip=largest_gzip,
        oversize=oversize,
    )
    return _FinishedLevel(tiles, report)
