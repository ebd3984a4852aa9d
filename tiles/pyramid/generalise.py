"""Cartographic generalisation (制图综合) of features that stand alone, for one zoom.

All functions take and give geometry in the CRS of the tile grid; lengths called *units* are units
of the zoom at hand. Thresholds hold for a whole zoom, so that neighbouring tiles look alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from tiles.desensitise.geometry import grouped
from tiles.pyramid.attributes import Attributes
from tiles.pyramid.mosaic import Mosaic
from tiles.pyramid.simplify import junctions, needed_vertices, simplified
from tiles.pyramid.tile_features import Geometries, simple_parts
from tiles.pyramid.tile_grid import PIXEL

STANDS_ALONE = 4.0 * PIXEL
"""Side, in units, from which polygons can be told apart on the screen."""


@dataclass(frozen=True)
class Source:
    """The features from which a zoom is made.

    ``geometry``: (n,) in the CRS of the grid; ``ids``: row number + 1 of the feature;
    ``class_field``: the attribute whose values are the classes; ``classes``: (n,) class numbers.
    """

    geometry: Geometries
    ids: npt.NDArray[np.int64]
    attributes: Attributes
    class_field: str | None
    classes: npt.NDArray[np.int64]

    @classmethod
    def of(
        cls,
        geometry: Geometries,
        ids: npt.NDArray[np.int64],
        attributes: Attributes,
        class_field: str | None,
    ) -> Source:
        """Features classed by the values of ``class_field``, all alike without one."""
        _, classes = np.unique(attributes.column(class_field), return_inverse=True)
        return cls(geometry, ids, attributes, class_field, classes.astype(np.int64))

    def __len__(self) -> int:
        return len(self.geometry)

    def take(self, rows: npt.NDArray[np.intp]) -> Source:
        """The rows of an index array, in that order."""
        return replace(
            self,
            geometry=self.geometry[rows],
            ids=self.ids[rows],
            attributes=self.attributes.take(rows),
            classes=self.classes[rows],
        )


@dataclass(frozen=True)
class Thresholds:
    """What is invisible at a zoom: simplification tolerance (units) and least area (units²).

    For lines ``min_area`` is the square of the least length; for points it is the square of the
    least distance.
    """

    tolerance: float
    min_area: float

    def harder(self, step: int) -> Thresholds:
        """The thresholds after ``step`` attempts that still gave too large tiles."""
        if step == 0:
            return self
        floor = Thresholds(max(self.tolerance, 2.0), max(self.min_area, float(PIXEL)))
        return Thresholds(floor.tolerance * 2.0 ** (step / 2), floor.min_area * 2.0**step)


DETAILED = Thresholds(0.0, 0.0)
"""The highest zoom: nothing is simplified and only what collapses is lost."""

SINGLE = Thresholds(2.0, 16.0)
"""Features that stand alone at a lower zoom: a quarter pixel."""

MERGED = Thresholds(6.0, 4.0 * PIXEL * PIXEL)
"""Merged features: three quarters of a pixel, and 2 x 2 pixels."""


def median_side(geometry: Geometries) -> float:
    """Side of the median polygon, as that of a square, in CRS units."""
    return float(np.sqrt(np.median(shapely.area(geometry)))) if len(geometry) else 0.0


def simplify_polygons(source: Source, tolerance: float) -> Source:
    """Simplify polygons together, so that a border shared by two stays shared (CRS units)."""
    if tolerance == 0 or not len(source):
        return source
    parts, row = simple_parts(source.geometry)
    mosaic = Mosaic.of(parts)
    kept = needed_vertices(mosaic, junctions(mosaic), tolerance)
    thinner = simplified(mosaic, kept, Mosaic.polygons).polygons()
    left = np.flatnonzero(~shapely.is_missing(thinner))
    geometry = grouped(thinner[left], row[left], len(source))
    return _without_empty(replace(source, geometry=geometry))


def drop_small_polygons(source: Source, min_area: float) -> Source:
    """Drop polygons smaller than ``min_area`` (CRS units squared)."""
    if min_area == 0:
        return source
    return source.take(np.flatnonzero(shapely.area(source.geometry) >= min_area))


def simplify_lines(source: Source, tolerance: float, min_length: float) -> Source:
    """Simplify lines one by one (ends stay) and drop the shortest (CRS units)."""
    if tolerance > 0:
        simplified = shapely.simplify(source.geometry, tolerance, preserve_topology=False)
        source = _without_empty(replace(source, geometry=simplified))
    return source.take(np.flatnonzero(shapely.length(source.geometry) >= min_length))


def thin_points(source: Source, distance: float) -> Source:
    """Keep the first point of each square cell of side ``distance`` (CRS units)."""
    if distance == 0:
        return source
    corners = shapely.bounds(source.geometry)[:, :2]
    cells = np.floor(corners / distance).astype(np.int64)
    _, first = np.unique(cells, axis=0, return_index=True)
    return source.take(np.sort(first))


def _without_empty(source: Source) -> Source:
    gone = shapely.is_empty(source.geometry) | shapely.is_missing(source.geometry)
    return source if not gone.any() else source.take(np.flatnonzero(~gone))
