"""Engines that could have built the archives: the figures behind the decision record."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.bench.building import OURS, ZOOMS, interleaved, make_sources, ours
from tests.bench.compiled_tiler import WHOLE, tippecanoe
from tests.bench.measure import Usage, contender, run
from tests.bench.report import ratios, table, title
from tests.engines import postgis

TILER, POSTGIS, GDAL = "tippecanoe, nothing dropped", "PostGIS ST_AsMVT", "GDAL PMTiles writer"
FREESTILER, NAIVE = "freestiler", "naive encoder, 1 process"


def bench_alternatives(folder: Path, *, count: int) -> None:
    """One round each, all of them z6-14 with nothing dropped, but ours, which generalises."""
    title(f"alternatives: {count:,} parcels, z6-14, one round")
    source, out = make_sources(folder, count), folder / "alternative.pmtiles"
    contenders: dict[str, Callable[[], Usage]] = {
        OURS: lambda: ours(source, out, ZOOMS),
        TILER: lambda: tippecanoe(source.degrees, out, ZOOMS, WHOLE),
        GDAL: lambda: run(contender("gdal", source.degrees, out, *ZOOMS)),
        NAIVE: lambda: run(contender("naive", source.metric, out, *ZOOMS)),
    }
    python = _python_with("freestiler")
    if python:
        contenders[FREESTILER] = lambda: run(
            contender("freestiler", source.degrees, out, *ZOOMS, python=python)
        )
    measured = interleaved(contenders, 1)
    with postgis() as url:
        measured[POSTGIS] = [_with_postgis(url, source.metric, out)]
    table(measured)
    if not python:
        print(f"{FREESTILER:<44}not measured: not installed (BENCH_PYTHON names another Python)")
    for name in measured:
        if name != TILER:
            ratios(measured, name, TILER)


def _python_with(package: str) -> str | None:
    """An interpreter that can import the package: ours, or the one that BENCH_PYTHON names."""
    for python in filter(None, (sys.executable, os.environ.get("BENCH_PYTHON"))):
        code = f"import {package}, geopandas, shapely, pyogrio, pyproj"
        if not subprocess.run([python, "-c", code], capture_output=True, check=False).returncode:
            return python
    return None


def _with_postgis(url: str, source: Path, out: Path) -> Usage:
    """Loading is not counted: the features would lie in the database already."""
    run(contender("postgis_load", url, source))
    used = run(contender("postgis", url, out, *ZOOMS))
    server = float(used.said["server_cpu"])
    return Usage(
        wall=used.wall,
        cpu=used.cpu + server,
        largest=used.largest,
        together=used.together + float(used.said["server_peak"]),
        said=used.said,
    )


def have_programs(*names: str) -> bool:
    """Whether all programs are on the path; says which are not."""
    missing = [name for name in names if not shutil.which(name)]
    if missing:
        print(f"not measured: {', '.join(missing)} not installed (make bench installs it as root)")
    return not missing
