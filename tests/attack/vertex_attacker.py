"""Estimating raw vertices from everything that was published of a layer.

The attacker holds the tables and downloads of two releases and every tile of all zooms and both
grids. He knows that vertices were rounded to the ground grid, and that people like straight lines
and equal plots. All coordinates are metres of the ground CRS, arrays of shape (n, 2).
"""

from __future__ import annotations

import gzip
import itertools
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import mapbox_vector_tile
import numpy as np
import pyproj
import shapely
from pmtiles.reader import MmapSource, all_tiles

from tiles.pyramid.tile_grid import EXTENT, tile_grid

Points = np.ndarray


@dataclass(frozen=True)
class Sighting:
    """The vertices of one output, and how coarse that output is (metres)."""

    points: Points
    unit: float


def tile_sightings(path: Path, tms_id: str, layer: str, ground_crs: str) -> list[Sighting]:
    """The distinct vertices of every zoom of an archive, in ground coordinates."""
    grid = tile_grid(tms_id)
    back = pyproj.Transformer.from_crs(grid.crs, ground_crs, always_xy=True)
    found: dict[int, list[Points]] = defaultdict(list)
    with path.open("rb") as stream:
        for (z, x, y), data in all_tiles(MmapSource(stream)):
            tile = mapbox_vector_tile.decode(
                gzip.decompress(data), default_options={"y_coord_down": True}
            )
            shapes = [shapely.geometry.shape(f["geometry"]) for f in tile[layer]["features"]]
            units = shapely.get_coordinates(shapes)
            inside = ((units > 0) & (units < EXTENT)).all(axis=1)
            found[z].append(units[inside] + np.array([x, y]) * EXTENT)
    sightings = []
    for zoom, parts in sorted(found.items()):
        matrix = grid.matrix(zoom)
        units = np.unique(np.vstack(parts), axis=0)
        corner = np.array([matrix.left, matrix.top])
        places = corner + units * matrix.unit * (1, -1)
        ground = np.column_stack(back.transform(places[:, 0], places[:, 1]))
        beside = np.column_stack(back.transform(places[:, 0], places[:, 1] - matrix.unit))
        sightings.append(Sighting(ground, float(np.hypot(*(beside - ground).T).max())))
    return sightings


def averaged(stored: Points, sightings: list[Sighting], grid: float) -> Points:
    """The stored vertices averaged with what each output shows of them, by precision."""
    total, weight = stored / grid**2, np.full(len(stored), 1 / grid**2)
    for seen in sightings:
        at, near = _nearest(stored, seen.points, seen.unit)
        precision = 1 / (grid**2 + seen.unit**2)
        total[at] += precision * seen.points[near]
        weight[at] += precision
    return total / weight[:, None]


def narrowed(stored: Points, sightings: list[Sighting], grid: float) -> Points:
    """The middle of what is left of the rounding cell after cutting it with that of each output."""
    low, high = stored - grid / 2, stored + grid / 2
    for seen in sightings:
        at, near = _nearest(stored, seen.points, seen.unit)
        reach = grid / 2 + seen.unit / 2
        low[at] = np.maximum(low[at], seen.points[near] - reach)
        high[at] = np.minimum(high[at], seen.points[near] + reach)
    return np.where(low <= high, (low + high) / 2, stored)


def _nearest(stored: Points, seen: Points, within: float) -> tuple[np.ndarray, np.ndarray]:
    tree = shapely.STRtree(shapely.points(seen))
    at, near = tree.query_nearest(shapely.points(stored), max_distance=within, all_matches=False)
    return at, near


def two_releases(stored: Points, other: Points, grid: float) -> Points:
    """The middle of two roundings of one vertex, where they differ by one step."""
    result = stored.copy()
    moved = ~_holds(other, stored)
    tree = shapely.STRtree(shapely.points(other))
    fresh = np.flatnonzero(moved)
    at, near = tree.query_nearest(
        shapely.points(stored[fresh]), max_distance=1.5 * grid, all_matches=False
    )
    result[fresh[at]] = (stored[fresh[at]] + other[near]) / 2
    return result


def _holds(points: Points, asked: Points) -> np.ndarray:
    known = set(map(tuple, points.tolist()))
    return np.array([tuple(point) in known for point in asked.tolist()], dtype=bool)


def fitted(polygons: np.ndarray, stored: Points, grid: float, *, spaced: bool) -> Points:
    """Vertices moved onto the straight lines, fitted below the grid, that run through them.

    Where two lines meet the vertex is their intersection. ``spaced``: vertices along a line that
    could stand at equal distances are put there.
    """
    lines: dict[int, list[tuple[Points, Points]]] = defaultdict(list)
    along: dict[int, Points] = {}
    for run in straight_runs(polygons, stored, grid):
        middle, direction = _line(stored[run])
        for vertex in run:
            lines[vertex].append((middle, direction))
        if spaced and len(run) >= 5:
            along |= _equal_spaces(run, stored, middle, direction, grid=grid)
    result = stored.copy()
    for vertex, through in lines.items():
        result[vertex] = along.get(vertex, on_lines(stored[vertex], through, grid))
    return result


def _line(points: Points) -> tuple[Points, Points]:
    middle = points.mean(axis=0)
    return middle, np.linalg.svd(points - middle)[2][0]


def on_lines(point: Points, through: list[tuple[Points, Points]], grid: float) -> Points:
    """The least-squares meeting point of the lines, or the foot on the only one."""
    normals = np.array([[-direction[1], direction[0]] for _, direction in through])
    offsets = np.array(
        [normal @ middle for normal, (middle, _) in zip(normals, through, strict=True)]
    )
    # A weak pull to the published place settles what the lines leave open.
    pull = np.eye(2) * 0.05
    system = np.vstack([normals, pull])
    met = np.linalg.lstsq(system, np.append(offsets, pull @ point), rcond=None)[0]
    return met if np.abs(met - point).max() <= grid else point


def _equal_spaces(
    run: list[int], stored: Points, middle: Points, direction: Points, *, grid: float
) -> dict[int, Points]:
    shares = (stored[run] - middle) @ direction
    order = np.arange(len(run))
    step, start = np.polyfit(order, shares, 1)
    if np.abs(start + step * order - shares).max() > 0.75 * grid:
        return {}
    return {
        vertex: middle + direction * (start + step * number)
        for number, vertex in zip(order.tolist(), run, strict=True)
    }


def straight_runs(polygons: np.ndarray, stored: Points, grid: float) -> list[list[int]]:
    """Chains of at least four vertices that rounding could have made of one straight line."""
    beside = _neighbours(polygons, stored)
    used: set[tuple[int, int]] = set()
    runs = []
    for start in sorted(beside):
        for second in sorted(beside[start]):
            if (start, second) in used:
                continue
            run = _grown([start, second], stored, beside, grid)
            run = _grown(run[::-1], stored, beside, grid)
            pairs = list(itertools.pairwise(run))
            used |= set(pairs) | {(b, a) for a, b in pairs}
            if len(run) >= 4:
                runs.append(run)
    return runs


def _grown(run: list[int], stored: Points, beside: dict[int, set[int]], grid: float) -> list[int]:
    run = list(run)
    while True:
        ahead = stored[run[-1]] - stored[run[-3] if len(run) > 2 else run[0]]
        best, best_turn = -1, 0.8
        for vertex in sorted(beside[run[-1]] - set(run)):
            step = stored[vertex] - stored[run[-1]]
            turn = float(step @ ahead / (np.hypot(*step) * np.hypot(*ahead)))
            if turn > best_turn:
                best, best_turn = vertex, turn
        if best < 0:
            return run
        points = stored[[*run, best]]
        middle, direction = _line(points)
        off = np.abs((points - middle) @ np.array([-direction[1], direction[0]]))
        if off.max() > 0.71 * grid:
            return run
        run.append(best)


def _neighbours(polygons: np.ndarray, stored: Points) -> dict[int, set[int]]:
    number = {tuple(point): row for row, point in enumerate(stored.tolist())}
    beside: dict[int, set[int]] = defaultdict(set)
    for ring in shapely.get_rings(shapely.get_parts(polygons)):
        rows = [number[tuple(point)] for point in shapely.get_coordinates(ring).tolist()]
        for first, second in itertools.pairwise(rows):
            beside[first].add(second)
            beside[second].add(first)
    return beside
