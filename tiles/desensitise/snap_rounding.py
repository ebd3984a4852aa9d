"""Linework on an integer grid, noded so that segments meet at shared end points only.

The result is a planar arrangement whose every vertex is a grid point, by construction. Where no
rounded segments interfere the work is plain rounding; only where they do is GEOS's snap-rounding
called, on the segments concerned (Hobby 1999; Guibas and Marimont 1998; Halperin and Packer 2002).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

# Shape (n, 4): x1, y1, x2, y2 in whole grid steps, first end point before second.
Segments: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
_Pairs: TypeAlias = npt.NDArray[np.intp]
_LOCAL_ROUNDS = 12
_SLICE = 200_000


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
    """Split and snap ``segments`` (distinct) until no two meet but at shared end points.

    The result is distinct; it is the input itself, in its order, as far as nothing interfered.
    """
    if not len(segments):
        return segments
    lines = _as_lines(segments)
    first = _Known(segments, lines, shapely.STRtree(lines))
    old, new = first.interfering_all(), np.zeros(0, dtype=bool)
    mended = segments[:0]
    for _ in range(_LOCAL_ROUNDS):
        if not old.any() and not new.any():
            return np.vstack([first.segments[first.alive], mended]) if len(mended) else segments
        changed = np.vstack([first.segments[old], mended[new]])
        first.alive[old] = False
        mended = distinct(np.vstack([mended[~new], _snap_rounded(changed)]))
        mended = mended[~first.has(mended)]
        old, new = first.interfering(mended)
    return _snap_rounded(np.vstack([first.segments[first.alive], mended]))


@dataclass(frozen=True)
class _Known:
    """The segments as they came, with their index; few of them are ever taken out (``alive``)."""

    segments: Segments
    lines: npt.NDArray[np.object_]
    tree: shapely.STRtree
    alive: Flags = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "alive", np.ones(len(self.segments), dtype=bool))

    def interfering_all(self) -> Flags:
        """Which segments cross, overlap or end inside another one."""
        found = np.zeros(len(self.segments), dtype=bool)
        # In slices, since the pairs of a million segments would fill the memory.
        for start in range(0, len(self.segments), _SLICE):
            left, right = self.tree.query(self.lines[start : start + _SLICE])
            left = left + start
            once = left < right
            left, right = left[once], right[once]
            meeting = _meet(self.segments[left], self.segments[right])
            found[left[meeting]] = True
            found[right[meeting]] = True
        return found

    def interfering(self, fresh: Segments) -> tuple[Flags, Flags]:
        """Of segments that came later and of these, which interfere with a later one."""
        old = np.zeros(len(self.segments), dtype=bool)
        if not len(fresh):
            return old, np.zeros(0, dtype=bool)
        lines = _as_lines(fresh)
        new = _Known(fresh, lines, shapely.STRtree(lines)).interfering_all()
        left, right = self._near(lines)
        meeting = _meet(fresh[left], self.segments[right])
        new[left[meeting]] = True
        old[right[meeting]] = True
        return old, new

    def has(self, others: Segments) -> Flags:
        """Which of ``others`` stand among the living ones."""
        found = np.zeros(len(others), dtype=bool)
        if len(others):
            left, right = self._near(_as_lines(others))
            found[left[(others[left] == self.segments[right]).all(axis=1)]] = True
        return found

    def _near(self, lines: npt.NDArray[np.object_]) -> tuple[_Pairs, _Pairs]:
        left, right = self.tree.query(lines)
        living = self.alive[right]
        return left[living], right[living]


def _as_lines(segments: Segments) -> npt.NDArray[np.object_]:
    return np.asarray(shapely.linestrings(segments.reshape(-1, 2, 2).astype(np.float64)))


def _snap_rounded(segments: Segments) -> Segments:
    """GEOS's snap-rounding in grid steps, back as segments."""
    noded = shapely.get_parts(shapely.unary_union(_as_lines(segments), grid_size=1.0))
    coordinates, lines = shapely.get_coordinates(noded, return_index=True)
    return rounded_segments(coordinates, lines, 1.0)


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
