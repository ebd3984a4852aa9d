"""Straight lines of the raw linework, so that many vertices along one tell no more than two.

Rounding moves each vertex of a straight street front to its own grid point; a line fitted to a
hundred of them would run much closer to the raw one than the grid allows. So the vertices inside a
straight line are first put on the line between its two *rounded* ends: what is published of them
follows from those two ends and from the places along the line.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Coordinates: TypeAlias = npt.NDArray[np.float64]
Numbers: TypeAlias = npt.NDArray[np.intp]

# Largest turn at a vertex of a straight line, in radians, and largest distance from its chord in
# grid steps.
_TURN = 0.05
_OFFSET = 0.1
_LEAST_ANGLE = 0.5


def on_rounded_chords(coordinates: Coordinates, parts: Numbers, grid: float) -> Coordinates:
    """``coordinates`` (n, 2) with the vertices inside straight lines put on their rounded chords.

    ``parts``: shape (n,), equal within one ring or line. Equal coordinates stay equal. A vertex
    moves by at most 0.81 steps; where two lines cross it goes to where their chords cross.
    """
    keys = coordinates[:, 0] + 1j * coordinates[:, 1]
    _, first, vertex = np.unique(keys, return_index=True, return_inverse=True)
    points = coordinates[first]
    same = (parts[1:] == parts[:-1]) & (vertex[1:] != vertex[:-1])
    ends = np.sort(np.column_stack([vertex[:-1][same], vertex[1:][same]]), axis=1)
    codes = np.unique(ends[:, 0] * len(points) + ends[:, 1])
    edges = np.column_stack([codes // len(points), codes % len(points)])
    if not len(edges):
        return coordinates
    order, chain = _chains(edges, _opposite(points, edges))
    order, chain = _split(points, order, chain, _OFFSET * grid)
    return _on_chords(points, order, chain, grid)[vertex]


def _opposite(points: Coordinates, edges: Numbers) -> Numbers:
    """For each half-edge the one that goes straight on at its start, or -1.

    Half-edge ``2 * e`` leaves the first end of edge ``e``, ``2 * e + 1`` the second.
    """
    start, end = edges.ravel(), edges[:, ::-1].ravel()
    step = points[end] - points[start]
    turn = np.arctan2(step[:, 1], step[:, 0]) / (2 * np.pi) % 1.0
    order = np.argsort(start + turn, kind="stable")
    sorted_keys = (start + turn)[order]
    wanted = (turn + 0.5) % 1.0
    at = np.searchsorted(sorted_keys, start + wanted)
    best = np.full(len(start), -1, dtype=np.intp)
    off = np.full(len(start), _TURN / (2 * np.pi))
    for shift in (-1, 0):
        other = order[(at + shift) % len(order)]
        apart = np.abs((turn[other] - wanted + 0.5) % 1.0 - 0.5)
        better = (start[other] == start) & (apart < off)
        best[better], off[better] = other[better], apart[better]
    mutual = (best >= 0) & (best[best] == np.arange(len(best)))
    return np.where(mutual, best, -1)


def _chains(edges: Numbers, opposite: Numbers) -> tuple[Numbers, Numbers]:
    """Vertices in order along each chain of at least two edges, and the chain's number."""
    ahead, starts = opposite.tolist(), edges.ravel().tolist()
    linked = opposite >= 0
    # A chain starts with an edge that is linked at its far end only.
    first = np.flatnonzero(~linked & linked[np.arange(len(linked)) ^ 1])
    done: set[int] = set()
    vertices: list[int] = []
    lengths: list[int] = []
    for half in first.tolist():
        if half in done:
            continue
        begun, at = len(vertices), half
        vertices.append(starts[at])
        while True:
            back = at ^ 1
            vertices.append(starts[back])
            following = ahead[back]
            if following < 0:
                done.add(back)
                break
            at = following
        lengths.append(len(vertices) - begun)
    chain = np.repeat(np.arange(len(lengths)), lengths)
    return np.array(vertices, dtype=np.intp), chain


def _split(
    points: Coordinates, order: Numbers, chain: Numbers, tolerance: float
) -> tuple[Numbers, Numbers]:
    """Chains cut where they leave their chord, until none leaves it by more than ``tolerance``."""
    while len(order):
        begin, end = _ends(chain)
        a, b = points[order[begin]][chain], points[order[end]][chain]
        along = b - a
        length = np.maximum(np.hypot(*along.T), 1e-9)
        apart = points[order] - a
        off = np.abs(along[:, 0] * apart[:, 1] - along[:, 1] * apart[:, 0]) / length
        worst = np.maximum.reduceat(off, begin)
        cut = (off == worst[chain]) & (off > tolerance)
        cut &= np.concatenate([[True], ~cut[:-1] | (chain[1:] != chain[:-1])])
        if not cut.any():
            break
        # A vertex at a cut ends one chain and begins the next.
        row = np.repeat(np.arange(len(order)), 1 + cut)
        again = np.concatenate([[False], row[1:] == row[:-1]])
        new = np.concatenate([[False], chain[row][1:] != chain[row][:-1]]) | again
        order, chain = order[row], np.cumsum(new)
    return order, chain


def _ends(chain: Numbers) -> tuple[Numbers, Numbers]:
    begin = np.flatnonzero(np.concatenate([[True], chain[1:] != chain[:-1]]))
    return begin, np.append(begin[1:], len(chain)) - 1


def _on_chords(points: Coordinates, order: Numbers, chain: Numbers, grid: float) -> Coordinates:
    result = points.copy()
    if not len(order):
        return result
    begin, end = _ends(chain)
    inside = np.ones(len(order), dtype=bool)
    inside[begin] = inside[end] = False
    raw_a, raw_b = points[order[begin]], points[order[end]]
    a, b = np.rint(raw_a / grid) * grid, np.rint(raw_b / grid) * grid
    rows, owner = order[inside], chain[inside]
    raw = (raw_b - raw_a)[owner]
    share = ((points[rows] - raw_a[owner]) * raw).sum(axis=1) / (raw**2).sum(axis=1)
    placed = a[owner] + share[:, None] * (b - a)[owner]
    result[rows] = placed
    crossed, met = _crossings(rows, owner, a, b)
    near = np.abs(met - points[crossed]).max(axis=1, initial=0.0) <= grid
    result[crossed[near]] = met[near]
    return result


def _crossings(
    rows: Numbers, owner: Numbers, a: Coordinates, b: Coordinates
) -> tuple[Numbers, Coordinates]:
    """Vertices inside two lines, and where the chords of these meet at a fair angle."""
    sorting = np.argsort(rows, kind="stable")
    rows, owner = rows[sorting], owner[sorting]
    twice = np.flatnonzero(rows[1:] == rows[:-1])
    one, two = owner[twice], owner[twice + 1]
    d, e = b[one] - a[one], b[two] - a[two]
    sine = d[:, 0] * e[:, 1] - d[:, 1] * e[:, 0]
    fair = np.abs(sine) > _LEAST_ANGLE * np.hypot(*d.T) * np.hypot(*e.T)
    one, two, d, e, sine = one[fair], two[fair], d[fair], e[fair], sine[fair]
    gap = a[two] - a[one]
    share = (gap[:, 0] * e[:, 1] - gap[:, 1] * e[:, 0]) / sine
    return rows[twice[fair]], a[one] + share[:, None] * d
