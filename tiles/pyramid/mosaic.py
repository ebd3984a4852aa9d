"""A mosaic of polygons (图斑镶嵌) as a planar graph: merging and simplifying without an overlay.

Polygons of a coverage meet edge for edge. So which neighbours merge, what their common outline is,
and which vertices a coarser zoom can do without are questions about numbers of vertices and faces,
answered for a whole city in a few passes over arrays. Where polygons overlap instead of meeting,
their edges simply have no twin.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from tiles.pyramid.ragged import Integers, ends_of, scattered
from tiles.pyramid.rings import linked_rings, successors
from tiles.pyramid.tile_features import Geometries

_SLICE = 100_000
"""Polygons taken apart at once: a copy of a million would double the memory."""

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int32]
"""Numbers of vertices, edges and faces: a million polygons have ten times as many edges, and half
the bytes of each tell."""


@dataclass(frozen=True)
class Mosaic:
    """Directed edges with a face on their left, ring by ring, the shell of a face before its holes.

    ``vertices``: (v, 2) in CRS units; ``start``: vertex where each edge begins (it ends where the
    next of its ring begins); ring r holds the edges from ``ring_start[r]`` to
    ``ring_start[r + 1]`` and belongs to ``ring_face[r]``, ascending; ``faces``: how many faces
    there are, some perhaps without a ring.
    """

    vertices: Floats
    start: Numbers
    ring_start: Integers
    ring_face: Integers
    faces: int

    @classmethod
    def of(cls, polygons: Geometries) -> Mosaic:
        """The mosaic of simple polygons, one face each; vertices are one where they are equal."""
        slices = [_open_rings(polygons[at : at + _SLICE]) for at in range(0, len(polygons), _SLICE)]
        points = np.concatenate([points for points, _, _ in slices])
        lengths = np.concatenate([lengths for _, lengths, _ in slices])
        face = np.concatenate([face + nth * _SLICE for nth, (_, _, face) in enumerate(slices)])
        del slices
        vertices, start = _numbered(points)
        return cls(vertices, start, ends_of(lengths), face, len(polygons))

    @cached_property
    def end(self) -> Numbers:
        """Vertex where each edge ends."""
        end = np.empty_like(self.start)
        end[:-1] = self.start[1:]
        end[self.ring_start[1:] - 1] = self.start[self.ring_start[:-1]]
        return end

    @cached_property
    def face(self) -> Numbers:
        """Face on the left of each edge."""
        return np.repeat(self.ring_face.astype(np.int32), np.diff(self.ring_start))

    @cached_property
    def twin(self) -> Numbers:
        """The edge that runs back along each edge, on the border of a neighbour; -1 for none."""
        return _twins(self.start, self.end, len(self.vertices))

    @cached_property
    def other_face(self) -> Numbers:
        """Face on the right of each edge, -1 for none."""
        other = self.face[self.twin]
        other[self.twin < 0] = -1
        return other

    @cached_property
    def ring_area(self) -> Floats:
        """Area of each ring in CRS units squared; negative for holes."""
        if not len(self.start):
            return np.empty(0)
        # From within the layer: products of large coordinates would cost digits.
        x, y = (self.vertices - self.vertices[0]).T
        cross = x[self.start] * y[self.end] - x[self.end] * y[self.start]
        area: Floats = np.add.reduceat(cross, self.ring_start[:-1]) / 2
        return area

    @cached_property
    def area(self) -> Floats:
        """Area of each face, holes taken off."""
        return weighed(self.ring_face, self.ring_area, self.faces)

    @cached_property
    def edge_length(self) -> Floats:
        """Length of each edge in CRS units."""
        way = self.vertices[self.end] - self.vertices[self.start]
        length: Floats = np.hypot(way[:, 0], way[:, 1])
        return length

    @cached_property
    def bounds(self) -> Floats:
        """West, south, east, north of each face (every face must have a ring)."""
        first = np.flatnonzero(np.diff(self.face, prepend=-1))
        columns = [self.vertices[self.start, axis] for axis in (0, 1)]
        low = [np.minimum.reduceat(column, first) for column in columns]
        high = [np.maximum.reduceat(column, first) for column in columns]
        return np.column_stack([*low, *high])

    def merged(self, region: Integers, regions: int) -> Mosaic:
        """One face a region; ``region``: (faces,) numbers below ``regions``.

        The faces of a region must hang together by their borders.
        """
        own = region.astype(np.int32)[self.face]
        border = np.flatnonzero((own != own[self.twin]) | (self.twin < 0))
        start, end = self.start[border], self.end[border]
        owner = own[border].astype(np.int64)
        del own, border
        order, ring_start = linked_rings(successors(owner, start, end, self.vertices))
        outline = Mosaic(
            self.vertices, start[order], ring_start, owner[order[ring_start[:-1]]], regions
        )
        # Of the rings of a region that hangs together one alone runs anticlockwise: its shell.
        return outline._with_rings(np.lexsort((outline.ring_area <= 0, outline.ring_face)))

    def without(self, kept: Flags) -> Mosaic:
        """Only the vertices flagged in ``kept``; rings and faces that lose their area vanish."""
        if not len(self.start):
            return self
        flags = kept[self.start]
        lengths = np.add.reduceat(flags, self.ring_start[:-1], dtype=np.int64)
        thinner = Mosaic(
            self.vertices, self.start[flags], ends_of(lengths), self.ring_face, self.faces
        )
        return thinner._with_rings(np.flatnonzero(lengths >= 3))._without_collapsed()

    def without_rings(self, gone: Flags) -> Mosaic:
        """Without the flagged rings; the holes of a shell that goes, go with it."""
        shell = self._is_shell
        faces = np.zeros(self.faces, dtype=bool)
        faces[self.ring_face[gone & shell]] = True
        return self._with_rings(np.flatnonzero(~(gone | faces[self.ring_face])))

    @property
    def _is_shell(self) -> Flags:
        shell: Flags = np.diff(self.ring_face, prepend=-1) != 0
        return shell

    def _without_collapsed(self) -> Mosaic:
        lost_shell = np.ones(self.faces, dtype=bool)
        lost_shell[self.ring_face[self._is_shell & (self.ring_area > 0)]] = False
        as_hole = ~self._is_shell & (self.ring_area < 0)
        right = as_hole | (self._is_shell & (self.ring_area > 0))
        return self._with_rings(np.flatnonzero(right & ~lost_shell[self.ring_face]))

    def _with_rings(self, rings: Integers) -> Mosaic:
        lengths = np.diff(self.ring_start)[rings]
        start = self.start[scattered(self.ring_start[rings], lengths)]
        vertices = self.vertices
        if len(start) < len(vertices) // 2:
            used = np.zeros(len(vertices), dtype=bool)
            used[start] = True
            vertices, start = vertices[used], (np.cumsum(used, dtype=np.int32) - 1)[start]
        return Mosaic(vertices, start, ends_of(lengths), self.ring_face[rings], self.faces)

    def subset(self, faces: Integers) -> Mosaic:
        """The faces of an ascending index array, numbered anew."""
        number = np.full(self.faces, -1, dtype=np.int64)
        number[faces] = np.arange(len(faces))
        chosen = self._with_rings(np.flatnonzero(number[self.ring_face] >= 0))
        return Mosaic(
            chosen.vertices,
            chosen.start,
            chosen.ring_start,
            number[chosen.ring_face],
            len(faces),
        )

    def polygons(self, vertices: Floats | None = None) -> Geometries:
        """One polygon a face, ``None`` for a face without a ring.

        ``vertices``: other places for the vertices; a point that repeats the one before it is
        left out, and with it a ring of fewer than three points.
        """
        places = self.vertices if vertices is None else vertices
        points, ring_start, face = _distinct(places[self.start], self.ring_start, self.ring_face)
        result = np.full(self.faces, None, dtype=object)
        if not len(face):
            return result
        lengths = np.diff(ring_start)
        closed = scattered(ring_start[:-1], lengths + 1)
        closed_start = ends_of(lengths + 1)
        closed[closed_start[1:] - 1] = ring_start[:-1]
        found, first = np.unique(face, return_index=True)
        result[found] = shapely.from_ragged_array(
            shapely.GeometryType.POLYGON,
            points[closed],
            (closed_start, np.append(first, len(face))),
        )
        return result


def _open_rings(polygons: Geometries) -> tuple[Floats, Integers, Integers]:
    """Points of all rings without the closing ones, points in each ring, and its polygon."""
    oriented = shapely.orient_polygons(polygons, exterior_cw=False)
    rings, polygon = shapely.get_rings(oriented, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    lengths = np.bincount(ring, minlength=len(rings))
    inner = np.ones(len(points), dtype=bool)
    inner[np.cumsum(lengths) - 1] = False
    return points[inner], lengths - 1, polygon


def weighed(owner: npt.NDArray[np.integer], weights: Floats, count: int) -> Floats:
    """Sum of the weights of each of ``count`` owners."""
    return np.bincount(owner, weights=weights, minlength=count).astype(np.float64)


def _distinct(
    points: Floats, ring_start: Integers, face: Integers
) -> tuple[Floats, Integers, Integers]:
    """Rings without repeated points; those with fewer than three left, and shell-less holes, go."""
    before = np.arange(-1, len(points) - 1)
    before[ring_start[:-1]] = ring_start[1:] - 1
    new = (points != points[before]).any(axis=1)
    if new.all():
        return points, ring_start, face
    lengths = np.add.reduceat(new, ring_start[:-1], dtype=np.int64)
    whole = lengths >= 3
    shell = np.diff(face, prepend=-1) != 0
    lost = np.isin(face, face[shell & ~whole])
    rings = np.flatnonzero(whole & ~lost)
    points, starts = points[new], ends_of(lengths)
    lengths = lengths[rings]
    return points[scattered(starts[rings], lengths)], ends_of(lengths), face[rings]


def _numbered(points: Floats) -> tuple[Floats, Numbers]:
    """Distinct points, and the number of each point among them."""
    keys = _mixed(points)
    order = np.argsort(keys)
    keys = keys[order]
    new = np.ones(len(keys), dtype=bool)
    new[1:] = keys[1:] != keys[:-1]
    del keys  # each of these arrays is as long as the layer has vertices
    first = np.minimum.reduceat(order, np.flatnonzero(new)) if len(order) else order
    # Numbered as they come, so that neighbours in space stay neighbours in memory.
    rank = np.empty(len(first), dtype=np.int32)
    by_place = np.argsort(first)
    rank[by_place] = np.arange(len(first), dtype=np.int32)
    number = np.empty(len(points), dtype=np.int32)
    number[order] = rank[np.cumsum(new, dtype=np.int32) - 1]
    vertices = points[first[by_place]]
    del order, new, first, rank, by_place
    if not _are_places_of(vertices, number, points):  # two places with one key
        whole, inverse = np.unique(points[:, 0] + 1j * points[:, 1], return_inverse=True)
        return np.column_stack([whole.real, whole.imag]), inverse.astype(np.int32)
    return vertices, number


def _mixed(points: Floats) -> npt.NDArray[np.uint64]:
    """A number for each place: equal for equal places, and hardly ever for two different ones."""
    # 0.0 and -0.0 are one place.
    keys = (points[:, 0] + 0.0).view(np.uint64)
    keys *= np.uint64(0x9E3779B97F4A7C15)
    keys ^= keys >> np.uint64(29)
    keys += (points[:, 1] + 0.0).view(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    return keys


def _are_places_of(vertices: Floats, number: Numbers, points: Floats) -> bool:
    slices = (slice(at, at + _SLICE) for at in range(0, len(points), _SLICE))
    return all(bool((vertices[number[part]] == points[part]).all()) for part in slices)


def _twins(start: Numbers, end: Numbers, vertices: int) -> Numbers:
    """Pairs of edges that run to and fro; of several equal ones the first of each way pair up."""
    forward = start < end
    key = np.minimum(start, end).astype(np.int64)
    key *= vertices
    key += np.maximum(start, end)
    key *= 2
    key += forward
    order = np.argsort(key)
    key = key[order]
    key >>= 1
    new = np.ones(len(key), dtype=bool)
    new[1:] = key[1:] != key[:-1]
    del key
    ahead = forward[order]
    first = np.flatnonzero(new)
    fore = np.add.reduceat(ahead, first, dtype=np.int32) if len(first) else first
    size = np.diff(first, append=len(order)).astype(np.int32)
    rank = np.arange(len(order), dtype=np.int32) - np.repeat(first.astype(np.int32), size)
    # In each group the edges back stand before those that run forward.
    back = np.repeat(size - fore, size)
    rank[ahead] -= back[ahead]
    fore = np.repeat(fore, size)
    paired = rank < np.where(ahead, back, fore)
    mate = np.repeat(first.astype(np.int32), size) + rank
    mate[~ahead] += back[~ahead]
    twin = np.full(len(start), -1, dtype=np.int32)
    twin[order[paired]] = order[mate[paired]]
    return twin
