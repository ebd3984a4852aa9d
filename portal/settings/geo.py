"""The native libraries that GeoDjango loads: those that the wheels carry, not the system's.

pyogrio bundles libgdal and shapely bundles libgeos_c; only mod_spatialite comes from the system
(package libsqlite3-mod-spatialite), because no wheel carries it.
"""

from __future__ import annotations

import importlib
import importlib.util
import sqlite3
import sys
from pathlib import Path

from portal.settings.env import EnvironmentVariableError, env_optional


def _bundled(package: str, pattern: str, variable: str) -> str:
    chosen = env_optional(variable)
    if chosen:
        return chosen
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise EnvironmentVariableError(variable, f"the package {package} is not installed")
    found = sorted((Path(spec.origin).parent.parent / f"{package}.libs").glob(pattern))
    if not found:
        raise EnvironmentVariableError(variable, f"no {pattern} in the wheel of {package}")
    return str(found[0])


def gdal_library() -> str:
    """Path of the libgdal inside pyogrio's wheel, unless GDAL_LIBRARY_PATH names another."""
    return _bundled("pyogrio", "libgdal*", "GDAL_LIBRARY_PATH")


def geos_library() -> str:
    """Path of the libgeos_c inside shapely's wheel, unless GEOS_LIBRARY_PATH names another."""
    return _bundled("shapely", "libgeos_c*", "GEOS_LIBRARY_PATH")


def load_wheel_libraries() -> None:
    """Load the native libraries of the wheels before SQLite can load mod_spatialite.

    SQLite opens mod_spatialite with RTLD_GLOBAL, which puts the system's libproj and libgeos in
    front of everything loaded later: the wheels' newer copies would bind to the older functions,
    and the process would end in "double free or corruption". Loaded first, they keep to their own.
    """
    for package in ("pyproj", "pyogrio", "shapely"):
        importlib.import_module(package)


def use_loadable_sqlite() -> None:
    """Put pysqlite3 in sqlite3's place where Python was built without loadable extensions.

    Has to run before Django's SQLite backend is imported, hence from the settings.
    """
    if hasattr(sqlite3.Connection, "enable_load_extension"):
        return
    import pysqlite3  # noqa: PLC0415
    import pysqlite3.dbapi2  # noqa: PLC0415

    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
