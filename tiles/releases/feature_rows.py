"""Rows of the feature table, written and read in bulk and past the object layer.

A model instance, a GEOS object and a WKT text for each row would take three quarters of the time of
an intake; here a batch of rows goes as WKB and JSON text straight to the database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import shapely
from django.db import connections

from tiles.desensitise.features import FeatureTable
from tiles.releases.models import STORAGE_SRID, ReleaseFeature

Move = Callable[[npt.NDArray[np.object_]], npt.NDArray[np.object_]]

MOST_SHARED_VALUES = 10_000
"""A column with more different texts than this holds names or numbers of single features."""

TABLE = ReleaseFeature._meta.db_table
COLUMNS = "release_id, number, dimension, geometry, properties"
INSERT = f"INSERT INTO {TABLE} ({COLUMNS}) VALUES (%s, %s, %s, GeomFromWKB(%s, {STORAGE_SRID}), %s)"  # noqa: S608 - names of our own
COPY = f"COPY {TABLE} ({COLUMNS}) FROM STDIN"


def insert_rows(release_id: str, table: FeatureTable, first: int, *, using: str) -> None:
    """Insert the features of a table (EPSG:4490), numbered from ``first`` on.

    The caller holds the transaction.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            plain: list[bytes] = shapely.to_wkb(table.geometry).tolist()
            cursor.executemany(INSERT, list(_rows(release_id, table, first, plain)))
            return
        marked = shapely.set_srid(table.geometry, STORAGE_SRID)
        extended: list[str] = shapely.to_wkb(marked, hex=True, include_srid=True).tolist()
        with cursor.copy(COPY) as copy:
            for row in _rows(release_id, table, first, extended):
                copy.write_row(row)


def _rows(
    release_id: str, table: FeatureTable, first: int, blobs: Sequence[bytes | str]
) -> Iterator[tuple[str, int, int, bytes | str, str]]:
    names = list(table.attributes)
    values = zip(*(table.attributes[name].tolist() for name in names), strict=True)
    dimensions = shapely.get_dimensions(table.geometry).tolist()
    rows = zip(dimensions, blobs, values if names else [()] * len(table), strict=True)
    for number, (dimension, blob, row) in enumerate(rows, start=first):
        properties = {
            name: value for name, value in zip(names, row, strict=True) if value is not None
        }
        yield release_id, number, dimension, blob, json.dumps(properties)


class ColumnReader:
    """Collects features batch by batch into one array a column; no row outlives its batch.

    ``move`` takes the geometries of a batch into another CRS.
    """

    def __init__(self, names: Iterable[str], move: Move | None = None) -> None:
        self._move = move
        self._geometry: list[npt.NDArray[np.object_]] = []
        self._columns: dict[str, list[npt.NDArray[np.object_]]] = {name: [] for name in names}
        self._shared: dict[str, dict[str, str]] = {name: {} for name in self._columns}

    def add(self, blobs: list[bytes], properties: list[str]) -> None:
        """One batch: WKB and JSON object text, row by row."""
        geometry = np.asarray(shapely.from_wkb(_objects(blobs)), dtype=object)
        self._geometry.append(self._move(geometry) if self._move else geometry)
        decoded = json.loads(f"[{','.join(properties)}]")
        for name, parts in self._columns.items():
            shared = self._shared[name]
            parts.append(_objects([_one_of(shared, row.get(name)) for row in decoded]))

    def columns(self) -> tuple[npt.NDArray[np.object_], Mapping[str, npt.NDArray[np.object_]]]:
        """All geometries and all columns; the reader is empty afterwards."""
        geometry = _joined(self._geometry)
        return geometry, {name: _joined(parts) for name, parts in self._columns.items()}


def _one_of(shared: dict[str, str], value: object) -> object:
    """The value, or an equal text that another row has already: kept once for all its rows."""
    if not isinstance(value, str):
        return value
    if len(shared) < MOST_SHARED_VALUES:
        return shared.setdefault(value, value)
    return shared.get(value, value)


def _objects(values: list[bytes] | list[object]) -> npt.NDArray[np.object_]:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _joined(parts: list[npt.NDArray[np.object_]]) -> npt.NDArray[np.object_]:
    joined = np.concatenate(parts) if parts else np.empty(0, dtype=object)
    parts.clear()
    return joined
