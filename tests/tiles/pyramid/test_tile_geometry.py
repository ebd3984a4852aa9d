"""Tiles decoded by other people's software hold the right features at the right place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tiles.pyramid.decoding import (
    decode,
    raw_rings,
    shapes,
    signed_area,
    tiles_of,
    to_mercator,
    with_gdal,
)
from tests.tiles.pyramid.mosaics import EAST, NORTH, city, parcels, spec, table
from tiles.pyramid.build import build_archive
from tiles.pyramid.tile import encode_tile
from tiles.pyramid.tile_grid import BUFFER, transformer

Tiles = dict[tuple[int, int, int], bytes]


def mercator(geometry: np.ndarray) -> np.ndarray:
    move = transformer("EPSG:4547", "EPSG:3857")
    return shapely.transform(geometry, lambda xy: np.column_stack(move.transform(*xy.T)))


def pixel(z: int) -> float:
    """A unit of the tile (1/4096 of its side) in metres."""
    return 2 * 20037508.342789244 / 2**z / 4096


@pytest.fixture(scope="module")
def tiles(tmp_path_factory: pytest.TempPathFactory) -> Tiles:
    out = tmp_path_factory.mktemp("geometry") / "plots.pmtiles"
    build_archive(city(900), spec(), out, threads=1)
    return tiles_of(out)


def of_zoom(tiles: Tiles, z: int) -> Tiles:
    return {key: data for key, data in tiles.items() if key[0] == z}


def test_polygons_lie_within_one_unit_of_their_source(tiles: Tiles, tmp_path: Path) -> None:
    source = mercator(city(900).geometry)
    for (z, x, y), data in of_zoom(tiles, 14).items():
        for number, geometry in with_gdal(data, "plots", z, x, y, tmp_path).items():
            near = source[number - 1].buffer(pixel(z))
            assert near.covers(geometry)


def test_gdal_and_mapbox_vector_tile_see_the_same(tiles: Tiles, tmp_path: Path) -> None:
    (z, x, y), data = max(of_zoom(tiles, 14).items(), key=lambda item: len(item[1]))
    by_gdal = with_gdal(data, "plots", z, x, y, tmp_path)
    by_mapbox = {number: geometry for number, geometry, _ in shapes(data, "plots")}
    assert by_gdal.keys() == by_mapbox.keys()
    for number, geometry in by_mapbox.items():
        apart = shapely.hausdorff_distance(to_mercator(geometry, z, x, y), by_gdal[number])
        assert apart < pixel(z) / 100


def test_together_the_tiles_of_a_zoom_cover_the_layer(tiles: Tiles) -> None:
    whole = shapely.union_all(mercator(city(900).geometry))
    for zoom in (11, 12, 13, 14):
        drawn = [
            to_mercator(geometry, *key)
            for key, data in of_zoom(tiles, zoom).items()
            for _, geometry, _ in shapes(data, "plots")
        ]
        missing = whole.difference(shapely.union_all(drawn)).area
        assert missing / whole.area < 0.02


def test_attributes_are_those_of_the_row(tiles: Tiles) -> None:
    source = city(900)
    seen = set()
    for data in of_zoom(tiles, 14).values():
        for number, _, properties in shapes(data, "plots"):
            row = number - 1
            expected = {
                name: source.attributes[name][row]
                for name in ("code", "name", "far", "plots")
                if source.attributes[name][row] is not None
            }
            assert properties == expected
            seen.add(row)
    assert seen == set(range(len(source)))


def test_column_outside_the_spec_never_reaches_a_tile(tiles: Tiles) -> None:
    assert all(b"must never" not in data and b"owner" not in data for data in tiles.values())


def test_every_ring_is_wound_and_valid_as_the_standard_says(tiles: Tiles) -> None:
    for data in tiles.values():
        check_rings(data)


def check_rings(data: bytes, layer: str = "plots") -> None:
    for rings in raw_rings(data, layer):
        polygons: list[list[np.ndarray]] = []
        for ring in rings:
            area = signed_area(ring)
            assert area != 0
            assert len(ring) >= 4
            assert np.abs(ring - 2048).max() <= 2048 + BUFFER
            assert (np.diff(ring, axis=0) != 0).any(axis=1).all(), "a point is repeated"
            if area > 0:
                polygons.append([ring])
            else:
                polygons[-1].append(ring)
        drawn = [shapely.Polygon(shell, holes) for shell, *holes in polygons]
        assert shapely.is_valid(shapely.MultiPolygon(drawn) if len(drawn) > 1 else drawn[0])


def test_shared_tile_edge_is_drawn_alike_from_both_sides(tiles: Tiles) -> None:
    compared = 0
    for (z, x, y), data in of_zoom(tiles, 14).items():
        for dx, dy in ((1, 0), (0, 1)):
            other = tiles.get((z, x + dx, y + dy))
            if other is None:
                continue
            strip = shapely.box(
                4096 * dx - 60 * dx, 4096 * dy - 60 * dy, 4096 + 60 * dx, 4096 + 60 * dy
            )
            shift = np.array([4096 * dx, 4096 * dy])
            here = dict_of(data, strip, np.zeros(2))
            there = dict_of(other, strip, shift)
            assert here.keys() == there.keys()
            for number in here:
                assert here[number].symmetric_difference(there[number]).area < 40
                compared += 1
    assert compared > 20


def dict_of(data: bytes, strip: shapely.Geometry, shift: np.ndarray) -> dict[int, shapely.Geometry]:
    moved = {
        number: shapely.transform(geometry, lambda units: units + shift).intersection(strip)
        for number, geometry, _ in shapes(data, "plots")
    }
    return {number: geometry for number, geometry in moved.items() if geometry.area > 60}


def test_shared_borders_of_neighbours_stay_shared(tiles: Tiles) -> None:
    for data in of_zoom(tiles, 14).values():
        drawn = [geometry for _, geometry, _ in shapes(data, "plots")]
        overlap = sum(shape.area for shape in drawn) - shapely.union_all(drawn).area
        # Snap-rounding of the few that rounding breaks moves a vertex by less than one unit.
        assert overlap / max(shapely.union_all(drawn).area, 1) < 1e-4


coordinate = st.integers(-40, 40)
ring = st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=14)


@st.composite
def odd_polygons(draw: st.DrawFn) -> shapely.Geometry:
    """Valid but nasty: slivers, holes that touch, many parts, parts smaller than a pixel."""
    scale = draw(st.sampled_from([0.05, 0.7, 13.0, 160.0]))
    shape = shapely.Polygon()
    for points in draw(st.lists(ring, min_size=1, max_size=4)):
        part = shapely.make_valid(shapely.Polygon(points))
        shape = shape.symmetric_difference(part)
    moved = shapely.transform(shape, lambda xy: xy * scale + (EAST, NORTH))
    parts = [
        item for item in shapely.get_parts(moved) if item.geom_type == "Polygon" and item.area > 0
    ]
    return shapely.MultiPolygon(parts) if parts else shapely.box(EAST, NORTH, EAST + 9, NORTH + 9)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(odd_polygons(), min_size=1, max_size=3), st.integers(5, 16))
def test_odd_shapes_are_written_valid(polygons: list[shapely.Geometry], z: int) -> None:
    projected = mercator(np.array(polygons, dtype=object))
    layer = table(polygons).with_geometry(projected, "EPSG:3857")
    span = 2 * 20037508.342789244 / 2**z
    west, south, east, north = shapely.total_bounds(projected)
    columns = {int((value + 20037508.342789244) // span) for value in (west, east)}
    rows = {int((20037508.342789244 - value) // span) for value in (south, north)}
    for x in columns:
        for y in rows:
            data = encode_tile(layer, spec(), z, x, y)
            if data:
                check_rings(data)
                check_area(data, projected, (z, x, y))


def check_area(data: bytes, projected: np.ndarray, key: tuple[int, int, int]) -> None:
    """What is drawn differs from the exact cut by at most a unit along every edge."""
    unit = pixel(key[0])
    frame = to_mercator(shapely.box(-64, -64, 4160, 4160), *key)
    for number, geometry, _ in shapes(data, "plots"):
        exact = projected[number - 1].intersection(frame)
        drawn = to_mercator(geometry, *key)
        allowed = (exact.length + drawn.length + 8 * unit) * unit * 1.5
        assert exact.symmetric_difference(drawn).area <= allowed


def test_preview_tile_equals_the_archive_tile(tiles: Tiles) -> None:
    layer = city(900)
    layer = layer.with_geometry(mercator(layer.geometry), "EPSG:3857")
    for key, data in of_zoom(tiles, 14).items():
        assert decode(encode_tile(layer, spec(), *key)) == decode(data)


def test_preview_of_an_empty_place_is_empty() -> None:
    layer = city(50)
    layer = layer.with_geometry(mercator(layer.geometry), "EPSG:3857")
    assert encode_tile(layer, spec(), 14, 0, 0) == b""
    with pytest.raises(ValueError, match="no tile"):
        encode_tile(layer, spec(), 3, 8, 0)


def test_lines_and_points_keep_their_place(tmp_path: Path) -> None:
    corners = shapely.get_coordinates(parcels(40))[:200]
    points = table(shapely.points(corners))
    lines = table(shapely.linestrings(corners.reshape(-1, 4, 2)))
    for layer, kind in ((points, "point"), (lines, "line")):
        out = tmp_path / f"{kind}.pmtiles"
        build_archive(layer, spec(kind), out, threads=1)
        source = mercator(layer.geometry)
        seen = set()
        for key, data in of_zoom(tiles_of(out), 14).items():
            for number, geometry in with_gdal(data, "plots", *key, tmp_path).items():
                seen.add(number)
                assert source[number - 1].buffer(pixel(14)).covers(geometry)
        assert seen == set(range(1, len(layer) + 1))
