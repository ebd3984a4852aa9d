"""Foreign clients read the running server's tiles: the right features at the right place."""

from __future__ import annotations

import re
from pathlib import Path

import mapbox_vector_tile
import mercantile
import numpy as np
import pyogrio.raw
import pytest
import shapely
from pyproj import Transformer

from tests.factories.installation import Installation

ZOOM = 14
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def middle(city: Installation) -> tuple[mercantile.Tile, bytes]:
    """The tile in the middle of the city's parcels, as the server sends it."""
    document = city.get("/tiles/landuse/tilejson.json").json()
    west, south, east, north = document["bounds"]
    tile = mercantile.tile((west + east) / 2, (south + north) / 2, ZOOM)
    path = document["tiles"][0].removeprefix(city.url)
    answer = city.get(path.format(z=tile.z, x=tile.x, y=tile.y), Accept_Encoding="identity")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    return tile, answer.body


def with_gdal(tile: mercantile.Tile, data: bytes, folder: Path):
    """Geometries (EPSG:3857) and class codes, as GDAL's MVT driver reads them."""
    path = folder / f"{tile.z}-{tile.x}-{tile.y}.mvt"
    path.write_bytes(data)
    meta, _, geometry, columns = pyogrio.raw.read(
        path, layer="landuse", X=str(tile.x), Y=str(tile.y), Z=str(tile.z), CLIP="NO"
    )
    codes = columns[list(meta["fields"]).index("YDYHFLDM")]
    return shapely.from_wkb(geometry), codes


def test_both_decoders_read_the_same_features(middle, tmp_path):
    tile, data = middle
    ours = mapbox_vector_tile.decode(data)["landuse"]["features"]
    geometry, codes = with_gdal(tile, data, tmp_path)
    assert len(ours) == len(geometry) > 20
    assert sorted(f["properties"]["YDYHFLDM"] for f in ours) == sorted(codes)


def test_each_feature_lies_where_the_portal_says_it_applies(middle, tmp_path, city):
    tile, data = middle
    geometry, codes = with_gdal(tile, data, tmp_path)
    within = shapely.box(*mercantile.xy_bounds(tile))
    large = np.flatnonzero((shapely.area(geometry) > 4000) & shapely.within(geometry, within))[:12]
    assert len(large) >= 5
    to_degrees = Transformer.from_crs("EPSG:3857", "EPSG:4326", always_xy=True)
    for row in large:
        point = shapely.point_on_surface(geometry[row])
        lon, lat = to_degrees.transform(point.x, point.y)
        answer = city.get(f"/api/v1/here?lon={lon:.6f}&lat={lat:.6f}").json()
        found = {
            feature["properties"]["attributes"]["YDYHFLDM"]
            for feature in answer["features"]
            if feature["properties"]["layer"] == "landuse"
        }
        assert codes[row] in found


def test_an_unchanged_tile_is_not_sent_again(middle, city):
    tile, _data = middle
    template = city.get("/tiles/landuse/tilejson.json").json()["tiles"][0]
    path = template.removeprefix(city.url).format(z=tile.z, x=tile.x, y=tile.y)
    first = city.get(path, Accept_Encoding="gzip")
    assert first.headers["content-encoding"] == "gzip"
    assert "immutable" in first.headers["cache-control"]
    again = city.get(path, Accept_Encoding="gzip", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_the_names_in_the_tiles_are_chinese(city):
    document = city.get("/tiles/districts/tilejson.json").json()
    west, south, east, north = document["bounds"]
    tile = mercantile.tile((west + east) / 2, (south + north) / 2, 11)
    path = document["tiles"][0].removeprefix(city.url).format(z=tile.z, x=tile.x, y=tile.y)
    layers = mapbox_vector_tile.decode(city.get(path, Accept_Encoding="identity").body)
    names = [
        value
        for feature in layers["districts_label"]["features"]
        for value in feature["properties"].values()
    ]
    assert any(CHINESE.search(str(name)) for name in names), names
