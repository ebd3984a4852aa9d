"""Label points of polygons: one a polygon, in the one tile that contains it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from tiles.pyramid.attributes import ABSENT
from tiles.pyramid.layer_spec import LayerSpec
from tiles.pyramid.tile_features import Geometries, TileFeatures, no_features
from tiles.pyramid.tile_grid import EXTENT, PIXEL

MIN_LABEL_AREA = (28.0 * PIXEL) ** 2
"""Area in units² from which a polygon can hold a label of a few characters at 11 px."""

MIN_LABEL_WIDTH = 9.0 * PIXEL
"""Mean width in units of the same: a street is long, but its class does not fit across it."""


@dataclass(frozen=True)
class Labels:
    """Label points with the area (units²) of the polygons that they stand for."""

    points: TileFeatures
    area: npt.NDArray[np.float64]

    def take(self, rows: npt.NDArray[np.intp]) -> Labels:
        """The rows of an index array, in that order."""
        return Labels(self.points.take(rows), self.area[rows])

    def within(self, first: npt.NDArray[np.int64], last: npt.NDArray[np.int64]) -> Labels:
        """The labels in the tiles from ``first`` to ``last`` (column, row)."""
        tiles = np.floor(shapely.get_coordinates(self.points.geometry) / EXTENT)
        inside = ((tiles >= first) & (tiles <= last)).all(axis=1)
        return self if inside.all() else self.take(np.flatnonzero(inside))


def label_points(features: TileFeatures, spec: LayerSpec) -> Labels:
    """The label points of the polygons (units of one zoom) that are large enough."""
    if not spec.has_label_layer:
        return Labels(no_features(), np.empty(0))
    area = shapely.area(features.geometry)
    fits = features.attributes.column(spec.label_field) != ABSENT
    fits &= area >= MIN_LABEL_AREA
    fits &= 2.0 * area >= MIN_LABEL_WIDTH * shapely.length(features.geometry)
    rows = np.flatnonzero(fits)
    chosen = features.take(rows)
    points = shapely.transform(label_positions(chosen.geometry), np.rint)
    attributes = chosen.attributes.only((spec.label_field, spec.class_field))
    return Labels(TileFeatures(points, chosen.ids, attributes), area[rows])


def together(one: Labels, other: Labels) -> TileFeatures:
    """Labels of one layer, the largest polygons' first: where labels collide a map keeps the first."""
    if not (len(one.points) and len(other.points)):
        longer = one if len(one.points) else other
        return longer.points.take(np.argsort(-longer.area, kind="stable"))
    order = np.argsort(-np.concatenate([one.area, other.area]), kind="stable")
    return one.points.joined(other.points).take(order)


def label_positions(geometry: Geometries) -> Geometries:
    """A point inside the largest part of each polygon: its centroid where that lies inside."""
    largest = _largest_parts(geometry)
    points = shapely.centroid(largest)
    outside = ~shapely.contains_properly(largest, points)
    points[outside] = shapely.point_on_surface(largest[outside])
    return points


def _largest_parts(geometry: Geometries) -> Geometries:
    parts, owner = shapely.get_parts(geometry, return_index=True)
    order = np.lexsort((shapely.area(parts), owner))
    last = np.flatnonzero(np.diff(owner[order], append=len(geometry)) != 0)
    largest: Geometries = parts[order[last]]
    return largest
