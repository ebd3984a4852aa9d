"""Smooth lines, blobs and gentle distortions: what makes a drawn city look grown.

All coordinates are metres in the city's own frame: origin in the centre, x east, y north.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

Shape = BaseGeometry
Bent = TypeVar("Bent", bound=BaseGeometry)
Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]
KILOMETRE = 1000.0


def smooth(points: Sequence[tuple[float, float]] | Floats, *, closed: bool = False) -> Floats:
    """A curve through ``points``, shape (n, 2), by centripetal-free Catmull-Rom, 12 steps a span."""
    knots = np.asarray(points, dtype=float)
    if closed:
        padded = np.vstack([knots[-1], knots, knots[:2]])
    else:
        padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    steps = np.linspace(0, 1, 12, endpoint=False)[:, None]
    spans = []
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        linear = end - before
        square = 2 * before - 5 * start + 4 * end - after
        cube = -before + 3 * start - 3 * end + after
        spans.append(start + 0.5 * (linear * steps + square * steps**2 + cube * steps**3))
    curve = np.vstack(spans)
    return curve if closed else np.vstack([curve, knots[-1]])


def line_km(points: Sequence[tuple[float, float]], *, curved: bool = True) -> shapely.LineString:
    """A line through points given in kilometres."""
    knots = np.asarray(points, dtype=float) * KILOMETRE
    return shapely.LineString(smooth(knots) if curved else knots)


def area_km(points: Sequence[tuple[float, float]]) -> shapely.Polygon:
    """A smooth area through corner points given in kilometres."""
    return shapely.Polygon(smooth(np.asarray(points, dtype=float) * KILOMETRE, closed=True))


def blob(
    rng: np.random.Generator,
    centre: tuple[float, float],
    radii: tuple[float, float],
    *,
    angle: float = 0.0,
    roughness: float = 0.12,
    corners: int = 40,
) -> shapely.Polygon:
    """An island-like area: an ellipse (``radii`` in metres, ``angle`` in degrees) with a rough rim."""
    theta = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    rim = np.ones(corners)
    for wave in range(2, 9):
        rim += roughness * rng.normal() / wave**0.8 * np.cos(wave * theta + rng.uniform(0, 6.28))
    rim = np.clip(rim, 0.45, 1.6)
    turn = np.deg2rad(angle)
    along, across = radii[0] * rim * np.cos(theta), radii[1] * rim * np.sin(theta)
    x = centre[0] + along * np.cos(turn) - across * np.sin(turn)
    y = centre[1] + along * np.sin(turn) + across * np.cos(turn)
    return shapely.Polygon(np.column_stack([x, y]))


@dataclass(frozen=True)
class Noise:
    """A smooth random field on the plane: a sum of waves, mean 0, deviation about 1."""

    waves: Floats
    phases: Floats

    @classmethod
    def drawn(cls, rng: np.random.Generator, wavelength: float, count: int = 9) -> Noise:
        """Waves around ``wavelength`` metres in random directions."""
        heading = rng.uniform(0, 2 * np.pi, count)
        length = wavelength * rng.uniform(0.6, 1.6, count)
        waves = 2 * np.pi / length[:, None] * np.column_stack([np.cos(heading), np.sin(heading)])
        return cls(waves, rng.uniform(0, 2 * np.pi, count))

    def __call__(self, points: Floats) -> Floats:
        """The field at ``points``, shape (n, 2) -> (n,)."""
        phase = points @ self.waves.T + self.phases
        return np.asarray(np.sin(phase).sum(axis=1) * np.sqrt(2 / len(self.phases)))


@dataclass(frozen=True)
class Warp:
    """A gentle distortion of the plane; equal points stay equal, so shared borders survive."""

    east: Noise
    north: Noise
    amplitude: float

    @classmethod
    def drawn(cls, rng: np.random.Generator, wavelength: float, amplitude: float) -> Warp:
        """A distortion of about ``amplitude`` metres."""
        return cls(Noise.drawn(rng, wavelength), Noise.drawn(rng, wavelength), amplitude)

    def __call__(self, points: Floats) -> Floats:
        """The moved ``points``, shape (n, 2)."""
        shift = np.column_stack([self.east(points), self.north(points)])
        return np.asarray(points + self.amplitude * shift)

    def bend(self, geometry: Bent, step: float = 120.0) -> Bent:
        """The geometry with vertices at least every ``step`` metres, moved."""
        return shapely.transform(shapely.segmentize(geometry, step), self)


def polygons_of(geometry: Shape | Geometries) -> Geometries:
    """The polygon parts of any geometry or array of geometries, lines and points left out."""
    parts = shapely.get_parts(shapely.get_parts(np.atleast_1d(np.asarray(geometry, dtype=object))))
    return np.asarray(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def lines_of(geometry: Shape | Geometries) -> Geometries:
    """The line parts of any geometry or array of geometries."""
    parts = shapely.get_parts(shapely.get_parts(np.atleast_1d(np.asarray(geometry, dtype=object))))
    return np.asarray(parts[shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING])


def thickness(polygons: Geometries) -> Floats:
    """Area by perimeter in metres: a quarter of the side of a square, half the width of a strip."""
    return np.asarray(shapely.area(polygons) / np.maximum(shapely.length(polygons), 1e-9))
