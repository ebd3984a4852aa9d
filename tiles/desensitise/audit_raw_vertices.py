"""The leak audit's rules on published vertices against the raw ones: neither equal nor far away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from tiles.desensitise.audit_edges import Floats, Geometries, Numbers, found_among, numbered
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.findings import Finding, flagged

Checked: TypeAlias = dict[str, int]
Flags: TypeAlias = npt.NDArray[np.bool_]

# A published vertex this share of the grid away from a raw one is that raw vertex.
_COINCIDENCE = 1e-3
_FAR_STEPS = 3.0
_AT_ONCE = 200_000


@dataclass(frozen=True)
class ShownVertices:
    """The published vertices: distinct ``places`` from west to east, and that of each vertex."""

    features: int
    row: Numbers
    place_of: Numbers
    places: Floats

    @classmethod
    def of(cls, published: FeatureTable) -> ShownVertices:
        places, place_of = numbered(shapely.get_coordinates(published.geometry))
        count = shapely.get_num_coordinates(published.geometry)
        row = np.repeat(np.arange(len(published), dtype=np.int32), count)
        return cls(len(published), row, place_of, places)

    def features_at(self, wanted: Flags) -> Flags:
        """The features with a vertex at a wanted place."""
        features = np.zeros(self.features, dtype=bool)
        features[self.row[wanted[self.place_of]]] = True
        return features


def audit_raw_vertices(
    raw: Geometries, shown: ShownVertices, grid: float, checked: Checked
) -> list[Finding]:
    """No published vertex is a raw vertex, but where the raw vertex itself is a grid point."""
    near = grid * _COINCIDENCE
    corners, _ = numbered(shapely.get_coordinates(raw))
    offset = np.hypot(*(corners - np.rint(corners / grid) * grid).T)
    gridded = offset <= 2.0 * near
    checked["raw_vertices"] = len(shown.row)
    # By the small cells that hold them.
    given_away = found_among(np.rint(shown.places / near), np.rint(corners[~gridded] / near))
    findings = flagged(
        "raw_vertices",
        shown.features_at(given_away),
        "公布的节点就是原始节点",
        "published vertices are raw vertices that the grid does not explain",
    )
    # By chance one raw vertex in 80,000 lies that near to a grid point.
    if gridded.sum() > 10 + 1e-3 * len(corners):
        zh, en = "部分原始节点本就在格网上", "raw vertices already lie on the grid"
        findings.append(Finding("raw_on_grid", "note", zh, en, int(gridded.sum())))
    return findings


def audit_displaced(
    raw: Geometries, shown: ShownVertices, grid: float, checked: Checked
) -> list[Finding]:
    """Every published vertex lies in or near the raw data: nothing was moved or made up."""
    checked["displaced"] = len(shown.row)
    near = np.zeros(len(shown.places), dtype=bool)
    west, _, east, _ = shapely.bounds(raw).T
    reach = _FAR_STEPS * grid
    for first in range(0, len(near), _AT_ONCE):
        places = shown.places[first : first + _AT_ONCE]
        low, high = places[:, 0].min() - reach, places[:, 0].max() + reach
        beside = raw[(east >= low) & (west <= high)]
        near[first : first + _AT_ONCE] = _within_reach(places, beside, reach)
    return flagged(
        "displaced",
        shown.features_at(~near),
        f"公布的节点距原始图形超过 {_FAR_STEPS * grid:g} 米",
        f"published vertices more than {_FAR_STEPS * grid:g} m away from the raw data",
    )


def _within_reach(places: Floats, raw: Geometries, reach: float) -> Flags:
    """Which places lie in the raw data or within reach of it."""
    near = np.zeros(len(places), dtype=bool)
    if len(raw):
        points = np.asarray(shapely.points(places))
        # Asked from the raw side: a query prepares what it asks with. Most places lie in a raw
        # polygon; the distance is asked of the others only.
        near[shapely.STRtree(points).query(raw, "intersects")[1]] = True
        apart = np.flatnonzero(~near)
        hit = shapely.STRtree(points[apart]).query(raw, "dwithin", distance=reach)[1]
        near[apart[hit]] = True
    return near
