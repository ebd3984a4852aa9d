from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from tests.tiles.pyramid.decoding import shapes, tiles_of
from tests.tiles.pyramid.mosaics import EAST, NORTH, city, spec, table
from tiles.pyramid.build import build_archive
from tiles.pyramid.labels import label_positions


def big_blocks() -> list[shapely.Geometry]:
    return [
        shapely.box(x, y, x + 1900, y + 1900)
        for x in np.arange(EAST - 6000, EAST + 6000, 2000)
        for y in np.arange(NORTH - 6000, NORTH + 6000, 2000)
    ]


def test_each_large_polygon_has_one_label_in_one_tile(tmp_path: Path) -> None:
    layer = table(big_blocks())
    build_archive(layer, spec(), tmp_path / "a.pmtiles", threads=1)
    for zoom in (12, 13, 14):
        labels = [
            item
            for (z, _, _), data in tiles_of(tmp_path / "a.pmtiles").items()
            if z == zoom
            for item in shapes(data, "plots_label")
        ]
        assert sorted(number for number, _, _ in labels) == list(range(1, len(layer) + 1))
        for number, point, properties in labels:
            assert properties == {
                "code": layer.attributes["code"][number - 1],
                "name": layer.attributes["name"][number - 1],
            }
            assert 0 <= point.x < 4096
            assert 0 <= point.y < 4096


def test_polygons_too_small_for_text_have_no_label(tmp_path: Path) -> None:
    build_archive(city(300), spec(), tmp_path / "a.pmtiles", threads=1)
    for (z, _, _), data in tiles_of(tmp_path / "a.pmtiles").items():
        if z == 13:
            assert not shapes(data, "plots_label")


def test_layer_without_label_field_has_no_label_layer(tmp_path: Path) -> None:
    build_archive(table(big_blocks()), spec(label_field=None), tmp_path / "a.pmtiles", threads=1)
    assert not any(b"plots_label" in data for data in tiles_of(tmp_path / "a.pmtiles").values())


def test_label_lies_inside_the_largest_part() -> None:
    ring = shapely.box(0, 0, 10, 10) - shapely.box(2, 2, 8, 8)
    parts = shapely.MultiPolygon([shapely.box(100, 0, 101, 1), shapely.box(0, 0, 10, 10)])
    points = label_positions(np.array([ring, parts], dtype=object))
    assert ring.contains(points[0])
    assert points[1].equals(shapely.Point(5, 5))
