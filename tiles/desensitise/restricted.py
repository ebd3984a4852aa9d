"""Keeping clear of restricted zones without drawing them (涉密区域避让).

Around each place that must be kept clear (a zone and its margin, or several that meet) a window
is withheld, which holds the place somewhere, not in its middle (``withheld_windows``). The
window's border follows a lattice, not the zone. Of several lattices the first is taken in which
no obvious guess from the window comes near a zone's outline (``outline_guesses``); where the
layer's own edge or a neighbouring window would give the zone away the window is made longer.

A hole is left and not filled by the neighbours: the audit demands that nothing published meets
the zone or its margin, and a parcel drawn over ground that is something else would be a false
statement to the public. The lattices are the same in each release and layer (they depend on the
secret salt, the margin, the grid and the zone only), so that the holes of several releases cannot
be intersected to narrow the zone down.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from tiles.desensitise.outline_guesses import likeness
from tiles.desensitise.withheld_windows import Box, Lattice, level_for

Geometries: TypeAlias = npt.NDArray[np.object_]

# A snapped border lies within 2.3 grid steps of the raw one; the rest is for safety.
_SNAPPING_STEPS = 3.0
# Of a window by itself, and of what can be seen of it between others and at the layer's edge.
_LIKENESS_ALONE = 0.36
_TOLERATED_LIKENESS = 0.42
_LATTICES = 24
_COARSER_LEVELS = 3
_STRETCHES = 4
_ROUNDS = 9
# A place that fills less of its bounding box than this is withheld in pieces.
_LEAST_FILLING = 1.0 / 6.0
_SAMPLES = 32


@dataclass(frozen=True)
class WithheldArea:
    """The area that nothing published may enter. For the internal node's eyes only.

    ``likeness``: the highest intersection over union of an obvious guess and a zone; 1 would be a
    tracing. ``kept_clear``: the zones with their margin, in m2, of which ``area`` is a multiple.
    """

    area: shapely.Geometry
    likeness: float
    kept_clear: float = 0.0


@dataclass(frozen=True)
class _Place:
    """Ground in one piece to keep clear, and the outlines that must not be guessed from it."""

    kept: shapely.Geometry
    zones: Geometries

    @property
    def box(self) -> Box:
        left, bottom, right, top = shapely.bounds(self.kept).tolist()
        return left, bottom, right, top


def withheld_area(
    zones: Geometries, margin: float, grid: float, salt: str, ground: Geometries | None = None
) -> WithheldArea | None:
    """The area to withhold around ``zones`` (ground CRS, metres); ``None`` without zones.

    ``zones`` may be of any kind; points and lines count with their margin. ``ground``: the raw
    polygons of the layer; only what is taken away from them can be seen as a hole.
    """
    present = np.asarray(shapely.make_valid(zones[~shapely.is_missing(zones)]))
    present = np.asarray(present[~shapely.is_empty(present)])
    if not len(present):
        return None
    key = hashlib.blake2b(f"withheld area|{salt}".encode(), digest_size=32).digest()
    kept = shapely.union_all(shapely.buffer(present, margin + _SNAPPING_STEPS * grid))
    flat = shapely.area(present) <= 0.0
    present[flat] = shapely.buffer(present[flat], max(margin, grid))
    places = list(_places(kept, present, key))
    lattices = [_fitting_lattice(place, grid, key) for place in places]
    known: dict[bytes, npt.NDArray[np.float64]] = {}
    for _ in range(_ROUNDS):
        area = _windows(places, lattices)
        found = _likenesses(places, area, ground, known)
        alike = found >= _TOLERATED_LIKENESS
        if not alike.any():
            break
        lattices = [
            _larger(lattice) if unfit else lattice
            for lattice, unfit in zip(lattices, alike, strict=True)
        ]
    return WithheldArea(area, float(found.max(initial=0.0)), float(shapely.area(kept)))


def _places(kept: shapely.Geometry, zones: Geometries, key: bytes) -> Iterator[_Place]:
    """What is kept clear, in connected pieces that fill a fair part of their bounding box."""
    waiting = list(shapely.get_parts(kept))
    while waiting:
        piece = waiting.pop()
        area = float(shapely.area(piece))
        if area < _LEAST_FILLING * float(shapely.area(shapely.box(*shapely.bounds(piece)))):
            parts = _divided(piece, Lattice(key, -1, level_for(area, 0.0)))
            if len(parts) > 1:
                waiting += parts
                continue
        inside = shapely.intersection(zones, piece)
        inside = inside[shapely.area(inside) > 0.0]
        if len(inside) > 1:
            inside = np.array([*inside, shapely.union_all(inside)], dtype=object)
        yield _Place(piece, inside)


def _divided(piece: shapely.Geometry, lattice: Lattice) -> list[shapely.Geometry]:
    """``piece`` by the cells of a lattice."""
    left, bottom, right, top = shapely.bounds(piece).tolist()
    first = lattice.window((left, bottom, left, bottom))
    across = np.arange(first[0], right, lattice.cell)
    up = np.arange(first[1], top, lattice.cell)
    corners = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    cells = shapely.box(*corners.T, *(corners + lattice.cell).T)
    parts = shapely.get_parts(shapely.intersection(piece, cells))
    return list(parts[shapely.area(parts) > 0.0])


def _fitting_lattice(place: _Place, grid: float, key: bytes) -> Lattice:
    """The first lattice whose window the zones lie so in that guessing does not pay."""
    level = level_for(float(shapely.area(place.kept)), grid)
    for coarser in range(_COARSER_LEVELS):
        for number in range(_LATTICES):
            lattice = Lattice(key, number, level + coarser)
            window = shapely.box(*lattice.window(place.box))
            if likeness(window, place.zones) < _LIKENESS_ALONE:
                return lattice
    return Lattice(key, 0, level + _COARSER_LEVELS)


def _larger(lattice: Lattice) -> Lattice:
    """A window half a cell longer, or after some of these with cells twice as large."""
    if lattice.stretch < _STRETCHES:
        return replace(lattice, stretch=lattice.stretch + 1)
    return replace(lattice, stretch=0, level=lattice.level + 1)


def _windows(places: list[_Place], lattices: list[Lattice]) -> shapely.Geometry:
    outlines = [
        lattice.outline(lattice.window(place.box))
        for place, lattice in zip(places, lattices, strict=True)
    ]
    return shapely.union_all(np.array(outlines))


def _likenesses(
    places: list[_Place],
    area: shapely.Geometry,
    ground: Geometries | None,
    known: dict[bytes, npt.NDArray[np.float64]],
) -> npt.NDArray[np.float64]:
    """For each place the likeness of its zones to the hole that it lies in, as far as visible.

    ``known``: what was found before, by window.
    """
    found = np.zeros(len(places))
    if ground is not None:
        shapely.prepare(area)
        ground = ground[shapely.intersects(area, ground)]
    for window in shapely.get_parts(area):
        inside = [row for row, place in enumerate(places) if shapely.intersects(window, place.kept)]
        name = shapely.to_wkb(window)
        if name not in known:
            holes = [window] if ground is None else _visible(window, ground)
            likely = [likeness(hole, places[row].zones) for row in inside for hole in holes]
            known[name] = np.array(likely).reshape(len(inside), -1).max(axis=1, initial=0.0)
        found[inside] = known[name]
    return found


def _visible(window: shapely.Polygon, ground: Geometries) -> list[shapely.Polygon]:
    """The parts of ``window`` that ``ground`` covered, by a sample; gaps like roads are closed."""
    left, bottom, right, top = shapely.bounds(window).tolist()
    step = max(right - left, top - bottom) / _SAMPLES
    across = np.arange(left + step / 2.0, right, step)
    up = np.arange(bottom + step / 2.0, top, step)
    middles = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    shapely.prepare(window)
    middles = middles[shapely.contains_xy(window, middles)]
    points = np.asarray(shapely.points(middles))
    hit = shapely.STRtree(points).query(ground, "intersects")[1]
    covered = middles[np.unique(hit)]
    if len(covered) == len(middles):
        return [window]
    cells = shapely.union_all(shapely.box(*(covered - step / 2).T, *(covered + step / 2).T))
    closed = shapely.buffer(shapely.buffer(cells, step, join_style="mitre"), -step)
    return [part for part in shapely.get_parts(closed) if part.area > 0.0]


def cut_away(
    geometry: Geometries, withheld: shapely.Geometry
) -> tuple[Geometries, npt.NDArray[np.intp]]:
    """``geometry`` less the withheld area (``None`` where nothing stays) and the rows touched."""
    shapely.prepare(withheld)
    touched = np.flatnonzero(shapely.intersects(withheld, geometry))
    result = geometry.copy()
    if len(touched):
        left = np.asarray(shapely.difference(geometry[touched], withheld))
        left[shapely.is_empty(left)] = None
        result[touched] = left
    return result, touched
