"""Parts of a coverage too small to publish give their ground to a neighbour (碎图斑归并).

Left out they would leave holes that the raw layer does not have, and GEOS takes the edge of a hole
for a fault where it ends at a ring that touches another one. So, as when maps are generalised, each
joins the neighbour that it shares the longest border with.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

Geometries: TypeAlias = npt.NDArray[np.object_]
Flags: TypeAlias = npt.NDArray[np.bool_]
Numbers: TypeAlias = npt.NDArray[np.intp]
# Segment by segment: the part on one side, the part on the other, the length.
_Borders: TypeAlias = tuple[Numbers, Numbers, npt.NDArray[np.float64]]


def absorb_small_parts(coverage: Geometries, least: float) -> tuple[Geometries, int]:
    """The coverage with its parts below ``least`` m2 joined to neighbours, and how many did.

    ``coverage``: valid, none missing. A row of which nothing stays becomes ``None``. A small part
    that no large one can be reached from over the borders of small ones stays as it is.
    """
    parts, rows = shapely.get_parts(coverage, return_index=True)
    small = np.asarray(shapely.area(parts) < least)
    if not small.any():
        return coverage, 0
    owner = _owners(np.where(small, -1, rows), _shared_borders(parts, small))
    moved = small & (owner >= 0)
    if not moved.any():
        return coverage, 0
    owner = np.where(owner < 0, rows, owner)
    changed = np.zeros(len(coverage), dtype=bool)
    changed[rows[moved]] = changed[owner[moved]] = True
    result = coverage.copy()
    result[changed] = None
    members = np.flatnonzero(changed[owner])
    members = members[np.argsort(owner[members], kind="stable")]
    found, first = np.unique(owner[members], return_index=True)
    for row, own in zip(found.tolist(), np.split(members, first[1:]), strict=True):
        result[row] = shapely.coverage_union_all(parts[own])
    return result, int(moved.sum())


def _shared_borders(parts: Geometries, small: Flags) -> _Borders:
    """The borders of small parts, each of which comes first on each of its own."""
    near = np.unique(shapely.STRtree(parts[small]).query(parts)[0])
    rings, ring_part = shapely.get_rings(parts[near], return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    points, vertex = np.unique(coordinates[:, 0] + 1j * coordinates[:, 1], return_inverse=True)
    along = ring[1:] == ring[:-1]
    ends = np.sort(np.column_stack([vertex[:-1][along], vertex[1:][along]]), axis=1)
    part = near[ring_part[ring[:-1][along]]]
    segment = ends[:, 0] * len(points) + ends[:, 1]
    order = np.argsort(segment, kind="stable")
    twins = np.flatnonzero(segment[order][1:] == segment[order][:-1])
    left, right = order[twins], order[twins + 1]
    length = np.abs(points[ends[left, 1]] - points[ends[left, 0]])
    one = np.concatenate([part[left], part[right]])
    two = np.concatenate([part[right], part[left]])
    wanted = small[one]
    return one[wanted], two[wanted], np.tile(length, 2)[wanted]


def _owners(owner: Numbers, borders: _Borders) -> Numbers:
    """The row of each part, given those of the large ones (small: -1): small parts beside a row
    join it first, then those beside these; the lesser row settles ties."""
    one, two, length = borders
    owner, rows = owner.copy(), int(owner.max(initial=0)) + 1
    while True:
        joining = (owner[one] < 0) & (owner[two] >= 0)
        if not joining.any():
            return owner
        pairs, member = np.unique(one[joining] * rows + owner[two[joining]], return_inverse=True)
        total = np.bincount(member, length[joining])
        order = np.lexsort((pairs, -total, pairs // rows))
        found, first = np.unique(pairs[order] // rows, return_index=True)
        owner[found] = pairs[order][first] % rows
