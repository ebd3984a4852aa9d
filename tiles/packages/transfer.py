"""What the reading process hands back, in a form that cannot run code or ask for memory.

Two files in the job's folder: ``result.bin``, plain arrays one after another, and ``result.json``,
which says where each begins and ends. The parent maps the first and checks every number of the
second against it before use, because the process that wrote them may have been taken over.
"""

from __future__ import annotations

import json
import mmap
import os
import stat
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
import numpy.typing as npt

from .strict_json import StrictJsonError, load_object

RESULT_DATA = "result.bin"
RESULT_INDEX = "result.json"
MAX_INDEX_BYTES = 64 * 1024 * 1024

Kind = Literal["text", "integer", "number", "boolean"]
_DTYPES = {"integer": "<i8", "number": "<f8", "boolean": "|u1"}


class TransferError(ValueError):
    """The result does not hold together; nothing of it may be used."""


@dataclass(frozen=True)
class Section:
    """Bytes ``start`` to ``start + size`` of ``result.bin``."""

    start: int
    size: int


@dataclass(frozen=True)
class ColumnIndex:
    """One attribute; ``missing`` has one byte a row, 1 = no value. ``ends`` only for text."""

    name: str
    kind: Kind
    values: Section
    missing: Section
    ends: Section | None = None


@dataclass(frozen=True)
class LayerIndex:
    """One layer of one source; ``notes`` are codes with counts, never text of the source."""

    source: int
    name: str
    crs: str
    rows: int
    geometry_values: Section
    geometry_ends: Section
    columns: tuple[ColumnIndex, ...] = ()
    notes: dict[str, int] = field(default_factory=dict)


class ResultWriter:
    """Writes sections as they come, so that one layer at a time is held in memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stream: IO[bytes] = (folder / RESULT_DATA).open("xb")
        self._position = 0
        self.layers: list[LayerIndex] = []

    def section(self, data: bytes | npt.NDArray[Any]) -> Section:
        """Append the bytes of ``data``."""
        raw = data if isinstance(data, bytes) else data.tobytes()
        self._stream.write(raw)
        start, self._position = self._position, self._position + len(raw)
        return Section(start, len(raw))

    def blobs(
        self, values: Sequence[bytes | None] | npt.NDArray[np.object_]
    ) -> tuple[Section, Section]:
        """Values of varying length: all bytes, and where each ends (``None`` is empty)."""
        lengths = np.fromiter((len(v) if v else 0 for v in values), "<i8", len(values))
        whole = self.section(b"".join(v for v in values if v))
        return whole, self.section(np.cumsum(lengths, dtype="<i8"))

    def finish(self, document: dict[str, Any]) -> None:
        """Close the data and write the index; the index is what makes the result complete."""
        self._stream.close()
        document = document | {"layers": [asdict(layer) for layer in self.layers]}
        text = json.dumps(document, ensure_ascii=True)
        (self._folder / RESULT_INDEX).write_text(text, "ascii")


class ResultReader:
    """The parent's view of a result; raises ``TransferError`` on anything that does not fit."""

    def __init__(self, folder: Path, max_bytes: int, max_rows: int) -> None:
        self.document = _load_index(folder)
        self._data = _map_data(folder, max_bytes)
        entries = self.document.get("layers")
        if not isinstance(entries, list):
            raise TransferError("layers")
        self.layers = [_layer(entry) for entry in entries]
        if sum(layer.rows for layer in self.layers) > max_rows:
            raise TransferError("rows")

    def geometry(self, layer: LayerIndex) -> list[bytes | None]:
        """WKB per row, ``None`` where there is none."""
        pieces = self._pieces(layer.geometry_values, layer.geometry_ends, layer.rows)
        return [piece or None for piece in pieces]

    def column(self, layer: LayerIndex, column: ColumnIndex) -> npt.NDArray[np.object_]:
        """The values of one attribute, ``None`` where there is none; shape (rows,)."""
        missing = self._array(column.missing, "|u1", layer.rows) != 0
        if column.kind == "text":
            if column.ends is None:
                raise TransferError("ends")
            pieces = self._pieces(column.values, column.ends, layer.rows)
            values = np.empty(layer.rows, dtype=object)
            values[:] = [_text(piece) for piece in pieces]
        else:
            array = self._array(column.values, _DTYPES[column.kind], layer.rows)
            plain = array.astype(bool) if column.kind == "boolean" else array
            values = plain.astype(object)
        values[missing] = None
        return values

    def _pieces(self, values: Section, ends: Section, rows: int) -> list[bytes]:
        stops = self._array(ends, "<i8", rows)
        whole = self._array(values, "|u1", values.size)
        starts = np.concatenate([np.zeros(1, "<i8"), stops[:-1]]) if rows else stops
        if rows and (stops[-1] != values.size or stops[0] < 0 or (np.diff(stops) < 0).any()):
            raise TransferError("ends")
        raw = whole.tobytes()
        return [raw[a:b] for a, b in zip(starts.tolist(), stops.tolist(), strict=True)]

    def _array(self, section: Section, dtype: str, count: int) -> npt.NDArray[Any]:
        if section.size != count * np.dtype(dtype).itemsize:
            raise TransferError("size")
        if section.start < 0 or section.start + section.size > len(self._data):
            raise TransferError("start")
        return np.frombuffer(self._data, dtype=dtype, count=count, offset=section.start)


def _text(piece: bytes) -> str:
    try:
        return piece.decode("utf-8")
    except UnicodeDecodeError as error:
        raise TransferError("text") from error


def _load_index(folder: Path) -> dict[str, Any]:
    try:
        with _open_regular(folder / RESULT_INDEX) as stream:
            raw = stream.read(MAX_INDEX_BYTES + 1)
        if len(raw) > MAX_INDEX_BYTES:
            raise TransferError("index too large")
        return load_object(raw)
    except (OSError, StrictJsonError) as error:
        raise TransferError("index") from error


def _map_data(folder: Path, max_bytes: int) -> memoryview:
    try:
        with _open_regular(folder / RESULT_DATA) as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > max_bytes:
                raise TransferError("data too large")
            if not size:
                return memoryview(b"")
            return memoryview(mmap.mmap(stream.fileno(), size, access=mmap.ACCESS_READ))
    except OSError as error:
        raise TransferError("data") from error


def _open_regular(path: Path) -> IO[bytes]:
    """Never through a link, never a device: the child could have put one there."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise TransferError("no regular file")
    return os.fdopen(handle, "rb")


def _layer(entry: Any) -> LayerIndex:
    fields = _fields(entry, LayerIndex)
    columns = fields["columns"]
    if not isinstance(columns, list):
        raise TransferError("columns")
    return LayerIndex(
        source=_count(fields["source"]),
        name=_string(fields["name"]),
        crs=_string(fields["crs"]),
        rows=_count(fields["rows"]),
        geometry_values=_section(fields["geometry_values"]),
        geometry_ends=_section(fields["geometry_ends"]),
        columns=tuple(_column(column) for column in columns),
        notes=_notes(fields["notes"]),
    )


def _column(entry: Any) -> ColumnIndex:
    fields = _fields(entry, ColumnIndex)
    kind = fields["kind"]
    if kind not in ("text", "integer", "number", "boolean"):
        raise TransferError("kind")
    ends = fields["ends"]
    return ColumnIndex(
        name=_string(fields["name"]),
        kind=kind,
        values=_section(fields["values"]),
        missing=_section(fields["missing"]),
        ends=None if ends is None else _section(ends),
    )


def _fields(entry: Any, shape: type) -> dict[str, Any]:
    if not isinstance(entry, dict) or set(entry) != set(shape.__dataclass_fields__):  # type: ignore[attr-defined]
        raise TransferError(shape.__name__)
    return entry


def _section(entry: Any) -> Section:
    fields = _fields(entry, Section)
    return Section(_count(fields["start"]), _count(fields["size"]))


def _notes(entry: Any) -> dict[str, int]:
    if not isinstance(entry, dict):
        raise TransferError("notes")
    return {_string(name): _count(count) for name, count in entry.items()}


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise TransferError("number")
    return value


def _string(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 20_000:
        raise TransferError("text")
    return value
