"""Small patches of a mosaic pass to a neighbour (图斑归并) instead of leaving a hole.

At a low zoom every parcel of a city may be too small to be seen. Were small ones simply dropped,
the map would go blank; so each takes the class of the neighbour with which it shares the longest
border, and neighbours of one class are merged again. Bands, such as streets, take nobody in: a
parcel passes to others of its own block, and a small block of small parcels takes the class that
covers most of it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely

from tiles.pyramid.borders import Rows, shared_borders, touching_groups
from tiles.pyramid.generalise import Constant, Source, merge_by_class

_ROUNDS = 4
_ONE_COLOUR = 4.0
"""A block of small patches below this multiple of the least area takes one class as a whole."""


def absorb_small(source: Source, constant: Constant, min_area: float) -> tuple[Source, int]:
    """Pass polygons below ``min_area`` (CRS units squared) to neighbours; returns how many passed.

    ``source`` is merged by class. Polygons without a neighbour but bands stay as they are.
    """
    passed = 0
    for attempt in range(_ROUNDS + 1):
        choose = _small_blocks if attempt == 0 else _hosts
        rows, hosts = choose(source, min_area)
        if len(rows):
            passed += len(rows)
            classes = source.classes.copy()
            classes[rows] = source.classes[hosts]
            source = merge_by_class(replace(source, classes=classes), constant)
        elif attempt > 0:
            break
    return source, passed


def _small_blocks(source: Source, min_area: float) -> tuple[Rows, Rows]:
    """Rows in small blocks of nothing but small patches, and a row of the class they turn to."""
    first, second, _ = _ground_borders(source)
    area = shapely.area(source.geometry)
    group = touching_groups(len(source), first, second)
    largest = np.zeros(len(source))
    np.maximum.at(largest, group, area)
    whole = np.bincount(group, weights=area, minlength=len(source))
    one_colour = (largest < min_area) & (whole < _ONE_COLOUR * min_area)
    rows = np.flatnonzero(one_colour[group] & (source.widths == 0))
    model = _dominating(group[rows], source.classes[rows].astype(str), area[rows])
    changes = source.classes[rows] != source.classes[rows[model]]
    return rows[changes], rows[model][changes]


def _dominating(
    group: Rows, classes: npt.NDArray[np.str_], area: npt.NDArray[np.float64]
) -> npt.NDArray[np.intp]:
    """For each row the first row of the class with the largest area in its group."""
    values, number = np.unique(classes, return_inverse=True)
    _, at, pair = np.unique(
        group * max(len(values), 1) + number, return_index=True, return_inverse=True
    )
    total = np.bincount(pair, weights=area, minlength=len(at))
    order = np.lexsort((-at, total, group[at]))
    groups, last = np.unique(group[at][order][::-1], return_index=True)
    best = at[order][::-1][last]
    chosen: npt.NDArray[np.intp] = best[np.searchsorted(groups, group)]
    return chosen


def _hosts(source: Source, min_area: float) -> tuple[Rows, Rows]:
    """Small rows that have a larger neighbour, and for each the one with the longest border.

    A host is always larger (row number breaks ties), so two patches never swap their classes.
    """
    first, second, length = _ground_borders(source)
    area = shapely.area(source.geometry)
    rank = np.empty(len(area), dtype=np.int64)
    rank[np.lexsort((np.arange(len(area)), area))] = np.arange(len(area))
    rows = np.concatenate([first, second])
    hosts = np.concatenate([second, first])
    length = np.concatenate([length, length])
    fit = (area[rows] < min_area) & (rank[hosts] > rank[rows])
    rows, hosts, length = rows[fit], hosts[fit], length[fit]
    order = np.lexsort((rank[hosts], length, rows))
    last = np.flatnonzero(np.diff(rows[order], append=-1) != 0)
    chosen = order[last]
    return rows[chosen], hosts[chosen]


def _ground_borders(source: Source) -> tuple[Rows, Rows, npt.NDArray[np.float64]]:
    """Shared borders of polygons neither of which is a band."""
    first, second, length = shared_borders(source.geometry)
    ground = (source.widths[first] == 0) & (source.widths[second] == 0)
    return first[ground], second[ground], length[ground]
