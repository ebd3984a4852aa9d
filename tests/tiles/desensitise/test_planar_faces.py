"""Faces traced in whole numbers are those that GEOS makes of the same segments."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tiles.desensitise.planar_faces import trace_faces
from tiles.desensitise.snap_rounding import distinct, node

GRID = 10.0


def _segments(*lines: str) -> npt.NDArray[np.int64]:
    coordinates, line = shapely.get_coordinates(shapely.from_wkt(list(lines)), return_index=True)
    same = line[1:] == line[:-1]
    steps = coordinates.astype(np.int64)
    return distinct(np.hstack([steps[:-1][same], steps[1:][same]]))


def _as_set(polygons: npt.NDArray[np.object_]) -> set[bytes]:
    return set(shapely.to_wkb(shapely.normalize(polygons)).tolist())


def _by_geos(segments: npt.NDArray[np.int64]) -> set[bytes]:
    lines = shapely.linestrings(segments.reshape(-1, 2, 2) * GRID)
    return _as_set(np.asarray(shapely.get_parts(shapely.polygonize(np.asarray(lines)))))


SQUARE = "LINESTRING (0 0, 9 0, 9 9, 0 9, 0 0)"


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ((SQUARE,), 1),
        ((SQUARE, "LINESTRING (2 2, 4 2, 4 4, 2 4, 2 2)"), 2),
        ((SQUARE, "LINESTRING (2 2, 7 2, 7 7, 2 7, 2 2)", "LINESTRING (4 4, 5 4, 5 5, 4 4)"), 3),
        ((SQUARE, "LINESTRING (0 0, 3 2, 3 3, 0 0)"), 2),
        ((SQUARE, "LINESTRING (3 3, 5 3, 5 5, 3 3)", "LINESTRING (5 5, 7 5, 7 7, 5 5)"), 3),
        ((SQUARE, "LINESTRING (9 9, 9 15, 15 15, 15 9, 9 9)"), 2),
        ((SQUARE, "LINESTRING (0 0, -5 -5, -7 -5)"), 1),
        ((SQUARE, "LINESTRING (9 0, 12 0)", "LINESTRING (12 0, 15 0, 15 3, 12 0)"), 2),
        (("LINESTRING (0 0, 5 5, 9 1)",), 0),
    ],
)
def test_holes_islands_touching_rings_and_loose_ends(lines: tuple[str, ...], count: int) -> None:
    segments = _segments(*lines)
    faces = trace_faces(segments, GRID)
    assert len(faces) == count
    assert _as_set(faces) == _by_geos(segments)
    assert shapely.is_valid(faces).all()


def test_no_segment_bounds_no_face() -> None:
    assert len(trace_faces(np.empty((0, 4), dtype=np.int64), GRID)) == 0


@given(st.data(), st.integers(3, 14), st.integers(1, 60))
@settings(max_examples=150, deadline=None)
def test_any_arrangement_has_the_faces_that_geos_makes(
    data: st.DataObject, size: int, count: int
) -> None:
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    segments = node(distinct(random.integers(0, size, (count, 4))))
    faces = trace_faces(segments, GRID)
    assert _as_set(faces) == _by_geos(segments)
    assert shapely.is_valid(faces).all()
