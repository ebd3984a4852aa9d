"""Runs of different length in flat arrays: features of paths, paths of points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from tiles.pyramid.layer_spec import GeometryKind
from tiles.pyramid.tile_features import Geometries

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Paths:
    """Geometry on whole units as flat arrays.

    ``points``: (m, 2), without the closing point of rings; path p holds the points from
    ``path_start[p]`` to ``path_start[p + 1]``, feature f the paths from ``feature_start[f]`` to
    ``feature_start[f + 1]``. A path is a ring (shells anticlockwise in y-down units, each before
    its holes), a line, or all points of a point feature.
    """

    points: Integers
    path_start: Integers
    feature_start: Integers

    @classmethod
    def of(cls, geometry: Geometries, kind: GeometryKind) -> Paths:
        """Flat arrays of geometries of one kind, none missing, with whole coordinates."""
        if kind == "point":
            owner = np.arange(len(geometry))
            coordinates, path = shapely.get_coordinates(geometry, return_index=True)
        else:
            parts, feature = shapely.get_parts(geometry, return_index=True)
            owner = feature
            if kind == "polygon":
                parts, part = shapely.get_rings(parts, return_index=True)
                owner = feature[part]
            coordinates, path = shapely.get_coordinates(parts, return_index=True)
        starts = _starts(path, len(owner))
        points: Integers = coordinates.astype(np.int64)
        if kind == "polygon":
            kept = np.ones(len(points), dtype=bool)
            kept[starts[1:] - 1] = False
            points, starts = points[kept], starts - np.arange(len(starts))
        return cls(points, starts, _starts(owner, len(geometry)))

    def take(self, rows: npt.NDArray[np.intp]) -> Paths:
        """The features of an index array, in that order."""
        paths = np.diff(self.feature_start)[rows]
        path = scattered(self.feature_start[rows], paths)
        points = np.diff(self.path_start)[path]
        point = scattered(self.path_start[path], points)
        return Paths(self.points[point], ends_of(points), ends_of(paths))

    def lengths(self) -> npt.NDArray[np.float64]:
        """Length of each feature's paths in units, the closing edges of rings left out."""
        steps = np.hypot(*np.diff(self.points, axis=0, prepend=self.points[:1]).T)
        steps[self.path_start[:-1]] = 0.0
        total = np.concatenate([[0.0], np.cumsum(steps)])
        starts = self.path_start[self.feature_start]
        lengths: npt.NDArray[np.float64] = total[starts[1:]] - total[starts[:-1]]
        return lengths

    def doubled_area(self) -> Integers:
        """Twice the area of each feature, holes taken off, by the surveyor's formula."""
        following = np.arange(1, len(self.points) + 1)
        following[self.path_start[1:] - 1] = self.path_start[:-1]
        x, y = self.points.T
        cross = x * y[following] - x[following] * y
        return run_sums(cross, self.path_start[self.feature_start])


def _starts(owner: npt.NDArray[np.integer], count: int) -> Integers:
    """Where the run of each of ``count`` owners begins, and the end of the last."""
    return ends_of(np.bincount(owner, minlength=count))


def ends_of(lengths: Integers) -> Integers:
    """Where runs of these lengths begin, and the end of the last."""
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def run_sums(values: Integers, starts: Integers) -> Integers:
    """The sum of each run; an empty run sums to 0."""
    total = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, out=total[1:])
    return total[starts[1:]] - total[starts[:-1]]


def scattered(starts: Integers, lengths: Integers) -> Integers:
    """Indices ``start``, ``start + 1`` ... of runs that begin at ``starts``, one run after another."""
    ends = np.cumsum(lengths)
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(int(lengths.sum()))
