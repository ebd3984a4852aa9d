"""The zooms of a pyramid, from the most detailed to the coarsest.

A coarse zoom is made from the one above it once neighbours are merged, so what vanished at one
zoom does not reappear at a coarser one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
from tiles.pyramid.merged_levels import lightest_merged
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


def levels(source: Source, spec: LayerSpec, grid: TileGrid) -> Iterator[Level]:
    """Yield the levels of a layer from ``spec.max_zoom`` down to ``spec.min_zoom``.

    ``source`` holds valid geometry in the CRS of the grid.
    """
    zooms = range(spec.max_zoom, spec.min_zoom - 1, -1)
    for zoom in zooms:
        matrix = grid.matrix(zoom)
        level = None
        if not _too_small(source, spec, matrix):
            level = _level_of_single_features(source, spec, matrix)
        if level is None:
            break
        yield level
    else:
        return
    yield from _merged_levels(source, spec, grid, zoom)


def _merged_levels(
    source: Source, spec: LayerSpec, grid: TileGrid, highest: int
) -> Iterator[Level]:
    patches = mark_bands(patches_of(source, spec.label_field, coverage=spec.coverage))
    del source
    for zoom in range(highest, spec.min_zoom - 1, -1):
        matrix = grid.matrix(zoom)
        drawn = lightest_merged(patches, matrix, alone=zoom == spec.max_zoom)
        patches = drawn.patches
        yield Level(
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


def _level_of_single_features(source: Source, spec: LayerSpec, matrix: TileMatrix) -> Level | None:
    """Raise the thresholds until the fullest tile is expected to stay within the limit.

    ``None`` where polygons are too many to stand alone at this zoom.
    """
    detailed = matrix.zoom == spec.max_zoom or spec.geometry == "point"
    step = 0
    while True:
        thresholds = (DETAILED if detailed else SINGLE).harder(step)
        chosen = _generalised(source, spec, matrix, thresholds)
        if step == ATTEMPTS or _weight(chosen, matrix) <= LIMIT:
            break
        if spec.geometry == "polygon":
            return None
        step += 1
    features = _drawn(chosen, spec, matrix)
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


def _drawn(source: Source, spec: LayerSpec, matrix: TileMatrix) -> TileFeatures:
    snapped = snap_to_units(source.geometry, matrix, spec.geometry)
    kept = np.flatnonzero(~shapely.is_missing(snapped))
    return TileFeatures(snapped[kept], source.ids[kept], source.attributes.take(kept))


def _weight(source: Source, matrix: TileMatrix) -> float:
    geometry = source.geometry
    bounds = matrix.bounds_to_units(shapely.bounds(geometry))
    vertices = shapely.get_num_coordinates(geometry)
    return heaviest_tile(bounds, vertices, estimated_bytes(source.attributes), matrix)
