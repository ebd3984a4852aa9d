"""Known points are found in the right tile at the right place of both grids.

What is right is computed here by hand: spherical Mercator by its formula, the national grid
(天地图 c) by dividing degrees. Nothing is asked of morecantile, pyproj or the pyramid.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.tiles.pyramid.decoding import shapes, tiles_of
from tiles.desensitise.features import FeatureTable
from tiles.pyramid.build import build_archive
from tiles.pyramid.layer_spec import LayerSpec
from tiles.pyramid.tile import encode_tile

POINTS = 100
ZOOMS = (3, 12)
Place = Callable[[float, float, int], tuple[float, float]]


def mercator_place(lon: float, lat: float, z: int) -> tuple[float, float]:
    """Column and row of a point, with fractions, in WebMercatorQuad."""
    latitude = math.radians(lat)
    northing = math.log(math.tan(latitude) + 1 / math.cos(latitude))
    return (lon + 180) / 360 * 2**z, (1 - northing / math.pi) / 2 * 2**z


def national_place(lon: float, lat: float, z: int) -> tuple[float, float]:
    """The same in CGCS2000Quad: a tile is 360/2^z degrees wide and high, from 90 N, 180 W."""
    side = 360 / 2**z
    return (lon + 180) / side, (90 - lat) / side


GRIDS: dict[str, Place] = {"WebMercatorQuad": mercator_place, "CGCS2000Quad": national_place}


def known_points(seed: int = 11) -> np.ndarray:
    """Longitudes and latitudes (CGCS2000) all over the country, and a few at its far ends."""
    rng = np.random.default_rng(seed)
    inner = np.column_stack([rng.uniform(74, 135, POINTS - 4), rng.uniform(4, 53, POINTS - 4)])
    ends = [(73.5, 39.4), (135.05, 48.45), (112.3, 3.86), (123.2, 53.55)]
    return np.vstack([inner, ends])


def table_of(lonlat: np.ndarray) -> FeatureTable:
    numbers = np.empty(len(lonlat), dtype=object)
    numbers[:] = list(range(len(lonlat)))
    return FeatureTable(shapely.points(lonlat), {"number": numbers}, "EPSG:4490", "known points")


def spec_of(zooms: tuple[int, int] = ZOOMS) -> LayerSpec:
    return LayerSpec("known", "point", *zooms, fields=(("number", "integer"),))


@pytest.fixture(scope="module", params=GRIDS)
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    out = tmp_path_factory.mktemp("grids") / "known.pmtiles"
    build_archive(table_of(known_points()), spec_of(), out, tms_id=request.param, threads=1)
    return request.param, out


def test_100_known_points_stand_where_they_belong(built: tuple[str, Path]) -> None:
    tms_id, out = built
    tiles = tiles_of(out)
    for number, (lon, lat) in enumerate(known_points()):
        for z in ZOOMS:
            column, row = GRIDS[tms_id](lon, lat, z)
            tile = tiles[z, int(column), int(row)]
            at = [
                shape
                for _, shape, properties in shapes(tile, "known")
                if properties["number"] == number
            ]
            expected = np.array([column % 1, row % 1]) * 4096
            assert len(at) == 1
            assert np.abs(np.array(at[0].coords[0]) - expected).max() <= 0.5 + 1e-4


def test_no_point_stands_in_a_tile_that_it_does_not_reach(built: tuple[str, Path]) -> None:
    tms_id, out = built
    points = known_points()
    for (z, x, y), tile in tiles_of(out).items():
        for _, _, properties in shapes(tile, "known"):
            column, row = GRIDS[tms_id](*points[properties["number"]], z)
            assert -65 / 4096 <= column - x <= 1 + 65 / 4096
            assert -65 / 4096 <= row - y <= 1 + 65 / 4096


def test_the_national_grid_begins_with_two_tiles() -> None:
    """Level 1 is 2 x 1: the western and the eastern hemisphere."""
    halves = table_of(np.array([[-90.0, 0.0], [90.0, 0.0]]))
    for x in (0, 1):
        tile = encode_tile(halves, spec_of((1, 2)), 1, x, 0, tms_id="CGCS2000Quad")
        ((_, shape, properties),) = shapes(tile, "known")
        assert (properties["number"], shape.coords[0]) == (x, (2048, 2048))
    with pytest.raises(ValueError, match="no tile"):
        encode_tile(halves, spec_of((1, 2)), 1, 0, 1, tms_id="CGCS2000Quad")


@pytest.mark.parametrize(
    ("lonlat", "tile", "at"),
    [
        ((-180, 90), (1, 0, 0), (0, 0)),
        ((180, 90), (1, 1, 0), (4096, 0)),
        ((-180, -90), (1, 0, 0), (0, 4096)),
        ((180, -90), (1, 1, 0), (4096, 4096)),
    ],
)
def test_the_ends_of_the_earth_lie_in_the_outermost_tiles(
    tmp_path: Path, lonlat: tuple[float, float], tile: tuple[int, int, int], at: tuple[int, int]
) -> None:
    out = tmp_path / "end.pmtiles"
    corner = table_of(np.array([lonlat], dtype=float))
    build_archive(corner, spec_of((1, 1)), out, tms_id="CGCS2000Quad", threads=1)
    ((found, data),) = tiles_of(out).items()
    assert found == tile
    assert shapes(data, "known")[0][1].coords[0] == at


def test_a_single_tile_equals_the_one_of_the_archive(built: tuple[str, Path]) -> None:
    tms_id, out = built
    tiles = tiles_of(out)
    table = table_of(known_points())
    if tms_id == "WebMercatorQuad":
        moved = [
            (
                lon * 20037508.342789244 / 180,
                (1 - 2 * mercator_place(lon, lat, 0)[1]) * 20037508.342789244,
            )
            for lon, lat in known_points()
        ]
        table = table.with_geometry(shapely.points(moved), "EPSG:3857")
    for (z, x, y), tile in tiles.items():
        if z == 12:
            alone = encode_tile(table, spec_of(), z, x, y, tms_id=tms_id)
            assert shapes(alone, "known") == shapes(tile, "known")
