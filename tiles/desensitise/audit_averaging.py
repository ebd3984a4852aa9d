"""Averaging one feature over all zooms, grids and outputs comes no closer than the ground grid.

The attacker has every tile: at each zoom of each grid a vertex rounded to the units of that zoom.
Each is an estimate of the vertex that was tiled. The public half proves that all of them are
roundings of one and the same published vertex, so that their mean, however many there are, tends
to a point of the ground grid and not to anything below it. The internal half, where the raw data
is, looks at what rounding to the grid left: whether the distances to the raw vertices are those
of an honest rounding.
"""

from __future__ import annotations

import math

import numpy as np

from tiles.desensitise.audit_published import Floats, Integers, Published
from tiles.desensitise.audit_tile_matrix import TileMatrixSet
from tiles.desensitise.audit_tile_vertices import ZoomPlaces
from tiles.desensitise.audit_tiles import Checked
from tiles.desensitise.findings import Finding

# Half a unit in both directions, and a millimetre for the reprojection.
_ROUNDING = math.sqrt(0.5)
_REPROJECTION = 1e-3
_CELL = 5_000.0
# Where simplified and rounded edges meet, noding may put a vertex right beside a published one.
# Measured on real plans that happens to at most 0.4% of the vertices of a zoom.
_NODED_SHARE = 0.02
_NODED_ALWAYS = 5


class Averaging:
    """All estimates of the published vertices, added up zoom by zoom."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._grid = published.profile.ground.grid
        count = len(published.places)
        self._weight = np.zeros(count)
        self._error = np.zeros((count, 2))
        self._scales: dict[str, Floats] = {}
        self._estimates = self._unrounded = 0
        self._examples: list[int] = []

    def add(self, places: ZoomPlaces, matrix_set: TileMatrixSet) -> None:
        """The estimates of one zoom, once all of its tiles were seen."""
        place = np.flatnonzero(places.drawn[places.spot_of])
        error = np.rint(places.exact[place]) - places.exact[place]
        strayed = np.concatenate([*places.strayed, np.empty((0, 3), np.int64)])
        strayed = np.unique(strayed, axis=0)
        if len(strayed) and not self._coarse(places.zoom, matrix_set):
            beside, offset = _places_of(places, strayed)
            exact = places.exact[beside]
            place = np.concatenate([place, beside])
            error = np.concatenate([error, np.rint(exact) + offset - exact])
        if len(place):
            self._collect(place, error, places.zoom, matrix_set)

    def _collect(
        self, place: Integers, error: Floats, zoom: int, matrix_set: TileMatrixSet
    ) -> None:
        """``error``: of each estimate of a place, in units of the zoom, shape (n, 2)."""
        unit = matrix_set.unit(zoom)
        scale = self._scale(matrix_set)[place]
        ground = np.einsum("nij,nj->ni", scale, error * (unit, -unit))
        length = unit * np.sqrt(np.abs(scale[:, 0, 0] * scale[:, 1, 1]))
        wide = np.hypot(error[:, 0], error[:, 1]) > _ROUNDING + _REPROJECTION / length
        self._estimates += len(place)
        if wide.sum() > max(_NODED_SHARE * len(place), _NODED_ALWAYS):
            self._unrounded += int(wide.sum())
            self._examples.extend(self._rows_of(place[wide]))
        weight = 1.0 / length**2
        count = len(self._weight)
        self._weight += np.bincount(place, weight, count)
        for axis in (0, 1):
            self._error[:, axis] += np.bincount(place, ground[:, axis] * weight, count)

    def findings(self, checked: Checked) -> list[Finding]:
        """The judgement over everything that was added."""
        checked["averaging"] = self._estimates
        seen = np.flatnonzero(self._weight > 0)
        checked["averaging_mean"] = len(seen)
        findings = []
        if self._unrounded:
            zh = "瓦片节点与公布节点之差大于该级别的取整误差（所列为要素行号）"
            en = "vertices in tiles are further from the published ones than rounding (row numbers)"
            rows = tuple(self._examples[:10])
            findings.append(Finding("averaging", "refuse", zh, en, self._unrounded, rows))
        mean = self._error[seen] / self._weight[seen][:, None]
        off = seen[(np.abs(mean) >= self._grid / 2).any(axis=1)]
        if len(off):
            zh = "多级瓦片平均后不落在公布的格网点上（所列为要素行号）"
            en = "the mean over all zooms is not the published grid point (row numbers)"
            rows = tuple(self._rows_of(off))
            findings.append(Finding("averaging_mean", "refuse", zh, en, len(off), rows))
        return findings

    def _coarse(self, zoom: int, matrix_set: TileMatrixSet) -> bool:
        """Units as large as the grid: a vertex one unit beside another tells nothing."""
        scale = self._scale(matrix_set)
        if not len(scale):
            return True
        length = matrix_set.unit(zoom) * math.sqrt(abs(float(np.linalg.det(scale[0]))))
        return length >= self._grid

    def _scale(self, matrix_set: TileMatrixSet) -> Floats:
        """For each place the matrix (2, 2) that turns CRS offsets into metres on the ground."""
        if matrix_set.crs not in self._scales:
            places = self._published.places
            corners = np.floor(places / _CELL)
            _, first, cell = np.unique(
                corners[:, 0] * 1e6 + corners[:, 1], return_index=True, return_inverse=True
            )
            middle = (corners[first] + 0.5) * _CELL
            moved = [
                self._published.from_ground(middle + step, matrix_set.crs)
                for step in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))
            ]
            turned = np.stack([moved[1] - moved[0], moved[2] - moved[0]], axis=2)
            scales = np.linalg.inv(turned)[cell]
            self._scales[matrix_set.crs] = scales.astype(np.float64)
        return self._scales[matrix_set.crs]

    def _rows_of(self, place: Integers) -> list[int]:
        rows, places = self._published.incidences
        return [int(row) for row in np.unique(rows[np.isin(places, place)])[:10]]


def _places_of(places: ZoomPlaces, strayed: Integers) -> tuple[Integers, Integers]:
    """The places that round to each strayed vertex's spot, and the offset of the vertex."""
    order = np.argsort(places.spot_of, kind="stable")
    sorted_spots = places.spot_of[order]
    first = np.searchsorted(sorted_spots, strayed[:, 0])
    count = np.searchsorted(sorted_spots, strayed[:, 0], side="right") - first
    nth = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    return order[np.repeat(first, count) + nth], np.repeat(strayed[:, 1:], count, axis=0)
