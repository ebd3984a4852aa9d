"""Tiles by PostGIS: two connections ask for one tile after the other and compress what comes."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mercantile
import numpy as np
import psycopg
import shapely
from pyproj import Transformer

from tests.bench.measure import cpu_seconds
from tiles.desensitise.features import FeatureTable

_COLUMNS = "dlbm text, far float8, height int, area float8, name text"
_TILE = """
SELECT ST_AsMVT(tile, 'parcels', 4096, 'geom', 'id') FROM (
  SELECT id, dlbm, far, height, area, name,
         ST_AsMVTGeom(geom, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS geom
  FROM parcels
  WHERE geom && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
) AS tile WHERE geom IS NOT NULL
"""


def load(url: str, table: FeatureTable) -> None:
    """Put the parcels into the database, projected and indexed."""
    move = Transformer.from_crs(table.crs, "EPSG:3857", always_xy=True).transform
    projected = shapely.transform(table.geometry, lambda xy: np.column_stack(move(*xy.T)))
    wkb = shapely.to_wkb(shapely.set_srid(projected, 3857), hex=True, include_srid=True)
    columns = [column.tolist() for column in table.attributes.values()]
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        connection.execute("DROP TABLE IF EXISTS parcels")
        connection.execute(
            f"CREATE TABLE parcels (id serial, {_COLUMNS}, geom geometry(Polygon, 3857))"
        )
        statement = "COPY parcels (dlbm, far, height, area, name, geom) FROM STDIN"
        with connection.cursor().copy(statement) as copy:
            for row in zip(*columns, wkb.tolist(), strict=True):
                copy.write_row(row)
        connection.execute("CREATE INDEX ON parcels USING gist (geom)")
        connection.execute("CLUSTER parcels USING parcels_geom_idx")
        connection.execute("ANALYZE parcels")


def build(url: str, out: Path, zooms: range) -> dict[str, float]:
    """Write all tiles, gzipped, one behind the other; the server's CPU and peak memory."""
    with psycopg.connect(plain(url), autocommit=True) as watch:
        backend = watch.info.backend_pid
        server = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
        before = cpu_seconds([server])
        tiles = list(_tiles(watch, zooms))
        with ThreadPoolExecutor(2) as pool, out.open("wb") as stream:
            peaks = []
            for peak, data in pool.map(_work, [url] * 2, (tiles[::2], tiles[1::2])):
                peaks.append(peak)
                stream.write(data)
        # The server has waited for the two backends by then; this connection itself did nothing.
        time.sleep(0.5)
        return {"server_cpu": cpu_seconds([server]) - before, "server_peak": sum(peaks)}


def _tiles(connection: psycopg.Connection, zooms: range) -> Iterator[mercantile.Tile]:
    found = connection.execute(
        "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM "
        "(SELECT ST_Transform(ST_SetSRID(ST_Extent(geom), 3857), 4326) AS e FROM parcels) AS whole"
    ).fetchone()
    return mercantile.tiles(*found, list(zooms))


def tile(connection: psycopg.Connection, z: int, x: int, y: int) -> bytes:
    """One tile as the database encodes it."""
    answer = connection.execute(_TILE, {"z": z, "x": x, "y": y}, binary=True).fetchone()
    return bytes(answer[0]) if answer and answer[0] else b""


def _work(url: str, tiles: list[mercantile.Tile]) -> tuple[float, bytes]:
    """Peak memory of the backend (MiB) and the tiles."""
    written = []
    with psycopg.connect(plain(url), autocommit=True) as connection:
        for place in tiles:
            data = tile(connection, place.z, place.x, place.y)
            if data:
                written.append(gzip.compress(data, 6))
        status = Path(f"/proc/{connection.info.backend_pid}/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return peak / 1024, b"".join(written)


def plain(url: str) -> str:
    """The address as libpq reads it."""
    return url.replace("postgis://", "postgresql://", 1)
