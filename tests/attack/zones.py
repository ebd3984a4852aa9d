"""Random restricted zones of many shapes and sizes, seeded."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from shapely import affinity

Dice = np.random.Generator
SMALLEST, LARGEST = 50.0, 2000.0


def _square(_: Dice, size: float) -> shapely.Polygon:
    return shapely.box(-size / 2, -size / 2, size / 2, size / 2)


def _rotated(dice: Dice, size: float) -> shapely.Polygon:
    box = affinity.scale(_square(dice, size), 1.0, dice.uniform(0.5, 1.0))
    return affinity.rotate(box, dice.uniform(0.0, 180.0))


def _l_shape(dice: Dice, size: float) -> shapely.Polygon:
    start = size * (dice.uniform(0.35, 0.65) - 0.5)
    shape = _square(dice, size).difference(shapely.box(start, start, size, size))
    return affinity.rotate(shape, 90.0 * dice.integers(4) + dice.uniform(-20.0, 20.0))


def _circle(_: Dice, size: float) -> shapely.Polygon:
    return shapely.Point(0.0, 0.0).buffer(size / 2)


def _elongated(dice: Dice, size: float) -> shapely.Polygon:
    strip = affinity.scale(_square(dice, max(size, 120.0)), 1.0, dice.uniform(0.12, 0.25))
    return affinity.rotate(strip, dice.uniform(0.0, 180.0))


def _irregular(dice: Dice, size: float) -> shapely.Polygon:
    count = int(dice.integers(8, 16))
    angles = (np.arange(count) + dice.uniform(-0.3, 0.3, count)) * 2 * np.pi / count
    reach = size / 2 * dice.uniform(0.5, 1.0, count)
    return shapely.Polygon(np.column_stack([np.cos(angles), np.sin(angles)]) * reach[:, None])


SHAPES: tuple[Callable[[Dice, float], shapely.Polygon], ...] = (
    _square,
    _rotated,
    _l_shape,
    _circle,
    _elongated,
    _irregular,
)


def random_zone(
    dice: Dice, number: int, place: tuple[float, float], largest: float = LARGEST
) -> shapely.Polygon:
    """A zone around ``place``; ``number`` picks its shape, the dice its size (log-uniform)."""
    size = SMALLEST * (largest / SMALLEST) ** dice.uniform()
    shape = SHAPES[number % len(SHAPES)](dice, size)
    return affinity.translate(shape, *place)


def zones_of_a_city(
    dice: Dice, count: int, corner: tuple[float, float], side: float, largest: float = LARGEST
) -> list[shapely.Polygon]:
    """Zones in a square city: one in a corner, one at an edge, two beside each other, others free."""
    places = dice.uniform(0.0, side, (count, 2))
    places[0] = dice.uniform(0.0, 100.0, 2)
    places[1, 1] = side - dice.uniform(0.0, 100.0)
    places[3] = places[2] + dice.uniform(-600.0, 600.0, 2)
    places = np.clip(places, 0.0, side)
    first = int(dice.integers(len(SHAPES)))
    return [
        random_zone(dice, first + row, (corner[0] + x, corner[1] + y), largest)
        for row, (x, y) in enumerate(places.tolist())
    ]
