from __future__ import annotations

import numpy as np
import pytest
import shapely

from tests.tiles.pyramid.mosaics import parcels
from tests.tiles.pyramid.sources import areas, codes, patches, polygons, source
from tiles.pyramid.absorb import absorb_small, shared_borders
from tiles.pyramid.generalise import (
    drop_small_polygons,
    simplify_lines,
    simplify_polygons,
    thin_points,
)
from tiles.pyramid.merged_levels import without_small
from tiles.pyramid.mosaic import Mosaic


def test_neighbours_of_one_class_become_one_and_others_stay_whole() -> None:
    row = [shapely.box(x, 0, x + 10, 10) for x in range(0, 50, 10)]
    merged = patches(row, "aabab")
    found = {
        (round(shape.area), number, str(properties))
        for shape, number, properties in zip(
            polygons(merged), merged.ids.tolist(), merged.attributes.as_dicts(), strict=True
        )
    }
    assert found == {
        (200, 0, "{'code': 'a'}"),
        (100, 4, "{'code': 'a', 'row': 3}"),
        (100, 3, "{'code': 'b', 'row': 2}"),
        (100, 5, "{'code': 'b', 'row': 4}"),
    }


def test_neighbours_that_overlap_are_merged_too() -> None:
    merged = patches([shapely.box(0, 0, 10, 10), shapely.box(8, 2, 20, 8)], "aa", coverage=False)
    assert [shape.area for shape in polygons(merged)] == [100 + 10 * 6]


def test_part_united_with_a_part_of_another_feature_has_no_id() -> None:
    several = shapely.MultiPolygon([shapely.box(100, 0, 140, 40), shapely.box(10, 0, 12, 2)])
    merged = patches([shapely.box(0, 0, 10, 10), several], "aa", coverage=False)
    assert dict(zip(merged.mosaic.area.tolist(), merged.ids.tolist(), strict=True)) == {
        104.0: 0,
        1600.0: 0,
    }


def test_layer_that_is_no_coverage_is_merged_like_one_that_is() -> None:
    shapes = parcels(300)
    classes = "".join("abc"[row % 3] for row in range(len(shapes)))
    one, other = patches(shapes, classes), patches(shapes, classes, coverage=False)
    assert areas(one) == pytest.approx(areas(other))
    assert sorted(one.ids.tolist()) == sorted(other.ids.tolist())


def test_merging_keeps_the_area_of_a_coverage() -> None:
    shapes = parcels(500)
    classes = "".join("abc"[row % 3] for row in range(len(shapes)))
    merged = polygons(patches(shapes, classes))
    assert len(merged) < len(shapes)
    assert shapely.area(merged).sum() == pytest.approx(shapely.area(shapes).sum())
    assert shapely.coverage_is_valid(merged)


def test_one_part_alone_stands_for_a_feature_of_several() -> None:
    parts = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 9, 9)])
    merged = patches([parts], "a")
    assert dict(zip(merged.ids.tolist(), merged.mosaic.area.tolist(), strict=True)) == {
        0: 1.0,
        1: 16.0,
    }


def test_borders_in_common_are_measured() -> None:
    shapes = np.array(
        [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 12, 10), shapely.box(0, 10, 5, 15)]
    )
    first, second, length = shared_borders(Mosaic.of(shapes))
    assert list(zip(first.tolist(), second.tolist(), length.tolist(), strict=True)) == [
        (0, 1, 10.0)
    ]


def test_small_patch_passes_to_the_neighbour_with_the_longest_border() -> None:
    shapes = [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 12, 10), shapely.box(12, 0, 40, 10)]
    shapes.append(shapely.box(10, 10, 12, 40))
    result, passed = absorb_small(patches(shapes, "abca"), 30)
    assert passed == 1
    assert areas(result)["c"] == 300
    assert "b" not in areas(result)


def test_mosaic_of_small_parcels_stays_covered() -> None:
    shapes = parcels(800)
    classes = "".join("abc"[row % 3] for row in range(len(shapes)))
    result, passed = absorb_small(patches(shapes, classes), 60_000)
    assert passed > 0
    kept = without_small(result, 60_000)
    assert kept.mosaic.area.sum() > 0.97 * shapely.area(shapes).sum()
    assert shapely.coverage_is_valid(polygons(result))


def test_small_hole_is_filled_with_its_island() -> None:
    ground = shapely.box(0, 0, 100, 100)
    island, lake = shapely.box(10, 10, 12, 12), shapely.box(50, 50, 80, 80)
    kept = without_small(patches([ground - island - lake, island], "ab"), 20)
    assert codes(kept) == ["a"]
    assert [shape.area for shape in polygons(kept)] == [100 * 100 - 900]


def test_simplified_neighbours_share_their_border() -> None:
    shapes = shapely.segmentize(parcels(300), 15.0)
    simplified = simplify_polygons(source(shapes, "a" * len(shapes)), 30.0)
    assert shapely.get_num_coordinates(simplified.geometry).sum() < (
        0.8 * shapely.get_num_coordinates(shapes).sum()
    )
    assert shapely.coverage_is_valid(simplified.geometry)


def test_small_polygons_are_dropped() -> None:
    boxes = [shapely.box(0, 0, 3, 3), shapely.box(5, 5, 6, 6)]
    assert drop_small_polygons(source(boxes, "ab"), 4.0).ids.tolist() == [1]
    assert len(drop_small_polygons(source(boxes, "ab"), 0.0)) == 2


def test_short_lines_vanish_and_ends_stay() -> None:
    lines = [shapely.LineString([(0, 0), (50, 1), (100, 0)]), shapely.LineString([(0, 0), (2, 0)])]
    kept = simplify_lines(source(lines, "ab"), 5.0, 3.0)
    assert [line.wkt for line in kept.geometry] == ["LINESTRING (0 0, 100 0)"]
    assert kept.ids.tolist() == [1]


def test_points_are_thinned_to_one_a_cell() -> None:
    points = shapely.points([(0.1, 0.1), (0.2, 0.2), (5.1, 0.1)])
    assert thin_points(source(points, "abc"), 1.0).ids.tolist() == [1, 3]
    assert len(thin_points(source(points, "abc"), 0.0)) == 3
