"""Reads geodata of unknown make and quality, in a process that may die without harm.

GDAL crashes on some hostile or merely odd files, and a crash would take the server with it. So
sources are copied into a temporary folder, a child process with limits and without network reads
them there (``parse_child``), and only plain arrays come back (``transfer``).
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import shapely
import shapely.errors

from tiles.desensitise.features import FeatureTable

from . import drivers
from .errors import EncodingUnknown, SourceCrashed, SourceTimeout, SourceTooLarge
from .limits import Limits
from .progress import Progress, silent
from .source_failure import failure_as_refusal
from .staging import Stage, StagedSource, stage_sources
from .text_encoding import codec_name
from .transfer import LayerIndex, ResultReader, TransferError

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class SourceLayer:
    """One layer as it was read: ``table.crs`` is an authority code, WKT or ``""`` (undeclared)."""

    table: FeatureTable
    notes: dict[str, int]


@dataclass(frozen=True)
class SourceReading:
    """All layers of all sources, under which locks they were read, and the child's peak memory."""

    layers: tuple[SourceLayer, ...]
    isolation: tuple[str, ...]
    left_out: dict[str, int] = field(default_factory=dict)
    peak_mib: float = 0.0


def read_sources(
    paths: Sequence[Path],
    *,
    limits: Limits,
    crs_override: str = "",
    encoding_override: str = "",
    layers: Sequence[str] = (),
    progress: Progress = silent,
) -> list[FeatureTable]:
    """The layers with geometry of ``paths`` (files, zips, folders), one table each.

    Raises a ``Refusal``: unreadable, too large, too slow, crashed, or text of unknown encoding.
    """
    reading = read_with_notes(
        paths,
        limits=limits,
        crs_override=crs_override,
        encoding_override=encoding_override,
        layers=layers,
        progress=progress,
    )
    return [layer.table for layer in reading.layers]


def read_with_notes(
    paths: Sequence[Path],
    *,
    limits: Limits,
    crs_override: str = "",
    encoding_override: str = "",
    layers: Sequence[str] = (),
    allowed_drivers: Sequence[str] = drivers.ANY_SOURCE,
    progress: Progress = silent,
) -> SourceReading:
    """As ``read_sources``, with what was noticed on the way."""
    if encoding_override and not codec_name(encoding_override):
        raise EncodingUnknown("不认识的编码名称", "no encoding of that name", where="--encoding")
    with tempfile.TemporaryDirectory(prefix="reading-") as name:
        folder = Path(name).resolve()
        (folder / "in").mkdir()
        stage = stage_sources(paths, folder / "in", limits)
        job = _job(stage, limits, encoding_override, layers, allowed_drivers)
        _run_child(folder, job, stage.sources, limits, progress)
        return _collect(folder, stage, limits, crs_override)


def _job(
    stage: Stage, limits: Limits, encoding: str, layers: Sequence[str], allowed: Sequence[str]
) -> dict[str, object]:
    return {
        "sources": [str(source.path) for source in stage.sources],
        "drivers": list(allowed),
        "encoding": encoding,
        "layers": list(layers),
        "seconds": limits.seconds,
        "memory_bytes": limits.memory_bytes,
        "result_bytes": limits.result_bytes,
        "max_features": limits.max_features,
        "max_vertices": limits.max_vertices,
        "max_layers": limits.max_layers,
        "max_fields": limits.max_fields,
    }


def _run_child(
    folder: Path,
    job: dict[str, object],
    sources: Sequence[StagedSource],
    limits: Limits,
    progress: Progress,
) -> None:
    displays = [source.display for source in sources]
    deadline = time.monotonic() + limits.seconds
    current = -1
    with _child(folder) as child:
        _hand_over(child, job)
        for current in _told(child, deadline):
            progress("read", current, len(sources))
        late = time.monotonic() >= deadline
        status = None if late else child.wait(max(0.1, deadline - time.monotonic()))
    where = displays[current] if 0 <= current < len(displays) else ""
    if status == 0:
        progress("read", len(sources), len(sources))
        return
    if status is None or status == -signal.SIGXCPU:
        raise SourceTimeout(
            f"读取超过 {limits.seconds:g} 秒",
            f"reading took over {limits.seconds:g} s",
            where=where,
        )
    stated = failure_as_refusal(folder, displays)
    if stated is not None:
        raise stated
    if status == -signal.SIGXFSZ:
        raise SourceTooLarge("读取结果过大", "the result of reading is too large", where=where)
    raise SourceCrashed(
        f"读取进程异常终止（{_death(status)}），源文件可能损坏或有害",
        f"the reading process died ({_death(status)}); the source may be damaged or hostile",
        where=where,
    )


def _death(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit {status}"


@contextmanager
def _child(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The child in a process group of its own, which is ended in every case."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tiles.packages.parse_child", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env=_environment(folder),
        start_new_session=True,
    )
    try:
        yield child
    finally:
        with suppress(ProcessLookupError):  # it ended by itself, with all its children
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours is inherited: no keys, no database address, no proxy."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def _hand_over(child: subprocess.Popen[bytes], job: dict[str, object]) -> None:
    assert child.stdin is not None  # noqa: S101 - it was asked for
    with suppress(BrokenPipeError):  # the child died already; its status tells
        child.stdin.write(json.dumps(job).encode("utf-8"))
        child.stdin.close()


def _told(child: subprocess.Popen[bytes], deadline: float) -> Iterator[int]:
    """The numbers of the sources as the child opens them, until it ends or time is up."""
    assert child.stdout is not None  # noqa: S101 - it was asked for
    pending = b""
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not selector.select(left):
                return
            chunk = os.read(child.stdout.fileno(), 4096)
            if not chunk:
                return
            *lines, pending = (pending + chunk).split(b"\n")
            yield from (int(line) for line in lines if line.isdigit() and len(line) < 10)
            pending = pending[-16:]


def _collect(folder: Path, stage: Stage, limits: Limits, crs_override: str) -> SourceReading:
    try:
        reader = ResultReader(folder, limits.result_bytes, limits.max_features)
        isolation = tuple(str(item) for item in reader.document.get("isolation", ()))
        layers = tuple(
            _source_layer(reader, layer, stage.sources, crs_override) for layer in reader.layers
        )
    except (TransferError, IndexError, TypeError) as error:
        raise SourceCrashed("读取进程的结果无效", "the reading process made no sense") from error
    vertices = sum(int(shapely.get_num_coordinates(layer.table.geometry).sum()) for layer in layers)
    if vertices > limits.max_vertices:
        raise SourceTooLarge("坐标点数超出限制", "the number of vertices is beyond the limit")
    peak = reader.document.get("peak_kib")
    peak_mib = peak / 1024 if isinstance(peak, int) else 0.0
    return SourceReading(layers, isolation, dict(sorted(stage.left_out.items())), peak_mib)


def _source_layer(
    reader: ResultReader, layer: LayerIndex, sources: Sequence[StagedSource], crs_override: str
) -> SourceLayer:
    notes = dict(layer.notes)
    geometry, unusable = _geometries(reader.geometry(layer))
    if unusable:
        notes["geometries_of_no_use"] = unusable
    columns = {column.name: reader.column(layer, column) for column in layer.columns}
    if len(columns) != len(layer.columns):
        columns = _renamed(reader, layer)
        notes["fields_renamed"] = 1
    display = sources[layer.source].display
    stem = Path(display).stem
    source = (
        display
        if layer.name in ("", stem) or layer.name.startswith("f0")
        else f"{display}|{layer.name}"
    )
    table = FeatureTable(geometry, columns, crs_override or layer.crs, source)
    return SourceLayer(table, notes)


def _renamed(reader: ResultReader, layer: LayerIndex) -> dict[str, np.ndarray]:
    """Fields of the same name are kept apart: the second gets ``_2`` and so on."""
    columns: dict[str, np.ndarray] = {}
    for column in layer.columns:
        name, number = column.name, 2
        while name in columns:
            name, number = f"{column.name}_{number}", number + 1
        columns[name] = reader.column(layer, column)
    return columns


def _geometries(wkb: list[bytes | None]) -> tuple[np.ndarray, int]:
    """Shapely geometries; what GEOS cannot hold (surfaces, broken WKB) becomes ``None``."""
    raw = np.empty(len(wkb), dtype=object)
    raw[:] = wkb
    try:
        return shapely.from_wkb(raw), 0
    except (shapely.errors.GEOSException, ValueError):
        single = [_one_geometry(item) for item in wkb]
    geometry = np.empty(len(wkb), dtype=object)
    geometry[:] = single
    missing = sum(item is not None for item in wkb) - sum(item is not None for item in single)
    return geometry, missing


def _one_geometry(wkb: bytes | None) -> shapely.Geometry | None:
    try:
        return shapely.from_wkb(wkb)
    except (shapely.errors.GEOSException, ValueError):
        return None
