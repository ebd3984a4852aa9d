"""From single border edges to rings: which edge follows which, and the cycles that makes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tiles.pyramid.ragged import Integers, ends_of, scattered


def successors(
    region: Integers,
    start: npt.NDArray[np.integer],
    end: npt.NDArray[np.integer],
    vertices: npt.NDArray[np.float64],
) -> Integers:
    """The border edge that follows each border edge around its region.

    Each edge has its region on the left. Where a region touches itself in a vertex several could
    follow: it is the one across the ground beyond the border, so that a hole that touches the
    outline stays a hole and rings never cross.
    """
    leaves, arrives = region * len(vertices) + start, region * len(vertices) + end
    leaving, arriving = np.argsort(leaves), np.argsort(arrives)
    follows = np.empty(len(start), dtype=np.int64)
    follows[arriving] = leaving
    same = np.diff(leaves[leaving]) == 0
    shared = np.zeros(len(start), dtype=bool)
    shared[1:] |= same
    shared[:-1] |= same
    if shared.any():
        corner = _Corner(arriving[shared], leaving[shared])
        corner.turn(follows, leaves, arrives, vertices[end] - vertices[start])
    return follows


@dataclass(frozen=True)
class _Corner:
    """Edges at vertices where a region has several, by their numbers."""

    arriving: Integers
    leaving: Integers

    def turn(
        self, follows: Integers, leaves: Integers, arrives: Integers, way: npt.NDArray[np.float64]
    ) -> None:
        """Settle ``follows`` there: turn anticlockwise to the next edge that leaves.

        Seen from the vertex, the ground beyond the border lies anticlockwise of an edge that
        arrives. ``leaves``, ``arrives``: region and vertex of each edge as one number.
        """
        edges = np.concatenate([self.arriving, self.leaving])
        comes = np.arange(len(edges)) < len(self.arriving)
        place = np.concatenate([arrives[self.arriving], leaves[self.leaving]])
        seen = np.concatenate([-way[self.arriving], way[self.leaving]])
        order = np.lexsort((comes, np.arctan2(seen[:, 1], seen[:, 0]), place))
        edges, comes, place = edges[order], comes[order], place[order]
        first = np.flatnonzero(np.diff(place, prepend=-1) != 0)
        number = np.repeat(np.arange(len(first)), np.diff(first, append=len(edges)))
        following = np.arange(1, len(edges) + 1)
        following[np.append(first[1:], len(edges)) - 1] = first
        # In a mosaic arrivals and departures take turns; where polygons overlap, any pairing does,
        # and the polygon that comes of it is found invalid and mended.
        odd = np.zeros(len(first), dtype=bool)
        odd[number[comes == comes[following]]] = True
        rows = np.flatnonzero(comes & ~odd[number])
        follows[edges[rows]] = edges[following[rows]]


def linked_rings(follows: Integers) -> tuple[Integers, Integers]:
    """The cycles of a permutation: edges ring by ring, and where each ring starts.

    Edges that follow each other in the array already are taken as one run, so that only the runs
    have to be put in order.
    """
    count = len(follows)
    if not count:
        return np.empty(0, dtype=np.int64), np.zeros(1, dtype=np.int64)
    begins = np.ones(count, dtype=bool)
    begins[1:] = follows[:-1] != np.arange(1, count)
    first = np.flatnonzero(begins)
    run = np.cumsum(begins) - 1
    lengths = np.diff(first, append=count)
    runs, ring_of = _ordered_cycles(run[follows[first + lengths - 1]])
    order = scattered(first[runs], lengths[runs])
    return order, ends_of(np.bincount(ring_of, weights=lengths[runs]).astype(np.int64))


def _ordered_cycles(follows: Integers) -> tuple[Integers, Integers]:
    """Members of all cycles, each from its least member on, and the number of the cycle."""
    least = np.arange(len(follows))
    jump = follows
    while True:
        lower = np.minimum(least, least[jump])
        if (lower == least).all():
            break
        least, jump = lower, jump[jump]
    # Steps from each member to the last of its cycle, by doubling the stride.
    last = follows == least
    stride = np.where(last, np.arange(len(follows)), follows)
    steps = (~last).astype(np.int64)
    while True:
        ahead = steps[stride]
        if not ahead.any():
            break
        steps, stride = steps + ahead, stride[stride]
    order = np.lexsort((-steps, least))
    number = np.cumsum(np.diff(least[order], prepend=-1) != 0) - 1
    return order, number
