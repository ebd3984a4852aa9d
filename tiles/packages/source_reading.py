"""Reads the sources of one job with pyogrio; runs inside the reading process only."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio
import pyogrio.errors
import pyogrio.raw

from tiles.packages import text_encoding
from tiles.packages.dbf_header import DbfHeader, read_dbf_header
from tiles.packages.source_failure import CannotRead
from tiles.packages.text_recoding import recode_text_file
from tiles.packages.transfer import ColumnIndex, Kind, LayerIndex, ResultWriter

_GDAL_OPTIONS = {
    "GML_DOWNLOAD_SCHEMA": "NO",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "GML_SAVE_RESOLVED_TO": None,
    "LIBKML_RESOLVE_STYLE": "NO",
    "GDAL_DISABLE_READDIR_ON_OPEN": "FALSE",
    "GDAL_NUM_THREADS": "1",
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "OGR_SQLITE_LOAD_EXTENSIONS": None,
    "OGR_GEOJSON_MAX_OBJ_SIZE": "500",
    "CPL_DEBUG": "OFF",
}
_LATIN1 = "ISO-8859-1"
_FIELD_NAME_BYTES = 10
_GEOJSON_HEAD = 64 * 1024
# Errors of GDAL that say where; the rest of its texts may quote the source and stays here.
_PLACE = re.compile(r"\b(line|column|offset|feature|record|shape)\s+#?(\d{1,12})\b", re.IGNORECASE)


_GDAL_ERRORS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.GeometryError,
    pyogrio.errors.CRSError,
    OSError,
    ValueError,
    RuntimeError,
)


class Reading:
    """One job: its sources in order, one layer in memory at a time."""

    def __init__(self, folder: Path, job: dict[str, Any], tell: Callable[[int], None]) -> None:
        self.writer = ResultWriter(folder)
        self.current = -1
        self._job = job
        self._tell = tell
        self._features = 0
        self._vertex_bytes = 0

    def run(self) -> None:
        """Read every source. Raises ``CannotRead``."""
        pyogrio.set_gdal_config_options(_GDAL_OPTIONS)
        for number, source in enumerate(self._job["sources"]):
            self.current = number
            self._tell(number)
            self._read_source(Path(source))
        if not self.writer.layers:
            raise CannotRead("source_unreadable", what="no_layer")

    def _read_source(self, path: Path) -> None:
        try:
            recoded = recode_text_file(path, self._job["encoding"])
        except UnicodeDecodeError as error:
            raise CannotRead("encoding_unknown", stated=self._job["encoding"]) from error
        if recoded.candidates:
            raise CannotRead("encoding_unknown", candidates=" ".join(recoded.candidates))
        _restore_index(path)
        spatial = [(name, kind) for name, kind in _layers(path) if kind is not None]
        wanted = self._job["layers"]
        chosen = [item for item in spatial if not wanted or item[0] in wanted]
        if len(self.writer.layers) + len(chosen) > self._job["max_layers"]:
            raise CannotRead("source_too_large", what="layers")
        for name, _ in chosen:
            self._read_layer(path, name, recoded.encoding)

    def _read_layer(self, path: Path, name: str | None, recoded_from: str) -> None:
        raw_text = path.suffix.lower() == ".shp"
        notes: dict[str, int] = {f"recoded:{recoded_from}": 1} if recoded_from else {}
        try:
            meta, wkb, data = self._raw(path, name, notes, raw_text=raw_text)
        except UnicodeDecodeError:
            raw_text = True
            meta, wkb, data = self._raw(path, name, notes, raw_text=True)
        if wkb is None:
            return
        self._count(wkb)
        names = [str(field) for field in meta["fields"]]
        if len(names) > self._job["max_fields"]:
            raise CannotRead("source_too_large", what="fields")
        if raw_text:
            names, data = _decoded(path, names, list(data), self._job["encoding"], notes)
        columns = self._columns(names, meta["ogr_types"], meta["ogr_subtypes"], data, notes)
        values, ends = self.writer.blobs(wkb)
        self.writer.layers.append(
            LayerIndex(
                source=self.current,
                name=name or "",
                crs=str(meta["crs"] or ""),
                rows=len(wkb),
                geometry_values=values,
                geometry_ends=ends,
                columns=columns,
                notes=notes,
            )
        )

    def _raw(
        self, path: Path, name: str | None, notes: dict[str, int], *, raw_text: bool
    ) -> tuple[dict[str, Any], npt.NDArray[np.object_] | None, list[npt.NDArray[Any]]]:
        encoding = _LATIN1 if raw_text else None
        with warnings.catch_warnings(record=True) as caught, _gdal_errors():
            warnings.simplefilter("always")
            meta, _, wkb, data = pyogrio.raw.read(
                path,
                layer=name,
                encoding=encoding,
                datetime_as_string=True,
            )
        measured = [entry for entry in caught if "Measured (M)" in str(entry.message)]
        if measured:
            notes["measures_dropped"] = 1
        if len(caught) > len(measured):
            notes["reader_warnings"] = len(caught) - len(measured)
        if wkb is not None:
            _check_complete(path, len(wkb))
        return meta, wkb, list(data)

    def _count(self, wkb: npt.NDArray[np.object_]) -> None:
        self._features += len(wkb)
        self._vertex_bytes += sum(len(item) for item in wkb if item is not None)
        if self._features > self._job["max_features"]:
            raise CannotRead("source_too_large", what="features")
        if self._vertex_bytes > self._job["max_vertices"] * 16 * 2:
            raise CannotRead("source_too_large", what="vertices")

    def _columns(
        self,
        names: list[str],
        types: list[str],
        subtypes: list[str],
        data: list[npt.NDArray[Any]],
        notes: dict[str, int],
    ) -> tuple[ColumnIndex, ...]:
        columns = []
        for name, ogr_type, subtype, values in zip(names, types, subtypes, data, strict=True):
            if ogr_type == "OFTBinary":
                notes["binary_fields_dropped"] = notes.get("binary_fields_dropped", 0) + 1
                continue
            columns.append(self._column(name, _kind(ogr_type, subtype, values), values))
        return tuple(columns)

    def _column(self, name: str, kind: Kind, values: npt.NDArray[Any]) -> ColumnIndex:
        if kind == "text":
            texts = [_plain_text(value) for value in values]
            missing = np.fromiter((text is None for text in texts), np.uint8, len(texts))
            encoded = [None if text is None else text.encode("utf-8") for text in texts]
            whole, ends = self.writer.blobs(encoded)
            return ColumnIndex(name, kind, whole, self.writer.section(missing), ends)
        gone = np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), bool)
        dtype = {"integer": "<i8", "number": "<f8", "boolean": "|u1"}[kind]
        filled = np.where(gone, 0, values) if gone.any() else values
        section = self.writer.section(filled.astype(dtype))
        return ColumnIndex(name, kind, section, self.writer.section(gone.astype(np.uint8)))


@contextmanager
def _gdal_errors() -> Iterator[None]:
    """Turns what pyogrio raises into ``CannotRead``, keeping only where, never what was read."""
    try:
        yield
    except UnicodeDecodeError:
        raise
    except _GDAL_ERRORS as error:
        place = _PLACE.search(str(error))
        facts = {"place": f"{place[1].lower()} {place[2]}"} if place else {}
        raise CannotRead("source_unreadable", what="gdal", **facts) from error


def _layers(path: Path) -> list[tuple[str | None, str | None]]:
    """Names and geometry types; one unnamed layer where listing would parse the file twice."""
    if _is_feature_collection(path):
        return [(None, "Unknown")]
    with warnings.catch_warnings(), _gdal_errors():
        warnings.simplefilter("ignore")
        return [(str(name), kind) for name, kind in pyogrio.list_layers(path)]


def _restore_index(path: Path) -> None:
    """A lost .shx is made anew; asked for always, GDAL would doubt those that are there."""
    lost = path.suffix.lower() == ".shp" and not path.with_suffix(".shx").exists()
    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES" if lost else "NO"})


def _check_complete(path: Path, rows: int) -> None:
    """A Shapefile says how long it is and how many features it holds; less means a cut."""
    if path.suffix.lower() != ".shp":
        return
    if _claimed_bytes(path) > path.stat().st_size:
        raise CannotRead("source_unreadable", what="cut_short")
    with warnings.catch_warnings(), _gdal_errors():
        warnings.simplefilter("ignore")
        claimed = pyogrio.read_info(path, encoding=_LATIN1)["features"]
    if rows < claimed:
        raise CannotRead("source_unreadable", what="cut_short")


def _claimed_bytes(path: Path) -> int:
    """The file length of the header: 16-bit words, big-endian (ESRI, Shapefile, 1998)."""
    with path.open("rb") as stream:
        head = stream.read(28)
    return int.from_bytes(head[24:28], "big") * 2 if len(head) == 28 else 0


def _is_feature_collection(path: Path) -> bool:
    if path.suffix.lower() not in (".geojson", ".json") or not path.is_file():
        return False
    with path.open("rb") as stream:
        return b'"FeatureCollection"' in stream.read(_GEOJSON_HEAD)


def _decoded(
    path: Path, names: list[str], data: list[npt.NDArray[Any]], stated: str, notes: dict[str, int]
) -> tuple[list[str], list[npt.NDArray[Any]]]:
    """Field names and text columns, read byte for byte as Latin-1, in their true encoding."""
    header, declared = _declared(path)
    raw_names = [name.encode("latin-1") for name in names]
    raw = [_raw_bytes(column) for column in data]
    flat = [value for column in raw if column for value in column if value is not None]
    encoding = text_encoding.codec_name(stated)
    if not encoding:
        verdict = text_encoding.detect([*raw_names, *flat], declared, width=_cut_width(header))
        encoding = verdict.encoding
        if not encoding:
            raise CannotRead("encoding_unknown", candidates=" ".join(verdict.candidates))
    if not all(value.isascii() for value in (*raw_names, *flat)):
        notes[f"encoding:{encoding}"] = 1
    try:
        names = [text_encoding.decode(name, encoding, _FIELD_NAME_BYTES) for name in raw_names]
        pairs = zip(data, raw, strict=True)
        return names, [_decode_column(old, new, encoding, notes) for old, new in pairs]
    except UnicodeDecodeError as error:
        raise CannotRead("encoding_unknown", stated=encoding) from error


def _declared(path: Path) -> tuple[DbfHeader, str]:
    """The table's header, and the encoding that the data set itself claims, if any."""
    table, claim = path.with_suffix(".dbf"), path.with_suffix(".cpg")
    header = read_dbf_header(table) if table.is_file() else DbfHeader("", ())
    if claim.is_file():
        return header, claim.read_bytes()[:64].decode("ascii", "ignore").strip().strip("\x00")
    return header, header.encoding


def _cut_width(header: DbfHeader) -> int:
    """Only values as wide as the narrowest cut that fixed-width fields can make may be cut."""
    return min([_FIELD_NAME_BYTES, *(width for width in header.widths if width > 3)])


def _raw_bytes(column: npt.NDArray[Any]) -> list[bytes | None] | None:
    if column.dtype != object:
        return None
    return [value.encode("latin-1") if isinstance(value, str) else None for value in column]


def _decode_column(
    old: npt.NDArray[Any], raw: list[bytes | None] | None, encoding: str, notes: dict[str, int]
) -> npt.NDArray[Any]:
    if raw is None:
        return old
    width = max((len(value) for value in raw if value), default=0)
    known = {value: text_encoding.decode(value, encoding, width) for value in set(raw) if value}
    cut = sum(len(text.encode(encoding)) < len(value) for value, text in known.items())
    if cut:
        notes["values_cut_by_field_width"] = notes.get("values_cut_by_field_width", 0) + cut
    column = old.copy()
    for row, value in enumerate(raw):
        if value:
            column[row] = known[value]
    return column


def _kind(ogr_type: str, subtype: str, values: npt.NDArray[Any]) -> Kind:
    if values.dtype == object:
        return "text"
    if subtype == "OFSTBoolean" or values.dtype == bool:
        return "boolean"
    return "integer" if ogr_type in ("OFTInteger", "OFTInteger64") else "number"


def _plain_text(value: Any) -> str | None:
    """Text as it is; times and lists, which have no column type of their own, written out."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, time):
        return value.isoformat()
    return json.dumps(np.asarray(value).tolist(), ensure_ascii=False, default=str)
