"""The faces of a planar arrangement of segments, traced in whole numbers.

Each segment is two half-edges, one in either direction. From the end of a half-edge the border of
the face on its left goes on along the next one clockwise; followed to its end this gives a cycle
(de Berg et al., Computational Geometry, chapter 2: the doubly-connected edge list). Cycles that
run anticlockwise bound a face from outside, the others are its holes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

Geometries: TypeAlias = npt.NDArray[np.object_]
Numbers: TypeAlias = npt.NDArray[np.intp]
# Shape (n, 4): x1, y1, x2, y2 in whole grid steps; noded, distinct.
Segments: TypeAlias = npt.NDArray[np.int64]


def trace_faces(segments: Segments, grid: float) -> Geometries:
    """The bounded faces as polygons, coordinates times ``grid``; in no order that means anything.

    ``segments`` meet at common end points only. Those that bound no face on either side of their
    own (dangling ends, bridges) are left out.
    """
    rings = _rings(segments)
    if rings is None:
        return np.empty(0, dtype=object)
    area = rings.doubled_areas()
    shells, holes = np.flatnonzero(area > 0), np.flatnonzero(area < 0)
    linear = np.asarray(
        shapely.linearrings(rings.points[rings.vertices] * grid, indices=rings.ring_of_vertex())
    )
    polygons = np.asarray(shapely.polygons(linear[shells]))
    within = _containing(polygons, rings, shells, holes, grid)
    order = np.argsort(within, kind="stable")
    holed, first = np.unique(within[order], return_index=True)
    for shell, own in zip(holed.tolist(), np.split(holes[order], first[1:]), strict=True):
        if shell >= 0:
            polygons[shell] = shapely.Polygon(linear[shells[shell]], list(linear[own]))
    return polygons


@dataclass(frozen=True)
class _Rings:
    """Simple rings, one after another. ``points``: distinct grid points, shape (p, 2);
    ``vertices``: their numbers along the rings; ``starts``: where each ring begins; ``cycle``: the
    border that the ring was cut out of (several rings where a border touches itself)."""

    points: npt.NDArray[np.int64]
    vertices: Numbers
    starts: Numbers
    cycle: Numbers

    def ring_of_vertex(self) -> Numbers:
        lengths = np.diff(self.starts, append=len(self.vertices))
        return np.repeat(np.arange(len(self.starts)), lengths)

    def doubled_areas(self) -> npt.NDArray[np.int64]:
        """Twice the signed areas in squared grid steps; exact."""
        # From each ring's own first point, so that products stay far from the largest number.
        origin = np.repeat(
            self.points[self.vertices[self.starts]],
            np.diff(self.starts, append=len(self.vertices)),
            axis=0,
        )
        here = self.points[self.vertices] - origin
        following = np.roll(here, -1, axis=0)
        following[np.append(self.starts[1:], len(here)) - 1] = here[self.starts]
        crossed = here[:, 0] * following[:, 1] - here[:, 1] * following[:, 0]
        return np.asarray(np.add.reduceat(crossed, self.starts))


@dataclass(frozen=True)
class _HalfEdges:
    """``origin``: the vertex that each begins at; number ``h`` and ``h ^ 1`` are one segment."""

    points: npt.NDArray[np.int64]
    origin: Numbers

    @classmethod
    def of(cls, segments: Segments) -> _HalfEdges:
        ends = segments.reshape(-1, 2)
        low = ends.min(axis=0)
        height = int(ends[:, 1].max() - low[1]) + 1
        keys = (ends[:, 0] - low[0]) * height + (ends[:, 1] - low[1])
        known, origin = np.unique(keys, return_inverse=True)
        points = np.column_stack([known // height, known % height]) + low
        return cls(points, origin.ravel())

    def following(self) -> Numbers:
        """For each half-edge the next one along the border of the face on its left."""
        target = self.origin.reshape(-1, 2)[:, ::-1].ravel()
        way = self.points[target] - self.points[self.origin]
        turned = np.lexsort((np.arctan2(way[:, 1], way[:, 0]), self.origin))
        place = np.empty_like(turned)
        place[turned] = np.arange(len(turned))
        first = np.searchsorted(self.origin[turned], np.arange(len(self.points)))
        last = np.append(first[1:], len(turned)) - 1
        # The next one clockwise around the end, seen from the way back.
        back = np.arange(len(turned)) ^ 1
        at = place[back]
        before = np.where(at == first[target], last[target], at - 1)
        return np.asarray(turned[before])


def _rings(segments: Segments) -> _Rings | None:
    while len(segments):
        edges = _HalfEdges.of(segments)
        order, starts = _cycles(edges.following())
        cycle = np.empty(len(order), dtype=np.intp)
        cycle[order] = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(order)))
        bridge = cycle[0::2] == cycle[1::2]
        if not bridge.any():
            return _simple_rings(edges, order, starts, cycle)
        segments = segments[~bridge]
    return None


def _cycles(following: Numbers) -> tuple[Numbers, Numbers]:
    """The half-edges cycle by cycle, and where in that order each cycle begins."""
    after = following.tolist()
    seen = bytearray(len(after))
    order: list[int] = []
    starts: list[int] = []
    for first in range(len(after)):
        if seen[first]:
            continue
        starts.append(len(order))
        edge = first
        while not seen[edge]:
            seen[edge] = 1
            order.append(edge)
            edge = after[edge]
    return np.array(order, dtype=np.intp), np.array(starts, dtype=np.intp)


def _simple_rings(edges: _HalfEdges, order: Numbers, starts: Numbers, cycle: Numbers) -> _Rings:
    """Cycles that touch themselves in a point are cut there; all others are rings already."""
    vertices = edges.origin[order]
    number = np.arange(len(starts))
    # Without bridges a border passes a vertex twice only where four segments meet or more.
    crowded = np.bincount(edges.origin, minlength=len(edges.points)) >= 4
    rows = np.flatnonzero(crowded[vertices])
    visits, count = np.unique(
        cycle[order[rows]] * len(edges.points) + vertices[rows], return_counts=True
    )
    touching = np.unique(visits[count > 1] // len(edges.points))
    if not len(touching):
        return _Rings(edges.points, vertices, starts, number)
    stops = np.append(starts[1:], len(order))
    keep = np.ones(len(order), dtype=bool)
    pieces: list[Numbers] = []
    owners: list[int] = []
    for broken in touching.tolist():
        keep[starts[broken] : stops[broken]] = False
        for piece in _cut_apart(vertices[starts[broken] : stops[broken]].tolist()):
            pieces.append(np.array(piece, dtype=np.intp))
            owners.append(broken)
    whole = np.setdiff1d(number, touching)
    lengths = [*(stops - starts)[whole].tolist(), *map(len, pieces)]
    return _Rings(
        edges.points,
        np.concatenate([vertices[keep], *pieces]),
        np.cumsum([0, *lengths[:-1]]),
        np.concatenate([whole, np.array(owners, dtype=np.intp)]),
    )


def _cut_apart(vertices: list[int]) -> list[list[int]]:
    """Simple rings out of a closed walk that comes back to some of its vertices."""
    rings: list[list[int]] = []
    path: list[int] = []
    place: dict[int, int] = {}
    for vertex in vertices:
        if vertex in place:
            start = place[vertex]
            rings.append(path[start:])
            for passed in path[start + 1 :]:
                del place[passed]
            del path[start + 1 :]
        else:
            place[vertex] = len(path)
            path.append(vertex)
    rings.append(path)
    return rings


def _containing(
    polygons: Geometries, rings: _Rings, shells: Numbers, holes: Numbers, grid: float
) -> Numbers:
    """For each hole the number of the polygon it lies in, -1 for the outline of all."""
    # A hole that was cut out of a face's own border belongs to that face.
    shell_of_cycle = np.full(int(rings.cycle.max()) + 1, -1, dtype=np.intp)
    shell_of_cycle[rings.cycle[shells]] = np.arange(len(shells))
    within = shell_of_cycle[rings.cycle[holes]]
    loose = np.flatnonzero(within < 0)
    places = rings.points[rings.vertices[rings.starts[holes[loose]]]] * grid
    # Its first vertex is inside of what contains it and on the border of nothing else but its own
    # neighbours; the smallest that contains it is the face.
    polygon, hole = shapely.STRtree(np.asarray(shapely.points(places))).query(
        polygons, predicate="contains"
    )
    smallest = np.lexsort((shapely.area(polygons[polygon]), hole))
    found, first = np.unique(hole[smallest], return_index=True)
    within[loose[found]] = polygon[smallest[first]]
    return within
