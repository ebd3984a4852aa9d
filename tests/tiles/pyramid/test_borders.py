"""At the border of two tiles both sides draw the same thing, and no parcel lies on another."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest
import shapely

from tests.bench.layer import layer_spec
from tests.bench.parcels import parcels
from tests.tiles.pyramid.decoding import shapes, tiles_of
from tests.tiles.pyramid.parcel_city import city
from tiles.pyramid.build import build_archive

Tiles = dict[tuple[int, int, int], bytes]
Drawn = dict[object, shapely.Geometry]
SIDE, BORDERS = 4096, 200
STRICT = 14
"""Zoom from which the 10 m grid is coarser than 16 units: rounding makes no parcel collapse."""
TMS_IDS = ("WebMercatorQuad", "CGCS2000Quad")


@pytest.fixture(scope="module", params=TMS_IDS)
def tiles(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Tiles:
    out = tmp_path_factory.mktemp("borders") / "parcels.pmtiles"
    report = build_archive(city(), layer_spec(11, 16), out, tms_id=request.param, threads=2)
    assert sum(zoom.thinned for zoom in report.zooms) == 0
    return tiles_of(out)


def test_made_up_parcels_are_a_coverage_raw_and_desensitised() -> None:
    for mode in ("blocks", "noise"):
        raw = parcels(3000, mode=mode, seed=8).geometry
        assert shapely.is_valid(raw).all()
        assert shapely.coverage_is_valid(raw)
        assert 8.8 < (shapely.get_num_coordinates(raw) - 1).mean() < 9.4
    assert len(city()) > 2990
    assert shapely.coverage_is_valid(city().geometry)


def test_both_sides_of_200_random_borders_meet(tiles: Tiles) -> None:
    borders = [
        ((z, x, y), (z, x + dx, y + dy))
        for z, x, y in tiles
        for dx, dy in ((1, 0), (0, 1))
        if (z, x + dx, y + dy) in tiles
    ]
    crossings = 0
    for one, other in random.Random(3).sample(borders, BORDERS):
        shift = np.array([other[1] - one[1], other[2] - one[2]]) * SIDE
        line = shapely.LineString([shift, (SIDE, SIDE)])
        here, there = drawn(tiles[one]), drawn(tiles[other], shift)
        crossings += sum(shape.intersects(line) for shape in here.values())
        assert not list(apart(here, there, line)), (one, other)
        assert not list(apart(there, here, line)), (other, one)
    assert crossings > 5 * BORDERS


def drawn(tile: bytes, shift: np.ndarray | tuple[int, int] = (0, 0)) -> Drawn:
    """Id, or class where merged, -> what is drawn of it, in units of the first tile."""
    found: dict[object, list[shapely.Geometry]] = {}
    for number, geometry, properties in shapes(tile, "parcels"):
        found.setdefault(number or properties["dlbm"], []).append(geometry)
    shift = np.array(shift)
    return {
        key: shapely.transform(shapely.union_all(parts), lambda xy: xy + shift)
        for key, parts in found.items()
    }


def apart(here: Drawn, there: Drawn, line: shapely.Geometry) -> Iterator[tuple[object, float]]:
    """Features whose section along the border the other side lacks by more than a unit (1/8 px).

    A unit, since each side cuts long edges at its own buffer and rounds the cut.
    """
    for key, shape in here.items():
        section = shape.intersection(line)
        if section.length > 0:
            lacking = section.difference(there.get(key, shapely.Polygon()).buffer(1.0)).length
            if lacking > 0:
                yield key, lacking


def test_parcels_of_a_tile_are_a_valid_coverage_at_high_zooms(tiles: Tiles) -> None:
    checked = 0
    for (z, x, y), tile in tiles.items():
        if z >= STRICT:
            polygons = np.array([geometry for _, geometry, _ in shapes(tile, "parcels")])
            assert shapely.is_valid(polygons).all(), (z, x, y)
            assert shapely.coverage_is_valid(polygons), (z, x, y)
            checked += len(polygons)
    assert checked > 3 * len(city())


def test_nothing_visible_overlaps_or_gapes_at_any_zoom(tiles: Tiles) -> None:
    for key, tile in tiles.items():
        polygons = [geometry for _, geometry, _ in shapes(tile, "parcels")]
        whole = shapely.union_all(polygons)
        overlap = shapely.area(polygons).sum() - whole.area
        holes = [ring for part in shapely.get_parts(whole) for ring in part.interiors]
        gaps = shapely.area(shapely.polygons(holes)).sum() if holes else 0.0
        assert overlap <= 1e-4 * whole.area, (key, overlap)
        assert gaps <= 1e-4 * whole.area, (key, gaps)
