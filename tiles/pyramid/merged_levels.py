"""One zoom of merged patches: absorbed, simplified, on whole units, light enough for its tiles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely

from tiles.pyramid.absorb import absorb_small
from tiles.pyramid.attributes import estimated_bytes
from tiles.pyramid.bands import narrow_nets, share_out_bands
from tiles.pyramid.generalise import MERGED, SINGLE, Thresholds
from tiles.pyramid.mosaic import Flags, Mosaic
from tiles.pyramid.patches import Patches
from tiles.pyramid.simplify import junctions, needed_vertices, simplified
from tiles.pyramid.snap import settle_polygons
from tiles.pyramid.tile_features import Geometries, TileFeatures
from tiles.pyramid.tile_grid import TileMatrix
from tiles.pyramid.weight import ATTEMPTS, LIMIT, heaviest_tile

_ALONE = 0.25
"""Share of the least area from which a patch that no neighbour takes in is still drawn."""


@dataclass(frozen=True)
class DrawnPatches:
    """A zoom of patches: what is drawn, and what the next coarser zoom is made of."""

    features: TileFeatures
    patches: Patches
    thresholds: Thresholds
    before: int
    absorbed: int


def lightest_merged(patches: Patches, matrix: TileMatrix, *, alone: bool) -> DrawnPatches:
    """Raise the thresholds until the fullest tile is expected to stay within the limit.

    ``alone``: there is no more detailed zoom, so little may be lost at first.
    """
    patches, absorbed = share_out_bands(patches, matrix)
    base, step = (SINGLE if alone else MERGED), 0
    while True:
        thresholds = base.harder(step)
        patches, passed = absorb_small(patches, thresholds.min_area * matrix.unit**2)
        absorbed += passed
        shown = ~narrow_nets(patches, matrix)
        junction = junctions(patches.mosaic)
        kept = junction
        # With nothing but its junctions a zoom is at its lightest: only then is more asked.
        excess = _excess(patches, shown, junction, matrix)
        if excess <= 1.0:
            kept = needed_vertices(patches.mosaic, junction, thresholds.tolerance * matrix.unit)
            excess = _excess(patches, shown, kept, matrix)
        if step >= ATTEMPTS or excess <= 1.0:
            break
        step = min(ATTEMPTS, step + max(1, int(np.log2(excess))))
    if kept is junction:
        kept = needed_vertices(patches.mosaic, junction, thresholds.tolerance * matrix.unit)
    return _drawn(patches, kept, thresholds, matrix, absorbed)


def _drawn(
    patches: Patches, kept: Flags, thresholds: Thresholds, matrix: TileMatrix, absorbed: int
) -> DrawnPatches:
    least = thresholds.min_area * _ALONE * matrix.unit**2
    mosaic = simplified(patches.mosaic, kept, partial(_on_units, matrix=matrix))
    thinner = without_small(patches.with_mosaic(mosaic), least)
    shapes = _on_units(thinner.mosaic, matrix)
    shapes[narrow_nets(thinner, matrix)] = None
    shapes = settle_polygons(shapes, shapes.__getitem__)
    drawn = np.flatnonzero(~shapely.is_missing(shapes))
    features = TileFeatures(shapes[drawn], thinner.ids[drawn], thinner.attributes.take(drawn))
    return DrawnPatches(features, thinner, thresholds, len(patches), absorbed)


def without_small(patches: Patches, min_area: float) -> Patches:
    """Drop patches, and fill holes, smaller than ``min_area`` (CRS units squared).

    A small hole of a class is filled because what lay in it vanishes for the same reason.
    """
    mosaic = patches.mosaic
    small = mosaic.area < min_area
    holes = (mosaic.ring_area < 0) & (mosaic.ring_area > -min_area)
    return patches.with_mosaic(mosaic.without_rings(holes | small[mosaic.ring_face]))


def _on_units(mosaic: Mosaic, matrix: TileMatrix) -> Geometries:
    return mosaic.polygons(np.rint(matrix.to_units(mosaic.vertices)))


def _excess(patches: Patches, shown: Flags, kept: Flags, matrix: TileMatrix) -> float:
    """The fullest tile's expected weight with the vertices ``kept``, as a multiple of the limit."""
    mosaic = patches.mosaic
    if not len(mosaic.start):
        return 0.0
    edges = np.flatnonzero(np.diff(mosaic.face, prepend=-1))
    vertices = np.add.reduceat(kept[mosaic.start], edges, dtype=np.int64)
    bounds = matrix.bounds_to_units(mosaic.bounds)
    weight = estimated_bytes(patches.attributes)
    return heaviest_tile(bounds[shown], vertices[shown], weight[shown], matrix) / LIMIT
