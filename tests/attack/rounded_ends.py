"""What the grid allows whoever knows that lines are straight: the bound for the vertex attack.

A straight line whose two ends are rounded to the grid shows its middle as the mean of two
roundings, which is a little nearer than one. That holds for every rule that publishes the ends,
so the bound is what these ends tell, computed from the raw lines and chance alone: no part of the
desensitisation takes part in it.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import shapely

from tests.attack.vertex_attacker import Points, on_lines, straight_runs

# A raw line is straight when it could be drawn through its vertices this closely (grid steps).
_STRAIGHT = 0.14


def distances_allowed(polygons: np.ndarray, grid: float, draws: int) -> tuple[Points, np.ndarray]:
    """The raw vertices (n, 2), and how near an estimate from rounded ends comes, (draws, n), in m.

    Each draw moves the grid by chance. A vertex outside of all lines is known to its cell.
    """
    raw = np.unique(shapely.get_coordinates(polygons), axis=0)
    runs = [np.array(run) for run in straight_runs(polygons, raw, grid * _STRAIGHT)]
    dice = np.random.default_rng(1)
    return raw, np.array([_draw(raw, runs, grid, dice) for _ in range(draws)])


def _draw(
    raw: Points, runs: list[np.ndarray], grid: float, dice: np.random.Generator
) -> np.ndarray:
    phase = dice.uniform(0.0, grid, 2)
    rounding = np.rint((raw + phase) / grid) * grid - phase - raw
    through: dict[int, list[tuple[Points, Points]]] = defaultdict(list)
    for run in runs:
        chord = raw[run[-1]] - raw[run[0]]
        length = float(np.hypot(*chord))
        direction = chord / length
        normal = np.array([-direction[1], direction[0]])
        share = (raw[run] - raw[run[0]]) @ direction / length
        ends = rounding[run[[0, -1]]] @ normal
        for vertex, off in zip(run.tolist(), (1 - share) * ends[0] + share * ends[1], strict=True):
            through[vertex].append((normal * off, direction))
    errors = dice.uniform(-grid / 2, grid / 2, raw.shape)
    for vertex, lines in through.items():
        errors[vertex] = on_lines(errors[vertex], lines, grid)
    return np.asarray(np.hypot(*errors.T))
