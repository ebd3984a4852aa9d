"""What rounding to the ground grid left of the raw vertices; run at the internal node only.

The public half proves that averaging all outputs leads to the published grid point and no
further. This half asks how far that is from the raw vertex: an honest rounding leaves residuals
spread evenly over the cell, so that the grid point is the best guess there is.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from tiles.desensitise.audit_edges import found_among, numbered
from tiles.desensitise.findings import Finding

Geometries: TypeAlias = npt.NDArray[np.object_]
Floats: TypeAlias = npt.NDArray[np.float64]

# Below this many vertices chance decides.
_ENOUGH = 500
# Median and 1st percentile of the distance of an even spread from the middle of its cell, in grid
# steps: sqrt(0.5 / pi) and sqrt(0.01 / pi).
EVEN_MEDIAN, EVEN_FIRST_PERCENTILE = 0.399, 0.0564
_BINS = 20
_CONCENTRATED = 0.25


def residuals(raw: Geometries, published: Geometries, grid: float) -> Floats:
    """Raw vertex less published vertex, (n, 2) in grid steps, for raw vertices of published cells.

    Both in the ground CRS. The vertices are those whose cell's middle was published: the estimate
    that an attacker has of them.
    """
    steps, _ = numbered(np.rint(shapely.get_coordinates(published) / grid))
    corners, _ = numbered(shapely.get_coordinates(raw) / grid)
    cells = np.rint(corners)
    return (corners - cells)[found_among(cells, steps)]


def rounding_statistics(raw: Geometries, published: Geometries, grid: float) -> dict[str, float]:
    """Distance from the best estimate, the published vertex, to the raw one, in metres.

    ``count``, ``median`` and ``first_percentile``; and what an even spread over the grid gives.
    """
    left = residuals(raw, published, grid)
    distance = np.hypot(left[:, 0], left[:, 1]) * grid
    median, first = np.percentile(distance, [50, 1]) if len(distance) else (np.nan, np.nan)
    return {
        "count": float(len(left)),
        "median": float(median),
        "first_percentile": float(first),
        "even_median": EVEN_MEDIAN * grid,
        "even_first_percentile": EVEN_FIRST_PERCENTILE * grid,
    }


def audit_rounding(
    raw: Geometries, published: Geometries, grid: float, checked: dict[str, int]
) -> list[Finding]:
    """Do published vertices stand nearer to the raw ones than honest rounding brings them?

    Raw data that lies on a lattice of its own leaves few different residuals whatever is done
    with it. That is noted: who knows the lattice, knows the data already.
    """
    left = residuals(raw, published, grid)
    checked["rounding_residual"] = len(left)
    if len(left) < _ENOUGH:
        return []
    bins = np.clip(((left + 0.5) * _BINS).astype(np.int64), 0, _BINS - 1)
    fullest = np.bincount(bins[:, 0] * _BINS + bins[:, 1]).max() / len(left)
    if fullest > _CONCENTRATED:
        zh, en = "原始节点自成格网", "the raw vertices lie on a lattice of their own"
        return [Finding("raw_on_lattice", "note", zh, en, int(fullest * len(left)))]
    distance = np.hypot(left[:, 0], left[:, 1])
    median, first = np.percentile(distance, [50, 1])
    if median > EVEN_MEDIAN / 2 and first > EVEN_FIRST_PERCENTILE / 3:
        return []
    zh = "公布的节点比取整所致更接近原始节点"
    en = "published vertices are nearer to the raw ones than rounding brings them"
    return [Finding("rounding_residual", "refuse", zh, en, int((distance < 0.1).sum()))]
