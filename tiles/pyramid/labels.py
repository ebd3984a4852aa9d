"""Label points of polygons: one a polygon, in the one tile that contains it."""

from __future__ import annotations

import numpy as np
import shapely

from tiles.pyramid.attributes import ABSENT
from tiles.pyramid.layer_spec import LayerSpec
from tiles.pyramid.tile_features import Geometries, TileFeatures, no_features
from tiles.pyramid.tile_grid import PIXEL

MIN_LABEL_AREA = (28.0 * PIXEL) ** 2
"""Area in units² from which a polygon can hold a label of a few characters at 11 px."""

MIN_LABEL_WIDTH = 9.0 * PIXEL
"""Mean width in units of the same: a street is long, but its class does not fit across it."""


def label_points(features: TileFeatures, spec: LayerSpec) -> TileFeatures:
    """The label points of the polygons (units of one zoom) that are large enough.

    The largest come first: where labels collide a map keeps the first.
    """
    if not spec.has_label_layer:
        return no_features()
    area = shapely.area(features.geometry)
    fits = features.attributes.column(spec.label_field) != ABSENT
    fits &= area >= MIN_LABEL_AREA
    fits &= 2.0 * area >= MIN_LABEL_WIDTH * shapely.length(features.geometry)
    rows = np.flatnonzero(fits)
    chosen = features.take(rows[np.argsort(-area[rows], kind="stable")])
    points = shapely.transform(label_positions(chosen.geometry), np.rint)
    attributes = chosen.attributes.only((spec.label_field, spec.class_field))
    return TileFeatures(points, chosen.ids, attributes)


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
