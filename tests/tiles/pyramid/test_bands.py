"""Streets as one polygon between the parcels of a city: it must not swallow them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from tests.tiles.pyramid.decoding import shapes, tiles_of
from tests.tiles.pyramid.mosaics import EAST, NORTH, spec
from tiles.desensitise.features import FeatureTable
from tiles.pyramid.absorb import absorb_small
from tiles.pyramid.bands import mark_bands, share_out_bands, without_narrow_nets
from tiles.pyramid.build import build_archive
from tiles.pyramid.generalise import Source, merge_by_class
from tiles.pyramid.tile_grid import TileGrid, tile_grid

CONSTANT = {value: {"code": value} for value in "abcs"}
BLOCKS = 12
SIDE, STREET = 300.0, 40.0
GRID: TileGrid = tile_grid("WebMercatorQuad")


def streets_and_parcels() -> tuple[list[Any], list[str]]:
    """Square blocks of nine parcels each of classes a, b and c, and between them one street net."""
    shapes_of, classes = [], []
    step, side = SIDE + STREET, SIDE / 3
    for block in range(BLOCKS * BLOCKS):
        left, low = step * (block % BLOCKS), step * (block // BLOCKS)
        for cell in range(9):
            x, y = left + side * (cell % 3), low + side * (cell // 3)
            shapes_of.append(shapely.box(x, y, x + side, y + side))
            classes.append("abc"[(block + (cell > 5)) % 3])
    whole = shapely.box(-STREET, -STREET, step * BLOCKS, step * BLOCKS)
    # The union keeps the corners of all parcels on its border: edges match vertex for vertex.
    return [*shapes_of, whole - shapely.union_all(shapes_of)], [*classes, "s"]


def city() -> Source:
    """The city merged by class, its bands marked."""
    geometry, classes = streets_and_parcels()
    source = Source(
        np.array(geometry, dtype=object),
        np.arange(1, len(geometry) + 1),
        [{"code": value} for value in classes],
        np.array(classes, dtype=object),
    )
    return mark_bands(merge_by_class(source, CONSTANT))


def area_of(source: Source, value: str) -> float:
    return float(shapely.area(source.geometry[source.classes == value]).sum())


def test_only_the_streets_are_a_band() -> None:
    source = city()
    assert set(source.classes[source.widths > 0]) == {"s"}
    assert source.widths.max() == pytest.approx(STREET, rel=0.1)


def test_long_region_of_uneven_width_is_no_band() -> None:
    teeth = [shapely.box(x, 0, x + 10, 400) for x in range(0, 4000, 40)]
    region = shapely.union_all([shapely.box(0, -300, 4000, 0), *teeth])
    source = Source(
        np.array([region], dtype=object), np.array([1]), [{}], np.array(["a"], dtype=object), True
    )
    assert mark_bands(source).widths.tolist() == [0.0]


def test_small_parcels_pass_within_their_block_and_never_to_the_street() -> None:
    source = city()
    streets = area_of(source, "s")
    result, passed = absorb_small(source, CONSTANT, 40_000.0)
    assert passed > 0
    assert area_of(result, "s") == pytest.approx(streets)
    assert shapely.area(result.geometry[result.widths == 0]).min() >= 40_000.0
    assert shapely.coverage_is_valid(result.geometry)


def test_block_of_small_parcels_takes_the_class_that_covers_most_of_it() -> None:
    source = city()
    ground = int((source.widths == 0).sum())
    assert ground == 2 * BLOCKS * BLOCKS
    result, passed = absorb_small(source, CONSTANT, SIDE * SIDE * 0.9)
    assert passed == BLOCKS * BLOCKS
    assert len(result) - 1 == BLOCKS * BLOCKS
    # Six cells of nine have the class of the block, which are spread evenly.
    assert {value: area_of(result, value) for value in "abc"} == pytest.approx(
        dict.fromkeys("abc", SIDE * SIDE * BLOCKS * BLOCKS / 3)
    )


def test_narrow_net_leaves_a_gap_and_a_wide_one_is_drawn() -> None:
    source = city()
    assert "s" not in without_narrow_nets(source, GRID.matrix(11)).classes
    assert "s" in without_narrow_nets(source, GRID.matrix(15)).classes


def test_ground_shares_out_streets_too_narrow_to_be_seen() -> None:
    source = city()
    same, none = share_out_bands(source, CONSTANT, GRID.matrix(12))
    assert (same, none) == (source, 0)
    result, given = share_out_bands(source, CONSTANT, GRID.matrix(9))
    assert given == 1
    assert "s" not in result.classes
    assert shapely.is_valid(result.geometry).all()
    # Neither gap nor overlap: the parts add up to the whole, and so does what they cover together.
    whole = float(shapely.area(source.geometry).sum())
    assert shapely.area(result.geometry).sum() == pytest.approx(whole)
    assert shapely.area(shapely.union_all(result.geometry)) == pytest.approx(whole)


def test_band_beside_nothing_is_not_shared_out() -> None:
    source = city()
    alone = source.take(np.flatnonzero(source.widths > 0))
    result, given = share_out_bands(alone, CONSTANT, GRID.matrix(9))
    assert (len(result), given) == (1, 0)


def test_overview_shows_blocks_and_not_streets(tmp_path: Path) -> None:
    geometry, classes = streets_and_parcels()
    moved = shapely.transform(
        np.array(geometry, dtype=object), lambda xy: xy + np.array([EAST, NORTH])
    )
    table = FeatureTable(moved, {"code": np.array(classes, dtype=object)}, "EPSG:4547", "city")
    out = tmp_path / "city.pmtiles"
    report = build_archive(table, spec(min_zoom=8, label_field=None), out)
    assert all(zoom.oversize == 0 for zoom in report.zooms)
    area: dict[int, dict[str, float]] = {}
    for (zoom, _, _), data in tiles_of(out).items():
        for _, shape, properties in shapes(data, "plots"):
            found = area.setdefault(zoom, {})
            code = str(properties["code"])
            found[code] = found.get(code, 0.0) + float(shapely.area(shape)) / 4.0**zoom
    assert "s" in area[14]
    for zoom in (8, 9, 10, 11):
        assert "s" not in area[zoom]
        assert set(area[zoom]) == set("abc"), zoom
        assert sum(area[zoom].values()) > 0.7 * sum(area[14].values())
