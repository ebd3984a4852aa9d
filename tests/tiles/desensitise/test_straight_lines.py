"""What is published of a straight line follows from its two ends."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely

from tests.tiles.desensitise.plots import ORIGIN, column
from tiles.desensitise.coverage import snap_coverage
from tiles.desensitise.geometry import snap_lines
from tiles.desensitise.straight_lines import on_rounded_chords

GRID = 10.0


def _placed(*lines: np.ndarray) -> list[np.ndarray]:
    parts = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    placed = on_rounded_chords(np.vstack(lines), parts, GRID)
    return [placed[parts == number] for number in range(len(lines))]


def _line(start: tuple[float, float], end: tuple[float, float], count: int = 9) -> np.ndarray:
    return np.asarray(start) + np.linspace(0, 1, count)[:, None] * np.subtract(end, start)


def test_vertices_inside_a_line_lie_on_the_chord_of_its_rounded_ends() -> None:
    raw = _line((3.0, 4.0), (404.0, 123.0))
    (placed,) = _placed(raw)
    chord = np.array([400.0, 120.0])
    inside = placed[1:-1]
    assert (chord[0] * inside[:, 1] - chord[1] * inside[:, 0]) == pytest.approx(0.0, abs=1e-6)
    assert (placed[[0, -1]] == raw[[0, -1]]).all()


def test_a_street_moved_sideways_below_the_grid_is_published_the_same() -> None:
    """So averaging over its many vertices cannot tell how far it was moved."""
    for aside in (-4.0, -1.5, 2.0, 4.5):
        street = _line((0.0, aside), (800.0, aside), 40)
        (placed,) = _placed(street)
        assert (placed[1:-1, 1] == 0.0).all()


def test_a_road_of_many_vertices_is_published_as_its_two_ends_say() -> None:
    for aside in (-4.0, 3.0):
        road = shapely.LineString(_line((0.0, aside), (500.0, aside), 30))
        (snapped,) = snap_lines(column(road), GRID)
        assert (shapely.get_coordinates(snapped)[:, 1] == 0.0).all()


def test_lines_without_length_pass() -> None:
    point = np.array([[3.0, 4.0], [3.0, 4.0]])
    assert (_placed(point, point)[0] == point).all()


def test_two_lines_that_cross_meet_where_their_chords_do() -> None:
    across, up = _line((-104.0, 3.0), (104.0, 3.0)), _line((3.0, -104.0), (3.0, 104.0))
    first, second = _placed(across, up)
    assert first[4] == pytest.approx(second[4])
    assert first[4] == pytest.approx((0.0, 0.0), abs=4.1)


def test_bends_corners_and_curves_stay_where_they_are() -> None:
    angles = np.linspace(0.0, np.pi, 30)
    curve = 300.0 * np.column_stack([np.cos(angles), np.sin(angles)])
    corner = np.array([[0.0, 0.0], [103.0, 0.0], [103.0, 104.0]]) + 1000.0
    placed = _placed(curve, corner)
    assert (placed[0] == curve).all()
    assert (placed[1] == corner).all()


def test_a_slight_bend_is_cut_into_lines_and_moves_by_less_than_a_step() -> None:
    angles = np.linspace(0.0, 0.5, 40)
    curve = 3000.0 * np.column_stack([np.cos(angles), np.sin(angles)])
    (placed,) = _placed(curve)
    assert np.hypot(*(placed - curve).T).max() < 0.81 * GRID


@pytest.mark.parametrize("turn", [0.0, 0.3, 0.7])
def test_blocks_of_plots_stay_a_valid_coverage(turn: float) -> None:
    dice = np.random.default_rng(int(turn * 10))
    cuts = np.concatenate([[0.0], np.sort(dice.uniform(15.0, 385.0, 12)), [400.0]])
    plots = [
        shapely.box(left, low, right, low + 33.0)
        for low in (0.0, 33.0, 80.0)
        for left, right in itertools.pairwise(cuts)
    ]
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    raw = column(*(shapely.transform(plot, lambda xy: ORIGIN + xy @ turned) for plot in plots))
    snapped = snap_coverage(raw, GRID).geometry
    present = snapped[~shapely.is_missing(snapped)]
    assert shapely.coverage_is_valid(present)
    steps = shapely.get_coordinates(present) / GRID
    assert (steps == np.rint(steps)).all()
    kept = shapely.area(shapely.intersection(present, raw[~shapely.is_missing(snapped)]))
    assert kept.sum() > 0.7 * shapely.area(raw).sum()
