"""How near the best of the obvious guesses comes to the outline of a restricted zone.

Whoever sees a hole in a layer will guess that the zone is the hole, the hole less a margin, or
something of usual shape in its middle. The likeness of hole and zone is that of the best of all
these guesses, of every size, although nobody but us can tell which one that is.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

Geometries: TypeAlias = npt.NDArray[np.object_]

_SHARES = np.linspace(0.2, 1.0, 13)
_DEPTHS = np.linspace(0.04, 0.48, 12)
_DISC = np.pi**-0.5
_CORE = 0.85


def likeness(hole: shapely.Polygon, zones: Geometries) -> float:
    """The highest intersection over union of any guess from ``hole`` with any of ``zones``."""
    return best_match(guesses(hole), zones)


def best_match(guessed: Geometries, zones: Geometries) -> float:
    """The highest intersection over union of any pair; 0 where either side has no area."""
    pairs = guessed[:, None], zones[None, :]
    shared = shapely.area(shapely.intersection(*pairs))
    joint = shapely.area(guessed)[:, None] + shapely.area(zones)[None, :] - shared
    return float((shared / np.maximum(joint, 1e-9)).max(initial=0.0))


def guesses(hole: shapely.Polygon) -> Geometries:
    """Shapes of all sizes in the middle of a hole, and the hole less margins of all widths."""
    filled = shapely.Polygon(hole.exterior)
    side = float(shapely.area(filled)) ** 0.5
    deepest = shapely.maximum_inscribed_circle(filled, tolerance=side / 50.0)
    depth = float(shapely.length(deepest))
    eroded = shapely.buffer(filled, -_DEPTHS * 2.0 * depth, quad_segs=2)
    largest = [_largest_part(part) for part in eroded]
    shapes = [filled, shapely.convex_hull(filled), shapely.minimum_rotated_rectangle(filled)]
    found = [hole, *eroded, *largest]
    for shape in [*shapes, shapely.box(*filled.bounds)]:
        found += _scaled(shape, shapely.get_coordinates(filled.centroid)[0])
    for middle in (filled.centroid, shapely.get_point(deepest, 0)):
        found += list(shapely.buffer(middle, _SHARES * side / 2.0, cap_style="square"))
    core = _largest_part(shapely.buffer(filled, -_CORE * depth, quad_segs=2))
    for middle in [filled.centroid, shapely.get_point(deepest, 0), *_along(core)]:
        found += list(shapely.buffer(middle, _SHARES * side * _DISC, quad_segs=4))
    return np.array(found, dtype=object)


def _largest_part(geometry: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(geometry)
    return parts[np.argmax(shapely.area(parts))] if len(parts) else geometry


def _along(core: shapely.Geometry) -> list[shapely.Geometry]:
    """Points along the middle of a long hole: the zone may stand anywhere along its length."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(core))[:4]
    if len(corners) < 4:
        return []
    lengths = np.hypot(*(corners - np.roll(corners, -1, axis=0)).T)
    first = 0 if lengths[0] < lengths[1] else 1
    start, end = (corners[[at, (at + 1) % 4]].mean(axis=0) for at in (first, first + 2))
    return list(np.asarray(shapely.points(start + np.linspace(0, 1, 5)[:, None] * (end - start))))


def _scaled(shape: shapely.Geometry, middle: npt.NDArray[np.float64]) -> list[shapely.Geometry]:
    """``shape`` in all sizes; the shares are of its side, not of its area."""
    ring = shapely.get_coordinates(shapely.get_exterior_ring(shape))
    rings = middle + _SHARES[:, None, None] * (ring - middle)
    return list(np.asarray(shapely.polygons(rings)))
