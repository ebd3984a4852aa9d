"""Writing and reading the features of a release in the database."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from pyproj import Transformer

from tiles.desensitise.features import FeatureTable
from tiles.releases.feature_rows import ColumnReader, insert_rows
from tiles.releases.models import STORAGE_SRID, Release

BATCH = 5000
STORAGE_CRS = f"EPSG:{STORAGE_SRID}"
Progress = Callable[[str, int, int], None]


def to_crs(table: FeatureTable, crs: str) -> FeatureTable:
    """The table in another CRS, x = east or longitude."""
    if table.crs == crs:
        return table
    return _moved(table, Transformer.from_crs(table.crs, crs, always_xy=True), crs)


def _moved(table: FeatureTable, transformer: Transformer, crs: str) -> FeatureTable:
    return table.with_geometry(_projected(table.geometry, transformer), crs)


def _projected(
    geometry: npt.NDArray[np.object_], transformer: Transformer
) -> npt.NDArray[np.object_]:
    def project(coordinates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(transformer.transform(coordinates[:, 0], coordinates[:, 1]))

    return np.asarray(shapely.transform(geometry, project), dtype=object)


def write_features(release: Release, table: FeatureTable, *, progress: Progress) -> None:
    """Store a verified table under a release; rows keep their order, numbered from 1.

    Written in batches, each in its own transaction, so that other writers of an SQLite database
    never wait long; nobody reads them before the release leaves its importing state.
    """
    database = release.features.db
    transformer = Transformer.from_crs(table.crs, STORAGE_CRS, always_xy=True)
    for start in range(0, len(table), BATCH):
        batch = table.take(np.arange(start, min(start + BATCH, len(table))))
        with transaction.atomic(using=database):
            stored = _moved(batch, transformer, STORAGE_CRS)
            insert_rows(release.pk, stored, start + 1, using=database)
        progress("store", start + len(batch), len(table))


def read_features(
    release: Release,
    *,
    box: tuple[float, float, float, float] | None = None,
    limit: int | None = None,
    crs: str = STORAGE_CRS,
) -> FeatureTable:
    """The features of a release in their order; only those near ``box`` if given.

    ``box`` is west, south, east, north in degrees. Columns follow the profile's allow-list. In
    another ``crs`` than the stored EPSG:4490 a large layer is still in memory only once.
    """
    query = release.features.order_by("number")
    if box is not None:
        query = query.in_box(*box)
    rows = query.annotate(wkb=AsWKB("geometry"), json=Cast("properties", TextField()))
    move = None
    if crs != STORAGE_CRS:
        transformer = Transformer.from_crs(STORAGE_CRS, crs, always_xy=True)
        move = partial(_projected, transformer=transformer)
    reader = ColumnReader(attribute_names(release), move)
    found = rows.values_list("wkb", "json")[:limit].iterator(chunk_size=BATCH)
    while batch := list(itertools.islice(found, BATCH)):
        reader.add([bytes(wkb) for wkb, _json in batch], [text for _wkb, text in batch])
    geometry, attributes = reader.columns()
    return FeatureTable(geometry, attributes, crs, release.pk)


def attribute_names(release: Release) -> list[str]:
    """Names of the attributes that the release's profile allows."""
    return [attribute["name"] for attribute in release.profile.get("attribute", [])]
