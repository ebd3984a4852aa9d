"""``python -m tests.bench.contender NAME ...``: one piece of work in a process of its own.

Prints one JSON object: ``seconds`` and ``cpu`` of the work alone, without start and reading, and
what else it has to say. The process as a whole is measured from outside (``measure.run``).
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import parcels
from tests.bench.layer import layer_spec


class Clock:
    """Wall and CPU time, children included, since it was made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), _cpu()

    def read(self) -> dict[str, float]:
        return {"seconds": time.perf_counter() - self._wall, "cpu": _cpu() - self._cpu}


def _cpu() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in both)


def parcels_files(count: str, mode: parcels.Mode, metric: str, degrees: str) -> dict[str, Any]:
    """Make the parcels and write them in EPSG:4547 and in EPSG:4326."""
    made = parcels.parcels(int(count), mode=mode)
    parcels.write(made, Path(metric))
    parcels.write(made, Path(degrees), crs="EPSG:4326")
    return {}


def build(source: str, out: str, least: str, most: str, threads: str) -> dict[str, Any]:
    """The pyramid's own archive of a file of parcels."""
    from tiles.pyramid.build import build_archive

    table, spec = parcels.read(Path(source)), layer_spec(int(least), int(most))
    clock = Clock()
    report = build_archive(table, spec, Path(out), threads=int(threads))
    used = clock.read()
    return {
        **used,
        "size": report.size,
        "tiles": report.tiles,
        "zooms": [[zoom.zoom, zoom.features, zoom.largest_raw] for zoom in report.zooms],
    }


def naive(source: str, out: str, least: str, most: str) -> dict[str, Any]:
    """The plain encoder on one process."""
    from tests.bench.naive import naive_build

    table, spec = parcels.read(Path(source)), layer_spec(int(least), int(most))
    clock = Clock()
    size = naive_build(table, spec, Path(out))
    return {**clock.read(), "size": size}


def gdal(source: str, out: str, least: str, most: str) -> dict[str, Any]:
    """GDAL's own writer of tile archives; it projects by itself."""
    import pyogrio.raw

    meta, _, geometry, columns = pyogrio.raw.read(source)
    Path(out).unlink(missing_ok=True)
    clock = Clock()
    options = {"MINZOOM": least, "MAXZOOM": most, "MAX_SIZE": "50000000", "MAX_FEATURES": "2000000"}
    pyogrio.raw.write(
        out,
        geometry,
        columns,
        meta["fields"],
        geometry_type="Polygon",
        crs=meta["crs"],
        driver="PMTiles",
        layer="parcels",
        dataset_options=options,
    )
    return {**clock.read(), "size": Path(out).stat().st_size}


def postgis_load(url: str, source: str) -> dict[str, Any]:
    """Put the parcels into a database."""
    from tests.bench import postgis_tiles

    postgis_tiles.load(url, parcels.read(Path(source)))
    return {}


def postgis(url: str, out: str, least: str, most: str) -> dict[str, Any]:
    """Tiles by ``ST_AsMVT``."""
    from tests.bench import postgis_tiles

    clock = Clock()
    server = postgis_tiles.build(url, Path(out), range(int(least), int(most) + 1))
    return {**clock.read(), **server, "size": Path(out).stat().st_size}


def freestiler(source: str, out: str, least: str, most: str) -> dict[str, Any]:
    """A compiled tiler with Python bindings."""
    import freestiler as tiler  # type: ignore[import-not-found]
    import geopandas  # type: ignore[import-not-found]

    frame = geopandas.read_file(source)
    clock = Clock()
    options = {"layer_name": "parcels", "min_zoom": int(least), "max_zoom": int(most)}
    tiler.freestile(frame, out, quiet=True, **options)
    return {**clock.read(), "size": Path(out).stat().st_size}


def desensitising(source: str, out: str) -> dict[str, Any]:
    """Raw parcels to published ones, kept clear of restricted zones."""
    from tests.bench import publication

    raw = parcels.read(Path(source))
    zones = publication.zones_of(raw)
    clock = Clock()
    published = publication.desensitised(raw, zones)
    used = clock.read()
    parcels.write(published, Path(out))
    return {**used, "published": len(published)}


def auditing(source: str, published: str) -> dict[str, Any]:
    """Both halves of the leak audit over a written table."""
    from tests.bench import publication

    raw, shown = parcels.read(Path(source)), parcels.read(Path(published))
    zones = publication.zones_of(raw)
    clock = Clock()
    publication.audited(raw, shown, zones)
    return clock.read()


def auditing_archive(published: str, archive: str) -> dict[str, Any]:
    """Every tile of an archive against the table."""
    from tests.bench import publication

    shown = parcels.read(Path(published))
    clock = Clock()
    publication.archive_audited(shown, Path(archive))
    return clock.read()


def rewriting(source: str, out: str) -> dict[str, Any]:
    """Read and write the file: what any step costs at least."""
    table = parcels.read(Path(source))
    clock = Clock()
    parcels.write(table, Path(out))
    return clock.read()


def publication(source: str, out: str, least: str, most: str) -> dict[str, Any]:
    """The whole way, step by step."""
    from tests.bench import publication as way

    steps: dict[str, dict[str, float]] = {}
    clock = Clock()

    def step(name: str) -> None:
        nonlocal clock
        steps[name] = clock.read()
        clock = Clock()

    size = way.publish(Path(source), Path(out), (int(least), int(most)), step)
    return {"steps": steps, "size": size}


def searching(data: str, vectors: str) -> dict[str, Any]:
    """Search over the law corpus and its peers, on the database of the environment."""
    from tests.bench import search_contenders

    return search_contenders.searching(data, vectors)


CONTENDERS: dict[str, Callable[..., dict[str, Any]]] = {
    work.__name__: work
    for work in (
        *(parcels_files, build, naive, gdal, freestiler, postgis_load, postgis),
        *(desensitising, auditing, auditing_archive, rewriting, publication, searching),
    )
}


def main() -> int:
    name, *arguments = sys.argv[1:]
    print(json.dumps(CONTENDERS[name](*arguments)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
