"""Cartographic generalisation (制图综合) of a whole layer for one zoom.

All functions take and give geometry in the CRS of the tile grid; lengths called *units* are units
of the zoom at hand. Thresholds hold for a whole zoom, so that neighbouring tiles look alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from tiles.pyramid.tile_features import Geometries, Properties
from tiles.pyramid.tile_grid import PIXEL

Constant = Mapping[str, Properties]
"""Class -> the properties that all its features share."""

STANDS_ALONE = 4.0 * PIXEL
"""Side, in units, from which polygons can be told apart on the screen."""


@dataclass(frozen=True)
class Source:
    """The features from which a zoom is made.

    ``geometry``: (n,) in the CRS of the grid; ``ids``: row number + 1 of the feature, 0 for a
    merger of several; ``classes``: (n,) text; ``merged``: whether neighbours of one class were
    merged already; ``bands``: mean width of the polygons that are bands (see ``bands``), in CRS
    units, 0 for all others; ``None`` as long as they are not told apart.
    """

    geometry: Geometries
    ids: npt.NDArray[np.int64]
    properties: list[Properties]
    classes: npt.NDArray[np.object_]
    merged: bool = False
    bands: npt.NDArray[np.float64] | None = None

    @property
    def widths(self) -> npt.NDArray[np.float64]:
        """``bands``, or no band at all."""
        return np.zeros(len(self)) if self.bands is None else self.bands

    def __len__(self) -> int:
        return len(self.geometry)

    def take(self, rows: npt.NDArray[np.intp]) -> Source:
        """The rows of an index array, in that order."""
        return replace(
            self,
            geometry=self.geometry[rows],
            ids=self.ids[rows],
            properties=[self.properties[row] for row in rows.tolist()],
            classes=self.classes[rows],
            bands=None if self.bands is None else self.bands[rows],
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


def merge_by_class(source: Source, constant: Constant) -> Source:
    """Merge neighbouring polygons of one class along their shared borders.

    A merged polygon keeps only the properties that its class has in common; a polygon without
    such a neighbour keeps its id and all its properties. Bands stay what they are.
    """
    bands = source.take(np.flatnonzero(source.widths > 0))
    ground = source.take(np.flatnonzero(source.widths == 0))
    pieces = [
        _merge_one_class(ground.take(np.flatnonzero(ground.classes == value)))
        for value in sorted(set(ground.classes.tolist()))
    ]
    geometry = np.concatenate([*(parts for parts, _, _ in pieces), bands.geometry])
    single = np.concatenate([*(rows for _, rows, _ in pieces), bands.ids])
    classes = np.concatenate([*(values for _, _, values in pieces), bands.classes])
    by_id = dict(zip(source.ids.tolist(), source.properties, strict=True))
    properties = [
        by_id[identifier] if identifier else constant[value]
        for identifier, value in zip(single.tolist(), classes.tolist(), strict=True)
    ]
    widths = np.concatenate([np.zeros(len(geometry) - len(bands)), bands.widths])
    return Source(
        geometry,
        single,
        properties,
        classes,
        merged=True,
        bands=None if source.bands is None else widths,
    )


def simplify_polygons(source: Source, tolerance: float) -> Source:
    """Simplify polygons together, so that a border shared by two stays shared (CRS units)."""
    if tolerance == 0 or not len(source):
        return source
    simplified = shapely.coverage_simplify(source.geometry, tolerance)
    return _without_empty(replace(source, geometry=simplified))


def drop_small_polygons(source: Source, min_area: float) -> Source:
    """Drop polygons, and fill holes, smaller than ``min_area`` (CRS units squared).

    A small hole of a class is filled because what lay in it vanishes for the same reason.
    """
    kept = source.take(np.flatnonzero(shapely.area(source.geometry) >= min_area))
    if not source.merged or min_area == 0:
        return kept
    return replace(kept, geometry=_fill_small_holes(kept.geometry, min_area))


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


def _merge_one_class(
    source: Source,
) -> tuple[Geometries, npt.NDArray[np.int64], npt.NDArray[np.object_]]:
    parts = shapely.get_parts(_union(source.geometry))
    parts = parts[shapely.get_dimensions(parts) == 2]
    inside = shapely.point_on_surface(source.geometry)
    members, owners = shapely.STRtree(parts).query(inside, predicate="intersects")
    count = np.bincount(owners, minlength=len(parts))
    ids = np.zeros(len(parts), dtype=np.int64)
    ids[owners] = source.ids[members]
    # A feature of several parts is found in one of them only; the others share its fate.
    ids[count != 1] = 0
    return parts, ids, np.full(len(parts), source.classes[0], dtype=object)


def _union(geometry: Geometries) -> shapely.Geometry:
    """Union by matching borders where that gives a valid result, else by the full overlay.

    Matching is many times faster, but only right where borders meet vertex for vertex.
    """
    try:
        merged = shapely.coverage_union_all(geometry)
    except shapely.GEOSException:  # the borders do not match at all
        return shapely.union_all(geometry)
    return merged if shapely.is_valid(merged) else shapely.union_all(geometry)


def _fill_small_holes(geometry: Geometries, min_area: float) -> Geometries:
    rings, owner = shapely.get_rings(geometry, return_index=True)
    is_shell = np.diff(owner, prepend=-1) != 0
    kept = is_shell | (shapely.area(shapely.polygons(rings)) >= min_area)
    filled: Geometries = shapely.polygons(rings[kept], indices=owner[kept])
    return filled


def _without_empty(source: Source) -> Source:
    gone = shapely.is_empty(source.geometry) | shapely.is_missing(source.geometry)
    return source if not gone.any() else source.take(np.flatnonzero(~gone))
