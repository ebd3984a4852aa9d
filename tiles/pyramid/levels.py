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
from tiles.pyramid.blocks import LevelFeatures
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
from tiles.pyramid.layer_spec import LayerSpec
from tiles.pyramid.merged_levels import DrawnPatches, lightest_merged
from tiles.pyramid.patches import patches_of
from tiles.pyramid.tile_grid import TileGrid, TileMatrix
from tiles.pyramid.weight import ATTEMPTS, LIMIT, heaviest_tile


@dataclass(frozen=True)
class Level:
    """All features of one zoom, and how they came about.

    ``before``: how many there were before the invisible ones were left out.
    """

    matrix: TileMatrix
    features: LevelFeatures
    merged: bool
    thresholds: Thresholds
    before: int
    absorbed: int = 0

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
    zoom = spec.max_zoom
    while zoom >= spec.min_zoom:
        matrix = grid.matrix(zoom)
        chosen = None if _too_small(source, spec, matrix) else _light_enough(source, spec, matrix)
        if chosen is None:
            break
        yield partial(_single_level, *chosen, len(source), matrix)
        zoom -= 1
    if zoom < spec.min_zoom:
        return
    patches = mark_bands(patches_of(source, spec.label_field, coverage=spec.coverage))
    del source, chosen  # a million features need not be kept while the rest is made
    for lower in range(zoom, spec.min_zoom - 1, -1):
        matrix = grid.matrix(lower)
        drawn = lightest_merged(patches, matrix, alone=lower == spec.max_zoom)
        patches = drawn.patches
        yield partial(_merged_level, drawn, matrix)


def _merged_level(drawn: DrawnPatches, matrix: TileMatrix) -> Level:
    features = drawn.features
    ready = np.ones(len(features), dtype=bool)
    return Level(
        matrix,
        LevelFeatures(features.geometry, ready, features.ids, features.attributes),
        True,
        drawn.thresholds,
        drawn.before,
        drawn.absorbed,
    )


def _too_small(source: Source, spec: LayerSpec, matrix: TileMatrix) -> bool:
    """Whether polygons are too small at a zoom to be told apart, so that neighbours merge."""
    if spec.geometry != "polygon" or matrix.zoom == spec.max_zoom:
        return False
    return median_side(source.geometry) < STANDS_ALONE * matrix.unit


def _light_enough(
    source: Source, spec: LayerSpec, matrix: TileMatrix
) -> tuple[Source, Thresholds] | None:
    """What is drawn with the least thresholds that should keep the fullest tile within the limit.

    ``None`` where polygons are too many to stand alone at this zoom.
    """
    detailed = matrix.zoom == spec.max_zoom or spec.geometry == "point"
    for step in range(ATTEMPTS + 1):
        thresholds = (DETAILED if detailed else SINGLE).harder(step)
        chosen = _generalised(source, spec, matrix, thresholds)
        if _weight(chosen, matrix) <= LIMIT:
            break
        if spec.geometry == "polygon":
            return None
    return chosen, thresholds


def _single_level(chosen: Source, thresholds: Thresholds, before: int, matrix: TileMatrix) -> Level:
    later = np.zeros(len(chosen), dtype=bool)
    features = LevelFeatures(chosen.geometry, later, chosen.ids, chosen.attributes)
    return Level(matrix, features, False, thresholds, before)


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
