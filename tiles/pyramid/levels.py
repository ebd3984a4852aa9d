"""The zooms of a pyramid, from the most detailed to the coarsest.

A coarse zoom is made from the one above it once neighbours are merged, so what vanished at one
zoom does not reappear at a coarser one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely

from tiles.pyramid.attributes import estimated_bytes
from tiles.pyramid.bands import mark_bands
from tiles.pyramid.generalise import (
    DETAILED,
    SINGLE,
    STANDS_ALONE,
    Source,
    Thresholds,
    drop_small_polygons,
    median_side,
    simplify_lines,
    simplify_polygons,
    thin_points,
)
from tiles.pyramid.labels import label_points
from tiles.pyramid.layer_spec import LayerSpec
from tiles.pyramid.merged_levels import DrawnPatches, lightest_merged
from tiles.pyramid.patches import patches_of
from tiles.pyramid.snap import snap_to_units
from tiles.pyramid.tile_features import TileFeatures
from tiles.pyramid.tile_grid import TileGrid, TileMatrix
from tiles.pyramid.weight import ATTEMPTS, LIMIT, heaviest_tile


@dataclass(frozen=True)
class Level:
    """All features and label points of one zoom on whole units, and how they came about."""

    matrix: TileMatrix
    features: TileFeatures
    labels: TileFeatures
    merged: bool
    thresholds: Thresholds
    dropped: int
    absorbed: int

    @property
    def zoom(self) -> int:
        """The zoom of the level."""
        return self.matrix.zoom


DeferredLevel = Callable[[], Level]
"""A level still to be made, perhaps in another thread."""


def levels(source: Source, spec: LayerSpec, grid: TileGrid) -> Iterator[DeferredLevel]:
    """Yield the levels of a layer from ``spec.max_zoom`` down to ``spec.min_zoom``.

    ``source`` holds valid geometry in the CRS of the grid. Levels of single features are made when
    they are called; merged ones, each made from the one before it, are made here.
    """
    for zoom in range(spec.max_zoom, spec.min_zoom - 1, -1):
        matrix = grid.matrix(zoom)
        chosen = None if _too_small(source, spec, matrix) else _light_enough(source, spec, matrix)
        if chosen is None:
            yield from _merged_levels(source, spec, grid, zoom)
            return
        yield partial(_single_features, source, chosen, spec, matrix)


def _merged_levels(
    source: Source, spec: LayerSpec, grid: TileGrid, highest: int
) -> Iterator[DeferredLevel]:
    patches = mark_bands(patches_of(source, spec.label_field, coverage=spec.coverage))
    for zoom in range(highest, spec.min_zoom - 1, -1):
        matrix = grid.matrix(zoom)
        drawn = lightest_merged(patches, matrix, alone=zoom == spec.max_zoom)
        patches = drawn.patches
        yield partial(_merged_level, drawn, spec, matrix)


def _merged_level(drawn: DrawnPatches, spec: LayerSpec, matrix: TileMatrix) -> Level:
    return Level(
        matrix,
        drawn.features,
        label_points(drawn.features, spec),
        True,
        drawn.thresholds,
        dropped=drawn.dropped,
        absorbed=drawn.absorbed,
    )


def _too_small(source: Source, spec: LayerSpec, matrix: TileMatrix) -> bool:
    """Whether polygons are too small at a zoom to be told apart, so that neighbours merge."""
    if spec.geometry != "polygon" or matrix.zoom == spec.max_zoom:
        return False
    return median_side(source.geometry) < STANDS_ALONE * matrix.unit


def _light_enough(source: Source, spec: LayerSpec, matrix: TileMatrix) -> Thresholds | None:
    """The least thresholds with which the fullest tile is expected to stay within the limit.

    ``None`` where polygons are too many to stand alone at this zoom.
    """
    detailed = matrix.zoom == spec.max_zoom or spec.geometry == "point"
    for step in range(ATTEMPTS + 1):
        thresholds = (DETAILED if detailed else SINGLE).harder(step)
        if _weight(_generalised(source, spec, matrix, thresholds), matrix) <= LIMIT:
            break
        if spec.geometry == "polygon":
            return None
    return thresholds


def _single_features(
    source: Source, thresholds: Thresholds, spec: LayerSpec, matrix: TileMatrix
) -> Level:
    chosen = _generalised(source, spec, matrix, thresholds)
    snapped = snap_to_units(chosen.geometry, matrix, spec.geometry)
    kept = np.flatnonzero(~shapely.is_missing(snapped))
    features = TileFeatures(snapped[kept], chosen.ids[kept], chosen.attributes.take(kept))
    return Level(
        matrix,
        features,
        label_points(features, spec),
        False,
        thresholds,
        dropped=len(source) - len(features),
        absorbed=0,
    )


def _generalised(
    source: Source, spec: LayerSpec, matrix: TileMatrix, thresholds: Thresholds
) -> Source:
    unit = matrix.unit
    length, tolerance = float(np.sqrt(thresholds.min_area)) * unit, thresholds.tolerance * unit
    if spec.geometry == "line":
        return simplify_lines(source, tolerance, length)
    if spec.geometry == "point":
        return thin_points(source, length)
    if _mean_edge(source) < 2 * tolerance:
        source = simplify_polygons(source, tolerance)
    return drop_small_polygons(source, thresholds.min_area * unit * unit)


def _mean_edge(source: Source) -> float:
    """Mean length of an edge in CRS units: with long edges there is nothing to simplify."""
    vertices = int(shapely.get_num_coordinates(source.geometry).sum())
    return float(shapely.length(source.geometry).sum()) / max(vertices, 1)


def _weight(source: Source, matrix: TileMatrix) -> float:
    geometry = source.geometry
    bounds = matrix.bounds_to_units(shapely.bounds(geometry))
    vertices = shapely.get_num_coordinates(geometry)
    return heaviest_tile(bounds, vertices, estimated_bytes(source.attributes), matrix)
