"""The zooms of a pyramid, from the most detailed to the coarsest.

A coarse zoom is made from the one above it once neighbours are merged, so what vanished at one
zoom does not reappear at a coarser one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from tiles.pyramid.absorb import absorb_small
from tiles.pyramid.attributes import estimated_bytes
from tiles.pyramid.bands import mark_bands, share_out_bands, without_narrow_nets
from tiles.pyramid.encode import MAX_RAW_BYTES
from tiles.pyramid.generalise import (
    DETAILED,
    MERGED,
    SINGLE,
    STANDS_ALONE,
    Constant,
    Source,
    Thresholds,
    drop_small_polygons,
    median_side,
    merge_by_class,
    simplify_lines,
    simplify_polygons,
    thin_points,
)
from tiles.pyramid.labels import label_points
from tiles.pyramid.layer_spec import LayerSpec
from tiles.pyramid.snap import snap_to_units
from tiles.pyramid.tile_features import TileFeatures
from tiles.pyramid.tile_grid import TileGrid, TileMatrix, tile_ranges

_ATTEMPTS = 12
_SAFETY = 0.85
_ALONE = 0.25
"""Share of the least area from which a merged polygon that no neighbour takes in is still drawn."""

_BYTES_PER_VERTEX = 3.0
_BYTES_PER_FEATURE = 14.0


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
    constant = _constant_properties(source, spec)
    for zoom in range(spec.max_zoom, spec.min_zoom - 1, -1):
        matrix = grid.matrix(zoom)
        if spec.geometry == "polygon" and not source.merged and zoom < spec.max_zoom:
            source = _merge_if_tiny(source, constant, spec, matrix)
        source, shared_out = share_out_bands(source, constant, matrix)
        level, generalised = _lightest_needed(source, constant, spec, matrix)
        source = generalised if generalised.merged else source
        yield replace(level, absorbed=level.absorbed + shared_out)


def _lightest_needed(
    source: Source, constant: Constant, spec: LayerSpec, matrix: TileMatrix
) -> tuple[Level, Source]:
    """Raise the thresholds until the fullest tile is expected to stay within the limit."""
    step = 0
    while True:
        thresholds = _base_thresholds(source, spec, matrix).harder(step)
        whole, absorbed = _absorb(source, constant, matrix, thresholds)
        generalised = _generalise(whole, spec, matrix, thresholds)
        features, labels = _snap(without_narrow_nets(generalised, matrix), spec, matrix)
        level = Level(
            matrix,
            features,
            labels,
            source.merged,
            thresholds,
            dropped=len(whole) - len(features),
            absorbed=absorbed,
        )
        if step == _ATTEMPTS or heaviest_tile(level) <= MAX_RAW_BYTES * _SAFETY:
            return level, generalised
        if spec.geometry == "polygon" and not source.merged:
            source = mark_bands(merge_by_class(source, constant))
        else:
            step += 1


def _merge_if_tiny(
    source: Source, constant: Constant, spec: LayerSpec, matrix: TileMatrix
) -> Source:
    if median_side(source.geometry) >= STANDS_ALONE * matrix.unit:
        return source
    return mark_bands(merge_by_class(source, constant))


def _base_thresholds(source: Source, spec: LayerSpec, matrix: TileMatrix) -> Thresholds:
    if source.merged:
        return MERGED if matrix.zoom < spec.max_zoom else SINGLE
    if matrix.zoom == spec.max_zoom or spec.geometry == "point":
        return DETAILED
    return SINGLE


def _absorb(
    source: Source, constant: Constant, matrix: TileMatrix, thresholds: Thresholds
) -> tuple[Source, int]:
    if not source.merged:
        return source, 0
    return absorb_small(source, constant, thresholds.min_area * matrix.unit**2)


def _generalise(
    source: Source, spec: LayerSpec, matrix: TileMatrix, thresholds: Thresholds
) -> Source:
    unit = matrix.unit
    length = float(np.sqrt(thresholds.min_area)) * unit
    if spec.geometry == "line":
        return simplify_lines(source, thresholds.tolerance * unit, length)
    if spec.geometry == "point":
        return thin_points(source, length)
    tolerance = thresholds.tolerance * unit
    if source.merged or _mean_edge(source) < 2 * tolerance:
        source = simplify_polygons(source, tolerance)
    least = thresholds.min_area * (_ALONE if source.merged else 1.0)
    return drop_small_polygons(source, least * unit * unit)


def _mean_edge(source: Source) -> float:
    """Mean length of an edge in CRS units: with long edges there is nothing to simplify."""
    vertices = int(shapely.get_num_coordinates(source.geometry).sum())
    return float(shapely.length(source.geometry).sum()) / max(vertices, 1)


def _snap(source: Source, spec: LayerSpec, matrix: TileMatrix) -> tuple[TileFeatures, TileFeatures]:
    snapped = snap_to_units(source.geometry, matrix, spec.geometry)
    kept = np.flatnonzero(~shapely.is_missing(snapped))
    features = TileFeatures(snapped, source.ids, source.properties).take(kept)
    return features, label_points(source.take(kept), spec, matrix)


def heaviest_tile(level: Level) -> float:
    """Expected bytes of the fullest tile of a level, before compression."""
    features, matrix = level.features, level.matrix
    if not len(features):
        return 0.0
    weight = _BYTES_PER_FEATURE + estimated_bytes(features.properties)
    weight += _BYTES_PER_VERTEX * shapely.get_num_coordinates(features.geometry)
    tiles, rows = _pairs(tile_ranges(shapely.bounds(features.geometry), matrix), matrix.columns)
    share = weight / np.bincount(rows, minlength=len(features))
    _, index = np.unique(tiles, return_inverse=True)
    return float(np.bincount(index, weights=share[rows]).max())


def _pairs(
    ranges: npt.NDArray[np.int64], columns: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Every (tile number, feature row) of tile ranges, at most 64 x 64 tiles a feature.

    A feature over more tiles than that weighs next to nothing in each of them.
    """
    wide = np.minimum(ranges[:, 2:] - ranges[:, :2] + 1, 64)
    count = wide.prod(axis=1)
    rows = np.repeat(np.arange(len(ranges)), count)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    x = ranges[rows, 0] + nth % wide[rows, 0]
    y = ranges[rows, 1] + nth // wide[rows, 0]
    return y * columns + x, rows


def _constant_properties(source: Source, spec: LayerSpec) -> Constant:
    """Class -> the class and label properties that all features of the class share."""
    shared: dict[str, dict[str, str | int | float | bool]] = {}
    names = [name for name in (spec.class_field, spec.label_field) if name is not None]
    for value, properties in zip(source.classes.tolist(), source.properties, strict=True):
        if value not in shared:
            shared[value] = {name: properties[name] for name in names if name in properties}
            continue
        known = shared[value]
        for name in [name for name in known if properties.get(name) != known[name]]:
            del known[name]
    return dict(shared)
