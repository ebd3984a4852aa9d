"""``python -m tests.bench``: measurements as ratios against a peer or a limit, in one run.

Nothing here passes or fails: a machine under load is no broken program.
"""

from __future__ import annotations

import gzip
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import mapbox_vector_tile
import mercantile
import numpy as np
import pyogrio.raw
import shapely
from pyproj import Transformer

from portal.samplecity.generate import generate
from tests.engines import free_port
from tests.factories.installation import Installation
from tiles.desensitise.desensitise import desensitise
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import Profile, load_profile
from tiles.pyramid.archive import Archive
from tiles.pyramid.build import build_archive
from tiles.pyramid.layer_spec import LayerSpec

ROUNDS = 3
PLOTS = 3000
BARE = """
BODY = bytes({size})
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(len(BODY)))])
    return [BODY]
"""


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def ratios(title: str, ours: list[float], other: list[float], unit: str = "s") -> None:
    """One line: our figure, the other's, and their ratio with its spread over the rounds."""
    each = [mine / theirs for mine, theirs in zip(ours, other, strict=True)]
    print(
        f"{title:<52} {statistics.median(ours):10.2f} {unit:<5} {statistics.median(other):10.2f} {unit:<5}"
        f" ratio {statistics.median(each):6.2f} (min {min(each):.2f}, max {max(each):.2f})",
        flush=True,
    )


def read(path: Path) -> FeatureTable:
    meta, _, geometry, columns = pyogrio.raw.read(path)
    fields = zip(meta["fields"], columns, strict=True)
    attributes = {name: np.asarray(column, dtype=object) for name, column in fields}
    return FeatureTable(shapely.from_wkb(geometry), attributes, meta["crs"])


def naive_build(table: FeatureTable, spec: LayerSpec) -> int:
    """What one writes first: every feature of every tile by itself, nothing merged or dropped."""
    forward = Transformer.from_crs(table.crs, "EPSG:4326", always_xy=True).transform
    lonlat = shapely.transform(table.geometry, lambda c: np.column_stack(forward(c[:, 0], c[:, 1])))
    tree, tiles = shapely.STRtree(lonlat), 0
    for zoom in range(spec.min_zoom, spec.max_zoom + 1):
        for tile in mercantile.tiles(*shapely.total_bounds(lonlat), zoom):
            bounds = tuple(mercantile.bounds(tile))
            box = shapely.box(*bounds)
            features = [
                {
                    "geometry": lonlat[row].intersection(box),
                    "properties": {n: table.attributes[n][row] for n, _ in spec.fields},
                }
                for row in tree.query(box, "intersects")
            ]
            layer = {"name": spec.code, "features": [f for f in features if f["geometry"].area]}
            options = {"quantize_bounds": bounds}
            gzip.compress(mapbox_vector_tile.encode([layer], default_options=options))
            tiles += 1
    return tiles


def bench_building(folder: Path) -> Path:
    """Desensitising and building an archive of the sample city's parcels."""
    city = generate(folder / "city", plots=PLOTS)
    raw = read(city.files["landuse"])
    restricted = read(city.restricted)
    profile: Profile = load_profile(city.profiles["landuse"])
    spec = LayerSpec.from_profile(profile.public())
    archive = folder / "landuse.pmtiles"
    copy = folder / "copy.gpkg"
    ours, limit, build, naive = [], [], [], []
    for _ in range(ROUNDS):
        ours.append(timed(lambda: desensitise(raw, profile, restricted)))
        limit.append(timed(lambda: rewrite(city.files["landuse"], copy)))
        published = desensitise(raw, profile, restricted).table
        build.append(timed(lambda: build_archive(published, spec, archive, processes=1)))  # noqa: B023
        naive.append(timed(lambda: naive_build(published, spec)))  # noqa: B023
    print(f"{PLOTS} parcels, {ROUNDS} rounds, one process")
    ratios("desensitise / read and write the file with GDAL", ours, limit)
    ratios("build the archive / naive encoder", build, naive)
    return archive


def rewrite(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    meta, _, geometry, columns = pyogrio.raw.read(source)
    pyogrio.raw.write(
        target,
        geometry,
        columns,
        meta["fields"],
        geometry_type="Polygon",
        crs=meta["crs"],
        driver="GPKG",
    )


def requests_per_second(url: str) -> float:
    done = subprocess.run(
        ["wrk", "-t1", "-c40", "-d4s", "-H", "Accept-Encoding: gzip", url],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if found is None or "Non-2xx" in done.stdout:
        raise RuntimeError(done.stdout)
    return float(found.group(1))


def bench_serving(folder: Path) -> None:
    """The tile endpoint in the real server against a bare WSGI application in the same server."""
    if not shutil.which("wrk"):
        print("serving: not measured, wrk is not installed (apt-get install wrk)")
        return
    portal = Installation(folder / "portal")
    portal.create_database()
    portal.manage("sample_city", "--plots", str(PLOTS), "--layers", "landuse")
    archive = next((portal.folder / "published" / "landuse").glob("*/*.pmtiles"))
    opened = Archive(archive)
    bounds = opened.bounds
    tile = mercantile.tile((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, 13)
    size = len(opened.get(tile.z, tile.x, tile.y) or b"")
    release = archive.parent.name
    (folder / "bare.py").write_text(BARE.format(size=size), "utf-8")
    port = free_port()
    command = [
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--blocking-threads",
        "8",
    ]
    bare = subprocess.Popen(
        [sys.executable, *command, "--no-ws", "bare:app"], cwd=folder, stdout=subprocess.DEVNULL
    )
    try:
        with portal.serving():
            time.sleep(2)
            url = f"{portal.url}/tiles/landuse/{release}/{tile.z}/{tile.x}/{tile.y}.mvt"
            ours, limit = [], []
            for _ in range(ROUNDS):
                ours.append(requests_per_second(url))
                limit.append(requests_per_second(f"http://127.0.0.1:{port}/"))
        print(
            f"one tile of {size} bytes, 40 connections, {ROUNDS} rounds of 4 s, wrk on the same machine"
        )
        ratios("tile endpoint / bare WSGI app in the same server", ours, limit, "req/s")
    finally:
        bare.terminate()
        bare.wait()


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        bench_building(Path(name))
        bench_serving(Path(name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
