"""Writes the raw layers as an internal node keeps them: GeoPackages, and old GBK Shapefiles."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyogrio
import shapely

from portal.samplecity.city import CRS
from portal.samplecity.raw_layer import Column, RawLayer

# Old layers come as Shapefile with a GBK table, as they do from real departments.
SHAPEFILES = frozenset({"farmland", "districts"})
FIXED_TIME = "2025-12-31T00:00:00.000Z"
ZIP_TIME = (2025, 12, 31, 0, 0, 0)
GEOMETRY_NAMES = {0: "Point", 1: "LineString", 3: "Polygon", 6: "MultiPolygon"}


@contextmanager
def _fixed_clock() -> Iterator[None]:
    """GDAL writes this time into the files, so that equal seeds give equal bytes."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_TIME})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def write_layer(layer: RawLayer, folder: Path) -> Path:
    """Write one layer into ``folder``; returns the file: ``<code>.gpkg`` or ``<code>.zip``."""
    with _fixed_clock():
        if layer.code in SHAPEFILES:
            return _write_shapefile_zip(layer, folder)
        path = folder / f"{layer.code}.gpkg"
        _write(layer, path, driver="GPKG", layer_name=layer.table, encoding="UTF-8")
        return path


def _write(layer: RawLayer, path: Path, *, driver: str, layer_name: str, encoding: str) -> None:
    kinds = {int(kind) for kind in shapely.get_type_id(layer.geometry)}
    kind = max(kinds)
    geometry = layer.geometry
    if len(kinds) > 1:
        geometry = np.array(
            [shapely.MultiPolygon([g]) if g.geom_type == "Polygon" else g for g in geometry],
            dtype=object,
        )
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(geometry),
        field_data=list(layer.columns.values()),
        fields=list(layer.columns),
        geometry_type=GEOMETRY_NAMES[kind],
        crs=CRS,
        driver=driver,
        layer=layer_name,
        encoding=encoding,
        field_mask=[_mask(column) for column in layer.columns.values()],
    )


def _mask(column: Column) -> np.ndarray[tuple[int], np.dtype[np.bool_]] | None:
    """True where a value is missing; text columns say so by None themselves."""
    return np.isnan(column) if column.dtype.kind == "f" else None


def _write_shapefile_zip(layer: RawLayer, folder: Path) -> Path:
    """A zip with .shp, .shx, .dbf (GBK), .prj and a .cpg that says GBK."""
    stem = folder / layer.table
    _write(
        layer,
        stem.with_suffix(".shp"),
        driver="ESRI Shapefile",
        layer_name=layer.table,
        encoding="GBK",
    )
    stem.with_suffix(".cpg").write_text("GBK", encoding="ascii")
    target = folder / f"{layer.code}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.glob(f"{layer.table}.*")):
            entry = zipfile.ZipInfo(part.name, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, part.read_bytes())
            part.unlink()
    return target


def digest(layer: RawLayer) -> str:
    """A hash of everything in the layer, whatever file it is written to."""
    sha = hashlib.sha256(layer.table.encode())
    for wkb in shapely.to_wkb(layer.geometry):
        sha.update(wkb)
    for name, column in layer.columns.items():
        sha.update(name.encode())
        sha.update("\x1f".join(map(str, column)).encode())
    return sha.hexdigest()
