"""The geometry of one feature by the letter of MVT 2.1, section 4.3."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from tests.clients.mvt_wire import signed

MOVE_TO, LINE_TO, CLOSE_PATH = 1, 2, 7
POINT, LINE, POLYGON = 1, 2, 3

Report = Callable[[str], None]


@dataclass(frozen=True)
class Path:
    """What one ``MoveTo`` begins: its points, shape (n, 2), and whether ``ClosePath`` ends it."""

    points: np.ndarray
    closed: bool


def check_geometry(numbers: list[int], kind: int, report: Report) -> list[Path]:
    """The paths of a feature; ``report`` hears the name of every rule that is broken."""
    commands = _commands(numbers, report)
    if commands is None:
        return []
    if kind == POINT:
        return _check_points(commands, report)
    paths = _paths(commands, kind, report)
    if kind == LINE:
        for path in paths:
            _check_steps(path.points, report)
    elif kind == POLYGON:
        _check_polygons(paths, report)
    return paths


def _commands(numbers: list[int], report: Report) -> list[tuple[int, np.ndarray]] | None:
    """(command, absolute points) one by one; ``None`` where the stream cannot be followed."""
    commands: list[tuple[int, np.ndarray]] = []
    position, at = np.zeros(2, dtype=np.int64), 0
    while at < len(numbers):
        command, count = numbers[at] & 7, numbers[at] >> 3
        at += 1
        if command == CLOSE_PATH:
            if count != 1:
                report("geometry: ClosePath is not counted 1")
                return None
            commands.append((command, np.empty((0, 2), dtype=np.int64)))
            continue
        if command not in {MOVE_TO, LINE_TO}:
            report("geometry: unknown command")
            return None
        if count == 0:
            report("geometry: a command counted 0")
            return None
        if at + 2 * count > len(numbers):
            report("geometry: fewer parameters than a command counts")
            return None
        steps = np.array([signed(value) for value in numbers[at : at + 2 * count]]).reshape(-1, 2)
        points = position + np.cumsum(steps, axis=0)
        position, at = points[-1], at + 2 * count
        commands.append((command, points))
    if not commands:
        report("geometry: empty")
    return commands


def _check_points(commands: list[tuple[int, np.ndarray]], report: Report) -> list[Path]:
    if [command for command, _ in commands] != [MOVE_TO]:
        report("geometry: a point is not one MoveTo")
    return [Path(points, closed=False) for command, points in commands if command == MOVE_TO]


def _paths(commands: list[tuple[int, np.ndarray]], kind: int, report: Report) -> list[Path]:
    """Lines are (MoveTo LineTo)+, polygons (MoveTo LineTo ClosePath)+, each MoveTo counted 1."""
    form = [MOVE_TO, LINE_TO] if kind == LINE else [MOVE_TO, LINE_TO, CLOSE_PATH]
    names = [command for command, _ in commands]
    if kind in {LINE, POLYGON} and names != form * (len(names) // len(form)):
        report("geometry: commands out of order")
        return []
    paths = []
    for start in range(0, len(commands) - len(form) + 1, len(form)):
        move, line = commands[start][1], commands[start + 1][1]
        if len(move) != 1:
            report("geometry: a path begins with several points")
        paths.append(Path(np.concatenate([move, line]), closed=kind == POLYGON))
    return paths


def _check_steps(points: np.ndarray, report: Report) -> None:
    if (np.diff(points, axis=0) == 0).all(axis=1).any():
        report("geometry: a point is repeated")


def signed_area(ring: np.ndarray) -> float:
    """The surveyor's formula over an open ring: positive for exterior rings (y down)."""
    after = np.roll(ring, -1, axis=0)
    return float((ring[:, 0] * after[:, 1] - after[:, 0] * ring[:, 1]).sum() / 2)


def _check_polygons(rings: list[Path], report: Report) -> None:
    polygons: list[list[np.ndarray]] = []
    for ring in rings:
        if len(ring.points) < 3:
            report("geometry: a ring of fewer than three points")
            return
        _check_steps(np.concatenate([ring.points, ring.points[:1]]), report)
        area = signed_area(ring.points)
        if area == 0:
            report("geometry: a ring without area")
            return
        if area > 0:
            polygons.append([ring.points])
        elif polygons:
            polygons[-1].append(ring.points)
        else:
            report("geometry: a hole comes first")
            return
    if polygons and not _is_valid(polygons):
        report("geometry: an invalid polygon")


def _is_valid(polygons: list[list[np.ndarray]]) -> bool:
    drawn = [shapely.Polygon(shell, holes) for shell, *holes in polygons]
    return bool(shapely.is_valid(drawn[0] if len(drawn) == 1 else shapely.MultiPolygon(drawn)))
