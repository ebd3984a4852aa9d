"""Both tile matrix sets at the endpoint: limits, bounds, and known points at their place."""

from __future__ import annotations

import gzip
import json
import math
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import pyogrio.raw
import pytest
import shapely
from django.test import Client
from pyproj import Transformer

from tests.tiles.serving.conftest import PROFILE, RELEASE, Site
from tiles.desensitise.features import FeatureTable
from tiles.pyramid.build import build_archive
from tiles.pyramid.layer_spec import LayerSpec
from tiles.releases.directory import PublishedRelease
from tiles.serving.application import TileApplication
from tiles.serving.readiness import archives_are_readable

ZOOM = 13
GRIDS = ("WebMercatorQuad", "CGCS2000Quad")
POINTS = 100


def in_web_mercator(lon: float, lat: float) -> tuple[float, float]:
    """Column and row as fractions; the spherical formula written out anew."""
    n = 2**ZOOM
    phi = math.radians(lat)
    return (lon + 180) / 360 * n, (1 - math.asinh(math.tan(phi)) / math.pi) / 2 * n


def in_cgcs2000(lon: float, lat: float) -> tuple[float, float]:
    """Column and row as fractions of the national grid: 2^z columns from -180, rows from 90."""
    side = 360 / 2**ZOOM
    return (lon + 180) / side, (90 - lat) / side


PLACE: dict[str, Callable[[float, float], tuple[float, float]]] = {
    "WebMercatorQuad": in_web_mercator,
    "CGCS2000Quad": in_cgcs2000,
}


@pytest.fixture(scope="module")
def points() -> np.ndarray:
    """Known places, (n, 2) in degrees, one in each of n cells so that no squares overlap."""
    rng = np.random.default_rng(7)
    cells = np.array([(column, row) for column in range(10) for row in range(POINTS // 10)])
    return np.array([113.0, 28.0]) + (cells + rng.uniform(0.2, 0.8, cells.shape)) * 0.03


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, points: np.ndarray) -> Path:
    folder = tmp_path_factory.mktemp("grids")
    half = 0.0004
    squares = shapely.box(*(points - half).T, *(points + half).T)
    names = np.array([f"p{number}" for number in range(POINTS)], dtype=object)
    codes = np.array(["0701"] * POINTS, dtype=object)
    table = FeatureTable(squares, {"YDYHFLDM": codes, "YDYHFLMC": names}, "EPSG:4490")
    spec = LayerSpec.from_profile(PROFILE)
    (folder / "landuse" / RELEASE).mkdir(parents=True)
    for tms in GRIDS:
        out = folder / "landuse" / RELEASE / f"{tms}.pmtiles"
        build_archive(table, spec, out, tms_id=tms, threads=1)
    return folder


@pytest.fixture
def site(published: Path, settings: Any) -> Iterator[Site]:
    found = Site(published, None, (0, 0, 0))
    archives = {tms: f"landuse/{RELEASE}/{tms}.pmtiles" for tms in GRIDS}
    found.publish(PublishedRelease(RELEASE, archives=archives))
    settings.PUBLISHED_DIR = published
    found.application = TileApplication(published, lambda _environ, _start: [])
    yield found
    found.application.published.close()


def address(tms: str, z: int, x: int, y: int) -> str:
    return f"/tiles/landuse/{RELEASE}/{tms}/{z}/{x}/{y}.mvt"


def test_known_points_lie_in_the_right_tile_at_the_right_place(
    site: Site, points: np.ndarray
) -> None:
    for tms, place in PLACE.items():
        worst = 0.0
        for number, (lon, lat) in enumerate(points.tolist()):
            column, row = place(lon, lat)
            reply = site.get(address(tms, ZOOM, int(column), int(row)), accept_encoding="gzip")
            assert reply.status == 200
            layers = mapbox_vector_tile.decode(
                gzip.decompress(reply.body), default_options={"y_coord_down": True}
            )
            (found,) = (
                shapely.geometry.shape(feature["geometry"])
                for feature in layers["landuse"]["features"]
                if feature["properties"]["YDYHFLMC"] == f"p{number}"
            )
            expected = ((column % 1) * 4096, (row % 1) * 4096)
            if shapely.box(-60, -60, 4156, 4156).contains(found):  # not cut by the tile's border
                worst = max(worst, math.dist(found.centroid.coords[0], expected))
        assert 0 < worst <= 1.0, f"{tms}: {worst} units of 1/4096 tile"


def error(site: Site, path: str) -> tuple[int, str]:
    reply = site.get(path)
    document = json.loads(reply.body)
    assert document["zh"]
    assert document["en"]
    return reply.status, document["error"]


@pytest.mark.parametrize(
    ("tms", "z", "x", "y"),
    [
        ("CGCS2000Quad", 1, 2, 0),
        ("CGCS2000Quad", 1, 0, 1),
        ("CGCS2000Quad", 0, 0, 0),
        ("CGCS2000Quad", 13, 8192, 0),
        ("CGCS2000Quad", 13, 0, 4096),
        ("CGCS2000Quad", 25, 0, 0),
        ("WebMercatorQuad", 13, 0, 8192),
        ("WebMercatorQuad", 25, 0, 0),
        ("Unknown", 13, 8192, 0),
    ],
)
def test_numbers_beyond_the_columns_and_rows_of_the_grid_are_nonsense(
    site: Site, tms: str, z: int, x: int, y: int
) -> None:
    assert error(site, address(tms, z, x, y)) == (400, "bad_tile_path")


def test_the_last_column_and_row_of_the_national_grid_exist(site: Site) -> None:
    assert error(site, address("CGCS2000Quad", 13, 8191, 4095)) == (404, "outside")


def test_an_unknown_tile_matrix_set_is_404_with_its_own_message(site: Site) -> None:
    for tms in ("Unknown", "cgcs2000quad", "WorldCRS84Quad"):
        assert error(site, address(tms, 13, 1, 1)) == (404, "unknown_tile_matrix_set")


def test_outside_and_empty_are_told_apart_in_both_grids(site: Site, points: np.ndarray) -> None:
    for tms, place in PLACE.items():
        column, row = (int(value) for value in place(*points.mean(axis=0).tolist()))
        statuses = {
            site.get(address(tms, ZOOM, column + dx, row + dy)).status
            for dx in range(-3, 4)
            for dy in range(-3, 4)
        }
        assert statuses <= {200, 204}
        assert error(site, address(tms, ZOOM, column + 40, row)) == (404, "outside")
        assert error(site, address(tms, ZOOM, column, row + 40)) == (404, "outside")
        assert error(site, address(tms, 9, column >> 4, row >> 4)) == (404, "outside")
    # A row of the other grid is somewhere else on this one.
    column, row = (int(value) for value in in_web_mercator(*points[0].tolist()))
    assert error(site, address("CGCS2000Quad", ZOOM, column, row)) == (404, "outside")


def test_a_gap_between_the_points_is_empty_not_absent(site: Site, points: np.ndarray) -> None:
    for tms, place in PLACE.items():
        west, south = points.min(axis=0)
        east, north = points.max(axis=0)
        first, last = place(west, north), place(east, south)
        statuses = [
            site.get(address(tms, ZOOM, column, row)).status
            for column in range(int(first[0]), int(last[0]) + 1)
            for row in range(int(first[1]), int(last[1]) + 1)
        ]
        assert 204 in statuses or set(statuses) == {200}
        assert 404 not in statuses


def test_tilejson_names_its_grid(site: Site, client: Client) -> None:
    plain = client.get("/tiles/landuse/tilejson.json").json()
    named = client.get("/tiles/landuse/WebMercatorQuad/tilejson.json").json()
    national = client.get("/tiles/landuse/CGCS2000Quad/tilejson.json").json()
    assert plain == named
    assert plain["tile_matrix_set"] == "WebMercatorQuad"
    assert national["tile_matrix_set"] == "CGCS2000Quad"
    assert national["tiles"] == [
        f"http://testserver/tiles/landuse/{RELEASE}/CGCS2000Quad/{{z}}/{{x}}/{{y}}.mvt"
    ]
    assert national["bounds"] == pytest.approx(plain["bounds"], abs=1e-5)
    response = client.get("/tiles/landuse/Unknown/tilejson.json")
    assert (response.status_code, response.json()["error"]) == (404, "unknown_tile_matrix_set")


def test_gdal_reads_both_grids_at_the_right_place(
    site: Site, client: Client, points: np.ndarray, tmp_path: Path
) -> None:
    to_degrees = {"WebMercatorQuad": "EPSG:3857", "CGCS2000Quad": "EPSG:4490"}
    for tms, place in PLACE.items():
        document = client.get(f"/tiles/landuse/{tms}/metadata.json").json()
        assert document["crs"] == to_degrees[tms]
        (tmp_path / "metadata.json").write_text(json.dumps(document))
        lon, lat = points[5]
        column, row = (int(value) for value in place(lon, lat))
        tile = tmp_path / f"{tms}.mvt"
        tile.write_bytes(site.get(address(tms, ZOOM, column, row)).body)
        options = {"X": str(column), "Y": str(row), "Z": str(ZOOM), "CLIP": "NO"}
        meta, _, geometry, columns = pyogrio.raw.read(
            tile, layer="landuse", METADATA_FILE=str(tmp_path / "metadata.json"), **options
        )
        names = columns[list(meta["fields"]).index("YDYHFLMC")]
        found = shapely.from_wkb(geometry[list(names).index("p5")]).centroid
        back = Transformer.from_crs(meta["crs"], "EPSG:4490", always_xy=True)
        assert back.transform(found.x, found.y) == pytest.approx((lon, lat), abs=2e-5)
    assert client.get("/tiles/landuse/Unknown/metadata.json").status_code == 404


def test_the_definition_of_each_grid_is_published(site: Site, client: Client) -> None:
    listed = client.get("/tiles/tileMatrixSets").json()["tileMatrixSets"]
    assert [item["id"] for item in listed] == list(GRIDS)
    for item in listed:
        path = item["links"][0]["href"].removeprefix("http://testserver")
        document = client.get(path).json()
        assert document["id"] == item["id"]
        assert document["crs"] == item["crs"]
    national = client.get("/tiles/tileMatrixSets/CGCS2000Quad").json()
    assert national["crs"] == "http://www.opengis.net/def/crs/EPSG/0/4490"
    first = national["tileMatrices"][0]
    assert (first["id"], first["matrixWidth"], first["matrixHeight"]) == ("1", 2, 1)
    assert first["pointOfOrigin"] == [90.0, -180.0]
    assert first["cellSize"] * first["tileWidth"] == 180.0
    assert client.get("/tiles/tileMatrixSets/Unknown").status_code == 404


def test_a_damaged_archive_of_either_grid_makes_the_portal_not_ready(
    site: Site, tmp_path: Path, settings: Any
) -> None:
    assert archives_are_readable() == []
    settings.PUBLISHED_DIR = tmp_path / "copy"
    shutil.copytree(site.folder, settings.PUBLISHED_DIR)
    for number, tms in enumerate(GRIDS, 1):
        (settings.PUBLISHED_DIR / "landuse" / RELEASE / f"{tms}.pmtiles").write_bytes(b"damaged")
        assert len(archives_are_readable()) == number
