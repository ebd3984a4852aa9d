"""Bands (带状图斑): long polygons of even, small width, such as a city's streets as land use.

Merged by class, the streets of a city are one polygon that borders every parcel. Judged by size
or by length of border it would swallow them all, so bands are told apart by their shape: they take
nobody in, they make way to light gaps while they are narrow, and at last the ground beside them
shares them out.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely

from tiles.pyramid.borders import Rows, shared_borders
from tiles.pyramid.generalise import Constant, Source, merge_by_class
from tiles.pyramid.tile_features import Geometries
from tiles.pyramid.tile_grid import PIXEL, TileMatrix

_SLENDER = 60.0
"""From this ratio of length to width a polygon may be a band."""

_NET = 200.0
"""From this ratio of length to width a band is a net, which cuts the ground into blocks."""

_EVEN = 0.05
"""Share of a band that may lie further than three quarters of its mean width from its edge."""

_SHARED_OUT = 0.75 * PIXEL
_SHOWN = 2.5 * PIXEL
"""Width in units below which a band is shared out, and from which a net is drawn."""


def mark_bands(source: Source) -> Source:
    """Note the mean width (CRS units) of every band of a source merged by class."""
    area, length = shapely.area(source.geometry), shapely.length(source.geometry)
    width = 2.0 * area / length
    rows = np.flatnonzero(length > 2.0 * _SLENDER * width)
    core = shapely.area(shapely.buffer(source.geometry[rows], -0.75 * width[rows]))
    rows = rows[core <= _EVEN * area[rows]]
    bands = np.zeros(len(source))
    bands[rows] = width[rows]
    return replace(source, bands=bands)


def without_narrow_nets(source: Source, matrix: TileMatrix) -> Source:
    """The source without the nets too narrow for their colour to be told.

    They leave gaps through which the map's ground shows, as streets do on a printed plan.
    """
    if source.bands is None:
        return source
    narrow = (source.bands > 0) & (source.bands < _SHOWN * matrix.unit)
    net = shapely.length(source.geometry) > 2.0 * _NET * source.bands
    return source.take(np.flatnonzero(~(narrow & net)))


def share_out_bands(source: Source, constant: Constant, matrix: TileMatrix) -> tuple[Source, int]:
    """Give bands too narrow to be seen to the ground beside them, and say how many those were.

    Each is cut into triangles between its own vertices, so that all borders still meet vertex
    for vertex; a triangle goes where its longest border is. Bands beside nothing stay.
    """
    if source.bands is None:
        return source, 0
    narrow = (source.bands > 0) & (source.bands < _SHARED_OUT * matrix.unit)
    if not narrow.any():
        return source, 0
    bands = np.flatnonzero(narrow)
    ground = np.flatnonzero(source.bands == 0)
    triangles, band = shapely.get_parts(
        shapely.constrained_delaunay_triangles(source.geometry[bands]), return_index=True
    )
    owner = _owners(np.concatenate([source.geometry[ground], triangles]), len(ground))
    left = np.isin(np.arange(len(bands)), band[owner < 0])
    given = ~left[band]
    pieces = _pieces(source, triangles[given], ground[owner[given]])
    kept = np.setdiff1d(np.arange(len(source)), bands[~left])
    return merge_by_class(_joined(source.take(kept), pieces), constant), int((~left).sum())


def _owners(geometry: Geometries, count: int) -> Rows:
    """For each triangle (``geometry`` from ``count`` on) the row of the ground it goes to, or -1.

    Ground spreads from triangle to triangle until none is left that touches any.
    """
    first, second, length = shared_borders(geometry)
    free = np.concatenate([first, second])
    beside = np.concatenate([second, first])
    length = np.concatenate([length, length])
    order = np.lexsort((beside, -length, free))
    free, beside = free[order], beside[order]
    owner = np.full(len(geometry), -1, dtype=np.int64)
    owner[:count] = np.arange(count)
    while True:
        fit = (owner[free] < 0) & (owner[beside] >= 0)
        rows, at = np.unique(free[fit], return_index=True)
        if not len(rows):
            return owner[count:]
        owner[rows] = owner[beside[fit][at]]


def _pieces(source: Source, triangles: Geometries, hosts: npt.NDArray[np.intp]) -> Source:
    """Triangles as nameless features of the class of their hosts."""
    return Source(
        geometry=triangles,
        ids=np.zeros(len(triangles), dtype=np.int64),
        properties=[{} for _ in range(len(triangles))],
        classes=source.classes[hosts],
        merged=True,
        bands=np.zeros(len(triangles)),
    )


def _joined(first: Source, second: Source) -> Source:
    return Source(
        geometry=np.concatenate([first.geometry, second.geometry]),
        ids=np.concatenate([first.ids, second.ids]),
        properties=[*first.properties, *second.properties],
        classes=np.concatenate([first.classes, second.classes]),
        merged=True,
        bands=np.concatenate([first.widths, second.widths]),
    )
