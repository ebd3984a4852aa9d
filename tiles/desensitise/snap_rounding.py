"""Linework on an integer grid, noded so that segments meet at shared end points only.

The result is a planar arrangement whose every vertex is a grid point, by construction. Where no
rounded segments interfere the work is plain rounding; only where they do is GEOS's snap-rounding
called, on the segments concerned (Hobby 1999; Guibas and Marimont 1998; Halperin and Packer 2002).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

# Shape (n, 4): x1, y1, x2, y2 in whole grid steps, first end point before second.
Segments: TypeAlias = npt.NDArray[np.int64]
_Pairs: TypeAlias = npt.NDArray[np.intp]
_LOCAL_ROUNDS = 12


def rounded_segments(
    coordinates: npt.NDArray[np.float64], parts: npt.NDArray[np.intp], grid: float
) -> Segments:
    """The distinct segments of line parts after rounding to ``grid``.

    ``coordinates``: shape (n, 2), metres; ``parts``: shape (n,), equal within one line.
    """
    steps = np.rint(coordinates / grid).astype(np.int64)
    same = parts[1:] == parts[:-1]
    return distinct(np.hstack([steps[:-1][same], steps[1:][same]]))


def distinct(segments: Segments) -> Segments:
    """Without zero-length segments and repetitions, whichever way round they run; sorted."""
    long = (segments[:, :2] != segments[:, 2:]).any(axis=1)
    segments = segments[long]
    if not len(segments):
        return segments
    low = segments.reshape(-1, 2).min(axis=0)
    height = int(segments[:, 1::2].max() - low[1]) + 1
    keys = (segments[:, ::2] - low[0]) * height + (segments[:, 1::2] - low[1])
    points, numbers = np.unique(keys, return_inverse=True)
    ends = np.sort(numbers.reshape(-1, 2), axis=1).astype(np.int64)
    pairs = np.unique(ends[:, 0] * len(points) + ends[:, 1])
    first, second = points[pairs // len(points)], points[pairs % len(points)]
    columns = (first // height, first % height, second // height, second % height)
    return np.asarray(np.stack(columns, axis=1) + np.tile(low, 2), dtype=np.int64)


def node(segments: Segments) -> Segments:
    """Split and snap ``segments`` (distinct) until no two meet but at shared end points."""
    fresh = np.ones(len(segments), dtype=bool)
    for _ in range(_LOCAL_ROUNDS):
        meeting = _interfering(segments, fresh)
        if not meeting.any():
            return segments
        mended = _snap_rounded(segments[meeting])
        quiet = segments[~meeting]
        segments, fresh = _merged(quiet, mended)
    return _snap_rounded(segments)


def _merged(quiet: Segments, mended: Segments) -> tuple[Segments, npt.NDArray[np.bool_]]:
    """Both sets as one distinct set, and which of its segments are new."""
    together = distinct(np.vstack([quiet, mended]))
    order = np.lexsort(quiet.T[::-1])
    record = np.dtype([(f"f{column}", np.int64) for column in range(4)])
    known = np.ascontiguousarray(quiet[order]).view(record).ravel()
    asked = np.ascontiguousarray(together).view(record).ravel()
    return together, ~np.isin(asked, known)


def _as_lines(segments: Segments) -> npt.NDArray[np.object_]:
    return np.asarray(shapely.linestrings(segments.reshape(-1, 2, 2).astype(np.float64)))


def _snap_rounded(segments: Segments) -> Segments:
    """GEOS's snap-rounding in grid steps, back as segments."""
    noded = shapely.get_parts(shapely.unary_union(_as_lines(segments), grid_size=1.0))
    coordinates, lines = shapely.get_coordinates(noded, return_index=True)
    return rounded_segments(coordinates, lines, 1.0)


def _interfering(segments: Segments, fresh: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which segments cross, overlap or end inside another one, of pairs with a fresh member."""
    lines = _as_lines(segments)
    asked = np.flatnonzero(fresh)
    found = np.zeros(len(segments), dtype=bool)
    tree = shapely.STRtree(lines)
    # In slices, since the pairs of a million segments would fill the memory.
    for start in range(0, len(asked), 200_000):
        rows = asked[start : start + 200_000]
        left, right = tree.query(lines[rows])
        left = rows[left]
        # Each pair once; a pair of a fresh and an old segment comes up from the fresh one only.
        once = (left < right) | ~fresh[right]
        left, right = left[once], right[once]
        meeting = _meet(segments[left], segments[right])
        found[left[meeting]] = True
        found[right[meeting]] = True
    return found


def _meet(first: Segments, second: Segments) -> npt.NDArray[np.bool_]:
    """Exact (whole-number) test: a proper crossing, or an end point inside the other segment."""
    a, b, c, d = first[:, :2], first[:, 2:], second[:, :2], second[:, 2:]
    side_c, side_d = _side(a, b, c), _side(a, b, d)
    side_a, side_b = _side(c, d, a), _side(c, d, b)
    crossing = (side_c * side_d < 0) & (side_a * side_b < 0)
    touching = _inside(a, b, c, side_c) | _inside(a, b, d, side_d)
    return crossing | touching | _inside(c, d, a, side_a) | _inside(c, d, b, side_b)


def _side(a: Segments, b: Segments, p: Segments) -> npt.NDArray[np.int64]:
    """-1, 0 or 1: on which side of the line from ``a`` to ``b`` the point ``p`` lies."""
    ab, ap = b - a, p - a
    return np.asarray(np.sign(ab[:, 0] * ap[:, 1] - ab[:, 1] * ap[:, 0]))


def _inside(
    a: Segments, b: Segments, p: Segments, side: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Is ``p``, which lies on the line when ``side`` is 0, strictly between ``a`` and ``b``?"""
    within = ((p >= np.minimum(a, b)) & (p <= np.maximum(a, b))).all(axis=1)
    at_end = (p == a).all(axis=1) | (p == b).all(axis=1)
    return np.asarray((side == 0) & within & ~at_end)
