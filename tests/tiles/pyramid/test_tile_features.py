"""Features on their way into tiles."""

from __future__ import annotations

import numpy as np
import shapely

from tiles.pyramid.tile_features import simple_parts


def test_parts_come_in_the_order_of_their_rows_and_simple_ones_are_not_copied() -> None:
    one, two, three = (shapely.box(x, 0, x + 1, 1) for x in (0, 2, 4))
    geometry = np.array([one, shapely.MultiPolygon([two, three]), three], dtype=object)
    parts, rows = simple_parts(geometry)
    assert rows.tolist() == [0, 1, 1, 2]
    assert shapely.equals(parts, [one, two, three, three]).all()
    assert parts[0] is one
    assert parts[3] is three


def test_a_row_without_parts_has_none() -> None:
    geometry = np.array([shapely.MultiPolygon(), shapely.box(0, 0, 1, 1)], dtype=object)
    parts, rows = simple_parts(geometry)
    assert rows.tolist() == [1]
    assert shapely.area(parts).tolist() == [1.0]
