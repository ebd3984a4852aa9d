"""Small patches of a mosaic pass to a neighbour (图斑归并) instead of leaving a hole.

At a low zoom every parcel of a city may be too small to be seen. Were small ones simply dropped,
the map would go blank; so each takes the class of the neighbour with which it shares the longest
border, and neighbours of one class are merged again. Bands, such as streets, take nobody in: a
parcel passes to others of its own block, and a small block of small parcels takes the class that
covers most of it.

All rounds work on the graph of neighbours; outlines are drawn once, at the end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tiles.pyramid.mosaic import Floats, Mosaic, weighed
from tiles.pyramid.patches import Patches, touching_groups
from tiles.pyramid.ragged import Integers

_ROUNDS = 4
_ONE_COLOUR = 4.0
"""A block of small patches below this multiple of the least area takes one class as a whole."""


@dataclass(frozen=True)
class Neighbours:
    """Patches as nodes: area (CRS units squared) and class; each border once with its length."""

    area: Floats
    classes: Integers
    ground: npt.NDArray[np.bool_]
    first: Integers
    second: Integers
    length: Floats

    def merged(self, classes: Integers) -> tuple[Neighbours, Integers]:
        """The graph when patches take new classes and equal neighbours merge, and who went where."""
        alike = classes[self.first] == classes[self.second]
        region, head = touching_groups(len(self.area), self.first[alike], self.second[alike])
        first, second, length = _borders(
            region[self.first], region[self.second], self.length, len(head)
        )
        area = weighed(region, self.area, len(head))
        graph = Neighbours(area, classes[head], self.ground[head], first, second, length)
        return graph, region


def neighbours(patches: Patches) -> Neighbours:
    """The graph of the patches that are no bands."""
    ground = patches.widths == 0
    first, second, length = shared_borders(patches.mosaic)
    between = ground[first] & ground[second]
    return Neighbours(
        patches.mosaic.area,
        patches.classes,
        ground,
        first[between],
        second[between],
        length[between],
    )


def shared_borders(mosaic: Mosaic) -> tuple[Integers, Integers, Floats]:
    """Pairs of faces that have edges in common, vertex for vertex, and the length in common.

    Exact for a valid coverage; polygons whose vertices do not meet are no neighbours here.
    """
    inner = np.flatnonzero((mosaic.twin >= 0) & (mosaic.face < mosaic.other_face))
    return _borders(
        mosaic.face[inner], mosaic.other_face[inner], mosaic.edge_length[inner], mosaic.faces
    )


def absorb_small(patches: Patches, min_area: float) -> tuple[Patches, int]:
    """Pass patches below ``min_area`` (CRS units squared) to neighbours; returns how many passed.

    Patches without a neighbour but bands stay as they are.
    """
    graph, passed = neighbours(patches), 0
    region = np.arange(len(patches))
    for attempt in range(_ROUNDS + 1):
        choose = _small_blocks if attempt == 0 else _hosts
        rows, hosts = choose(graph, min_area)
        if len(rows):
            passed += len(rows)
            classes = graph.classes.copy()
            classes[rows] = graph.classes[hosts]
            graph, moved = graph.merged(classes)
            region = moved[region]
        elif attempt > 0:
            break
    if not passed:
        return patches, 0
    return patches.united(region, graph.classes), passed


def _borders(
    one: npt.NDArray[np.integer], other: npt.NDArray[np.integer], length: Floats, count: int
) -> tuple[Integers, Integers, Floats]:
    """Borders of each pair added up, the lesser number first; those within one patch left out."""
    low, high = np.minimum(one, other).astype(np.int64), np.maximum(one, other)
    apart = low != high
    pairs, index = np.unique(low[apart] * count + high[apart], return_inverse=True)
    total = weighed(index, length[apart], len(pairs))
    return pairs // max(count, 1), pairs % max(count, 1), total


def _small_blocks(graph: Neighbours, min_area: float) -> tuple[Integers, Integers]:
    """Rows in small blocks of nothing but small patches, and a row of the class they turn to."""
    group, head = touching_groups(len(graph.area), graph.first, graph.second)
    largest = np.zeros(len(head))
    np.maximum.at(largest, group, graph.area)
    whole = weighed(group, graph.area, len(head))
    one_colour = (largest < min_area) & (whole < _ONE_COLOUR * min_area)
    rows = np.flatnonzero(one_colour[group] & graph.ground)
    model = _dominating(group[rows], graph.classes[rows], graph.area[rows])
    changes = graph.classes[rows] != graph.classes[rows[model]]
    return rows[changes], rows[model][changes]


def _dominating(group: Integers, classes: Integers, area: Floats) -> npt.NDArray[np.intp]:
    """For each row the first row of the class with the largest area in its group."""
    _, at, pair = np.unique(
        group * (int(classes.max(initial=0)) + 1) + classes,
        return_index=True,
        return_inverse=True,
    )
    total = weighed(pair, area, len(at))
    order = np.lexsort((-at, total, group[at]))
    groups, last = np.unique(group[at][order][::-1], return_index=True)
    best = at[order][::-1][last]
    chosen: npt.NDArray[np.intp] = best[np.searchsorted(groups, group)]
    return chosen


def _hosts(graph: Neighbours, min_area: float) -> tuple[Integers, Integers]:
    """Small rows that have a larger neighbour, and for each the one with the longest border.

    A host is always larger (row number breaks ties), so two patches never swap their classes.
    """
    area = graph.area
    rank = np.empty(len(area), dtype=np.int64)
    rank[np.lexsort((np.arange(len(area)), area))] = np.arange(len(area))
    rows = np.concatenate([graph.first, graph.second])
    hosts = np.concatenate([graph.second, graph.first])
    length = np.concatenate([graph.length, graph.length])
    fit = (area[rows] < min_area) & (rank[hosts] > rank[rows])
    rows, hosts, length = rows[fit], hosts[fit], length[fit]
    order = np.lexsort((rank[hosts], length, rows))
    last = np.flatnonzero(np.diff(rows[order], append=-1) != 0)
    chosen = order[last]
    return rows[chosen], hosts[chosen]
