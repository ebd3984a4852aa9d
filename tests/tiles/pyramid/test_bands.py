"""Streets as one polygon between the parcels of a city: it must not swallow them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from tests.tiles.pyramid.decoding import shapes, tiles_of
from tests.tiles.pyramid.mosaics import EAST, NORTH, spec
from tests.tiles.pyramid.sources import areas, codes, patches, polygons
from tiles.desensitise.features import FeatureTable
from tiles.pyramid.absorb import absorb_small
from tiles.pyramid.bands import mark_bands, narrow_nets, share_out_bands
from tiles.pyramid.build import build_archive
from tiles.pyramid.patches import Patches
from tiles.pyramid.tile_grid import TileGrid, tile_grid

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


def city() -> Patches:
    """The city merged by class, its bands marked."""
    geometry, classes = streets_and_parcels()
    return mark_bands(patches(geometry, "".join(classes)))


def test_only_the_streets_are_a_band() -> None:
    found = city()
    assert {code for code, width in zip(codes(found), found.widths, strict=True) if width} == {"s"}
    assert found.widths.max() == pytest.approx(STREET, rel=0.1)


def test_long_region_of_uneven_width_is_no_band() -> None:
    teeth = [shapely.box(x, 0, x + 10, 400) for x in range(0, 4000, 40)]
    region = shapely.union_all([shapely.box(0, -300, 4000, 0), *teeth])
    assert not mark_bands(patches([region, shapely.box(0, 400, 4000, 500)], "ab")).widths.any()


def test_layer_of_one_class_has_no_bands_to_leave_out() -> None:
    roads = [shape for shape, code in zip(*streets_and_parcels(), strict=True) if code == "s"]
    assert not mark_bands(patches(roads, "s")).widths.any()


def test_small_parcels_pass_within_their_block_and_never_to_the_street() -> None:
    found = city()
    streets = areas(found)["s"]
    result, passed = absorb_small(found, 40_000.0)
    assert passed > 0
    assert areas(result)["s"] == pytest.approx(streets)
    assert result.mosaic.area[result.widths == 0].min() >= 40_000.0
    assert shapely.coverage_is_valid(polygons(result))


def test_block_of_small_parcels_takes_the_class_that_covers_most_of_it() -> None:
    found = city()
    ground = int((found.widths == 0).sum())
    assert ground == 2 * BLOCKS * BLOCKS
    result, passed = absorb_small(found, SIDE * SIDE * 0.9)
    assert passed == BLOCKS * BLOCKS
    assert len(result) - 1 == BLOCKS * BLOCKS
    # Six cells of nine have the class of the block, which are spread evenly.
    assert {value: areas(result)[value] for value in "abc"} == pytest.approx(
        dict.fromkeys("abc", SIDE * SIDE * BLOCKS * BLOCKS / 3)
    )


def test_narrow_net_leaves_a_gap_and_a_wide_one_is_drawn() -> None:
    found = city()
    streets = [code == "s" for code in codes(found)]
    assert narrow_nets(found, GRID.matrix(11)).tolist() == streets
    assert not narrow_nets(found, GRID.matrix(15)).any()


def test_ground_shares_out_streets_too_narrow_to_be_seen() -> None:
    found = city()
    same, none = share_out_bands(found, GRID.matrix(12))
    assert (same, none) == (found, 0)
    result, given = share_out_bands(found, GRID.matrix(9))
    assert given == 1
    assert "s" not in codes(result)
    # Neither gap nor overlap: the parts add up to the whole, and so does what they cover together.
    whole = found.mosaic.area.sum()
    assert result.mosaic.area.sum() == pytest.approx(whole)
    assert shapely.area(shapely.union_all(polygons(result))) == pytest.approx(whole)


def test_band_beside_nothing_is_not_shared_out() -> None:
    found = city()
    alone = found.take(np.flatnonzero(found.widths > 0))
    result, given = share_out_bands(alone, GRID.matrix(9))
    assert (len(result), given) == (1, 0)


def test_band_that_cannot_be_triangulated_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """GEOS finds no convex corner in some outlines that rounding has made touch themselves."""
    exact = shapely.constrained_delaunay_triangles

    def stubborn(shapes: Any) -> Any:
        if np.ndim(shapes) or shapely.area(shapes) > 1e5:
            raise shapely.GEOSException("Unable to find a convex corner")
        return exact(shapes)

    monkeypatch.setattr(shapely, "constrained_delaunay_triangles", stubborn)
    found = city()
    result, given = share_out_bands(found, GRID.matrix(9))
    assert (given, areas(result)["s"]) == (0, areas(found)["s"])


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
