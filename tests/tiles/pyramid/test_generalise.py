from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from tests.tiles.pyramid.mosaics import parcels
from tiles.pyramid.absorb import absorb_small
from tiles.pyramid.borders import shared_borders
from tiles.pyramid.generalise import (
    Source,
    drop_small_polygons,
    merge_by_class,
    simplify_lines,
    simplify_polygons,
    thin_points,
)


def source(shapes: Any, classes: str) -> Source:
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = list(shapes)
    return Source(
        geometry,
        np.arange(1, len(geometry) + 1),
        [{"code": value, "row": row} for row, value in enumerate(classes)],
        np.array(list(classes), dtype=object),
    )


CONSTANT = {value: {"code": value} for value in "abc"}


def test_neighbours_of_one_class_become_one_and_others_stay_whole() -> None:
    row = [shapely.box(x, 0, x + 10, 10) for x in range(0, 50, 10)]
    merged = merge_by_class(source(row, "aabab"), CONSTANT)
    found = {
        (round(shape.area), number, str(properties))
        for shape, number, properties in zip(
            merged.geometry, merged.ids.tolist(), merged.properties, strict=True
        )
    }
    assert found == {
        (200, 0, "{'code': 'a'}"),
        (100, 4, "{'code': 'a', 'row': 3}"),
        (100, 3, "{'code': 'b', 'row': 2}"),
        (100, 5, "{'code': 'b', 'row': 4}"),
    }


def test_neighbours_that_overlap_are_merged_too() -> None:
    merged = merge_by_class(
        source([shapely.box(0, 0, 10, 10), shapely.box(8, 2, 20, 8)], "aa"), CONSTANT
    )
    assert len(merged) == 1
    assert merged.geometry[0].area == 100 + 10 * 6
    assert merged.geometry[0].is_valid


def test_merging_keeps_the_area_of_a_coverage() -> None:
    shapes = parcels(500)
    classes = "".join("abc"[row % 3] for row in range(len(shapes)))
    merged = merge_by_class(source(shapes, classes), CONSTANT)
    assert len(merged) < len(shapes)
    assert shapely.area(merged.geometry).sum() == pytest.approx(shapely.area(shapes).sum())
    assert shapely.is_valid(merged.geometry).all()


def test_borders_in_common_are_measured() -> None:
    shapes = source(
        [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 12, 10), shapely.box(0, 10, 5, 15)], "abc"
    )
    first, second, length = shared_borders(shapes.geometry)
    assert list(zip(first.tolist(), second.tolist(), length.tolist(), strict=True)) == [
        (0, 1, 10.0)
    ]


def test_small_patch_passes_to_the_neighbour_with_the_longest_border() -> None:
    shapes = [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 12, 10), shapely.box(12, 0, 40, 10)]
    shapes.append(shapely.box(10, 10, 12, 40))
    merged = merge_by_class(source(shapes, "abca"), CONSTANT)
    result, passed = absorb_small(merged, CONSTANT, 30)
    assert passed == 1
    areas = dict(zip(result.classes.tolist(), shapely.area(result.geometry).tolist(), strict=False))
    assert areas["c"] == 300
    assert "b" not in areas


def test_mosaic_of_small_parcels_stays_covered() -> None:
    shapes = parcels(800)
    classes = "".join("abc"[row % 3] for row in range(len(shapes)))
    merged = merge_by_class(source(shapes, classes), CONSTANT)
    result, passed = absorb_small(merged, CONSTANT, 60_000)
    assert passed > 0
    kept = drop_small_polygons(result, 60_000)
    assert shapely.area(kept.geometry).sum() > 0.97 * shapely.area(shapes).sum()
    assert shapely.coverage_is_valid(result.geometry)


def test_small_hole_is_filled_with_its_island() -> None:
    ground = shapely.box(0, 0, 100, 100)
    island, lake = shapely.box(10, 10, 12, 12), shapely.box(50, 50, 80, 80)
    layer = merge_by_class(source([ground - island - lake, island], "ab"), CONSTANT)
    kept = drop_small_polygons(layer, 20)
    assert [shape.area for shape in kept.geometry] == [100 * 100 - 900]


def test_simplified_neighbours_share_their_border() -> None:
    shapes = shapely.segmentize(parcels(300), 15.0)
    simplified = simplify_polygons(source(shapes, "a" * len(shapes)), 30.0)
    assert shapely.get_num_coordinates(simplified.geometry).sum() < (
        0.8 * shapely.get_num_coordinates(shapes).sum()
    )
    assert shapely.coverage_is_valid(simplified.geometry)


def test_short_lines_vanish_and_ends_stay() -> None:
    lines = [shapely.LineString([(0, 0), (50, 1), (100, 0)]), shapely.LineString([(0, 0), (2, 0)])]
    kept = simplify_lines(source(lines, "ab"), 5.0, 3.0)
    assert [line.wkt for line in kept.geometry] == ["LINESTRING (0 0, 100 0)"]
    assert kept.ids.tolist() == [1]


def test_points_are_thinned_to_one_a_cell() -> None:
    points = shapely.points([(0.1, 0.1), (0.2, 0.2), (5.1, 0.1)])
    assert thin_points(source(points, "abc"), 1.0).ids.tolist() == [1, 3]
    assert len(thin_points(source(points, "abc"), 0.0)) == 3
