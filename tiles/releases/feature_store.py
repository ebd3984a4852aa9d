"""Writing and reading the features of a release in the database."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from pyproj import Transformer

from tiles.desensitise.features import FeatureTable
from tiles.releases.models import STORAGE_SRID, Release, ReleaseFeature

BATCH = 1000
STORAGE_CRS = f"EPSG:{STORAGE_SRID}"
Progress = Callable[[str, int, int], None]


def to_crs(table: FeatureTable, crs: str) -> FeatureTable:
    """The table in another CRS, x = east or longitude."""
    if table.crs == crs:
        return table
    transformer = Transformer.from_crs(table.crs, crs, always_xy=True)

    def project(coordinates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(transformer.transform(coordinates[:, 0], coordinates[:, 1]))

    moved = shapely.transform(table.geometry, project)
    return table.with_geometry(np.asarray(moved, dtype=object), crs)


def write_features(release: Release, table: FeatureTable, *, progress: Progress) -> None:
    """Store a verified table under a release; rows keep their order, numbered from 1.

    Written in batches, each in its own transaction, so that other writers of an SQLite database
    never wait long; nobody reads them before the release leaves its importing state.
    """
    stored = to_crs(table, STORAGE_CRS)
    rows = _rows(release, stored)
    written = 0
    while batch := list(itertools.islice(rows, BATCH)):
        with transaction.atomic():
            ReleaseFeature.objects.bulk_create(batch)
        written += len(batch)
        progress("store", written, len(stored))


def _rows(release: Release, table: FeatureTable) -> Iterator[ReleaseFeature]:
    blobs = shapely.to_wkb(table.geometry)
    dimensions = shapely.get_dimensions(table.geometry)
    for index in range(len(table)):
        properties = {
            name: column[index]
            for name, column in table.attributes.items()
            if column[index] is not None
        }
        yield ReleaseFeature(
            release=release,
            number=index + 1,
            dimension=int(dimensions[index]),
            geometry=GEOSGeometry(memoryview(blobs[index]), srid=STORAGE_SRID),
            properties=properties,
        )


def read_features(
    release: Release,
    *,
    box: tuple[float, float, float, float] | None = None,
    limit: int | None = None,
) -> FeatureTable:
    """The features of a release, in EPSG:4490, in their order; only those near ``box`` if given.

    ``box`` is west, south, east, north in degrees. Columns follow the profile's allow-list.
    """
    query = release.features.order_by("number")
    if box is not None:
        query = query.in_box(*box)
    rows = query.annotate(wkb=AsWKB("geometry")).values_list("wkb", "properties")
    blobs: list[bytes] = []
    properties: list[dict[str, object]] = []
    for wkb, values in rows[:limit].iterator(chunk_size=2000):
        blobs.append(bytes(wkb))
        properties.append(values)
    return FeatureTable(
        geometry=np.asarray(shapely.from_wkb(np.array(blobs, dtype=object)), dtype=object),
        attributes={
            name: np.array([values.get(name) for values in properties], dtype=object)
            for name in attribute_names(release)
        },
        crs=STORAGE_CRS,
        source=release.pk,
    )


def attribute_names(release: Release) -> list[str]:
    """Names of the attributes that the release's profile allows."""
    return [attribute["name"] for attribute in release.profile.get("attribute", [])]
