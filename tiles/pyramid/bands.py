"""Bands (带状图斑): long polygons of even, small width, such as a city's streets as land use.

Merged by class, the streets of a city are one polygon that borders every parcel. Judged by size
or by length of border it would swallow them all, so bands are told apart by their shape: they take
nobody in, they make way to light gaps while they are narrow, and at last the ground beside them
shares them out.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from tiles.pyramid.absorb import shared_borders
from tiles.pyramid.mosaic import Flags, Floats, Mosaic, weighed
from tiles.pyramid.patches import Patches, merge_by_class
from tiles.pyramid.ragged import Integers
from tiles.pyramid.tile_features import Geometries
from tiles.pyramid.tile_grid import PIXEL, TileMatrix

_SLENDER = 60.0
"""From this ratio of length to width a polygon may be a band."""

_NET = 200.0
"""From this ratio of length to width a band is a net, which cuts the ground into blocks."""

_EVEN = 0.05
"""Share of a band that may lie further than three quarters of its mean width from its edge."""

_ROUGH = 0.1
"""Share of its width by which the outline of a band may be simplified to measure it."""

_SHARED_OUT = 0.75 * PIXEL
_SHOWN = 2.5 * PIXEL
"""Width in units below which a band is shared out, and from which a net is drawn."""


def mark_bands(patches: Patches) -> Patches:
    """Note the mean width (CRS units) of every band among patches merged by class.

    In a layer of one class there is no other ground that a band could make way to.
    """
    if len(np.unique(patches.classes)) < 2:
        return patches
    area, length = patches.mosaic.area, _outline_length(patches)
    # Specks of no area may come out below zero.
    width = np.maximum(2.0 * area / length, 0.0)
    rows = np.flatnonzero((length > 2.0 * _SLENDER * width) & (width > 0))
    shapes = shapely.simplify(patches.mosaic.subset(rows).polygons(), _ROUGH * width[rows])
    core = shapely.area(shapely.buffer(shapes, -0.75 * width[rows], quad_segs=1))
    rows = rows[core <= _EVEN * area[rows]]
    widths = np.zeros(len(patches))
    widths[rows] = width[rows]
    return replace(patches, widths=widths)


def narrow_nets(patches: Patches, matrix: TileMatrix) -> Flags:
    """The nets too narrow for their colour to be told.

    Undrawn they leave gaps through which the map's ground shows, as streets do on a printed plan.
    """
    narrow = (patches.widths > 0) & (patches.widths < _SHOWN * matrix.unit)
    if not narrow.any():
        return narrow
    net: Flags = narrow & (_outline_length(patches) > 2.0 * _NET * patches.widths)
    return net


def share_out_bands(patches: Patches, matrix: TileMatrix) -> tuple[Patches, int]:
    """Give bands too narrow to be seen to the ground beside them, and say how many those were.

    Each is cut into triangles between its own vertices, so that all borders still meet vertex
    for vertex; a triangle goes where its longest border is. Bands beside nothing stay.
    """
    narrow = (patches.widths > 0) & (patches.widths < _SHARED_OUT * matrix.unit)
    if not narrow.any():
        return patches, 0
    bands, others = np.flatnonzero(narrow), np.flatnonzero(~narrow)
    shapes = patches.mosaic.polygons()
    triangles, band = _triangles(shapes[bands])
    cut = Mosaic.of(np.concatenate([shapes[others], triangles]))
    owner = _owners(cut, patches.widths[others] == 0)
    left = ~np.isin(np.arange(len(bands)), band)
    left[band[owner < 0]] = True
    kept = np.sort(np.concatenate([others, bands[left]]))
    given = ~left[band]
    hosts = others[owner[given]]
    faces = np.concatenate([shapes[kept], triangles[given]])
    result = Patches(
        Mosaic.of(faces),
        np.concatenate([patches.ids[kept], np.zeros(len(hosts), dtype=np.int64)]),
        patches.attributes.take(np.concatenate([kept, hosts])),
        np.concatenate([patches.classes[kept], patches.classes[hosts]]),
        np.concatenate([patches.widths[kept], np.zeros(len(hosts))]),
        patches.constant,
    )
    return merge_by_class(result), int((~left).sum())


def _triangles(bands: Geometries) -> tuple[Geometries, Integers]:
    """Triangles between the vertices of each band, and the number of the band of each.

    A band that cannot be cut, as rounding may leave one that touches itself, has none.
    """
    try:
        cut = shapely.constrained_delaunay_triangles(bands)
    except shapely.GEOSException:
        cut = np.array([_cut_alone(band) for band in bands], dtype=object)
    triangles, band = shapely.get_parts(cut, return_index=True)
    return triangles, band.astype(np.int64)


def _cut_alone(band: shapely.Geometry) -> shapely.Geometry | None:
    try:
        return shapely.constrained_delaunay_triangles(band)
    except shapely.GEOSException:
        return None


def _outline_length(patches: Patches) -> Floats:
    """Length of the rings of each patch in CRS units."""
    mosaic = patches.mosaic
    return weighed(mosaic.face, mosaic.edge_length, mosaic.faces)


def _owners(mosaic: Mosaic, ground: Flags) -> Integers:
    """For each triangle (the faces behind ``ground``) the row that it goes to, or -1.

    ``ground``: which of the first faces may take triangles. Ground spreads from triangle to
    triangle until none is left that touches any.
    """
    count = len(ground)
    first, second, length = shared_borders(mosaic)
    free = np.concatenate([first, second])
    beside = np.concatenate([second, first])
    length = np.concatenate([length, length])
    order = np.lexsort((beside, -length, free))
    free, beside = free[order], beside[order]
    owner = np.full(mosaic.faces, -1, dtype=np.int64)
    owner[:count] = np.where(ground, np.arange(count), -1)
    triangle = free >= count
    free, beside = free[triangle], beside[triangle]
    while True:
        fit = (owner[free] < 0) & (owner[beside] >= 0)
        rows, at = np.unique(free[fit], return_index=True)
        if not len(rows):
            return owner[count:]
        owner[rows] = owner[beside[fit][at]]
