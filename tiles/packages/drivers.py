"""The list of file formats that the reading process may use; every other driver is taken out.

GDAL has drivers that speak to servers, run programs or follow references to other files (VRT,
WFS, HTTP, CSW, ...). They are removed from the process, not merely unused: a file cannot choose
its driver.
"""

from __future__ import annotations

import ctypes
from collections.abc import Collection
from pathlib import Path

ANY_SOURCE = (
    "ESRI Shapefile", "GeoJSON", "GeoJSONSeq", "TopoJSON", "ESRIJSON", "JSONFG", "GPKG", "SQLite",
    "OpenFileGDB", "FlatGeobuf", "GML", "KML", "LIBKML", "GPX", "DXF", "CSV", "MapInfo File",
    "DGN", "JML",
)  # fmt: skip
PACKAGE_ONLY = ("FlatGeobuf",)


def keep_only(allowed: Collection[str]) -> tuple[str, ...]:
    """Deregister every GDAL driver not in ``allowed``; returns those that remain.

    pyogrio must be imported before. Raises ``RuntimeError`` when its library is not found or a
    driver stays: then nothing may be read.
    """
    library = ctypes.CDLL(_loaded_library())
    library.GDALGetDriver.restype = ctypes.c_void_p
    library.GDALGetDriverShortName.restype = ctypes.c_char_p
    library.GDALGetDriverShortName.argtypes = [ctypes.c_void_p]
    library.GDALDeregisterDriver.argtypes = [ctypes.c_void_p]
    library.GDALDeregisterDriver.restype = None
    for position in reversed(range(library.GDALGetDriverCount())):
        driver = library.GDALGetDriver(position)
        if library.GDALGetDriverShortName(driver).decode("ascii") not in allowed:
            library.GDALDeregisterDriver(driver)
    count = library.GDALGetDriverCount()
    names = [
        library.GDALGetDriverShortName(library.GDALGetDriver(position)).decode("ascii")
        for position in range(count)
    ]
    if not names or not set(names) <= set(allowed):
        raise RuntimeError("GDAL drivers could not be restricted")
    return tuple(names)


def _loaded_library() -> str:
    """The libgdal that pyogrio has loaded into this process, by the kernel's own list."""
    for line in Path("/proc/self/maps").read_text("utf-8", "surrogateescape").splitlines():
        parts = line.split(maxsplit=5)
        if len(parts) == 6 and Path(parts[5]).name.startswith("libgdal"):
            return parts[5]
    raise RuntimeError("libgdal is not loaded")
