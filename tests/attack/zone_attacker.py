"""Guessing a restricted zone's outline from the hole that it left in a published layer.

The attacker knows how the holes are made, and what zones look like; he does not know the salt and
the zones. ``simple_guesses`` looks at the hole alone. ``Simulation`` makes thousands of zones and
holes himself and overlays those whose hole has the size of the hole at hand, turned and mirrored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import affinity

from tests.attack.zones import Dice, random_zone
from tiles.desensitise.restricted import withheld_area

_PIXELS = 40
_NEIGHBOURS = 250
_SIMILAR = 0.15
_LEAST_HOLE = 10_000.0


def holes(extent: shapely.Geometry, *releases: shapely.Geometry) -> list[shapely.Polygon]:
    """What no release covers of the extent, without gaps narrower than 30 m or below 1 ha."""
    empty = extent
    for covered in releases:
        empty = empty.difference(covered)
    opened = empty.buffer(-15.0, join_style="mitre").buffer(15.0, join_style="mitre")
    return [part for part in shapely.get_parts(opened) if part.area >= _LEAST_HOLE]


def overlap(guess: shapely.Geometry, zone: shapely.Geometry) -> float:
    """Intersection over union."""
    shared = shapely.area(shapely.intersection(guess, zone))
    return float(shared / (shapely.area(guess) + shapely.area(zone) - shared))


def simple_guesses(hole: shapely.Polygon) -> dict[str, shapely.Geometry]:
    """Named guesses: the hole, less margins, and shapes of all sizes at its likely middles."""
    filled = shapely.Polygon(hole.exterior)
    side = filled.area**0.5
    found: dict[str, shapely.Geometry] = {"hole": hole, "filled": filled}
    for metres in (30, 50, 80, 130, 200):
        found[f"less {metres} m"] = hole.buffer(-metres)
    for share in (0.04, 0.08, 0.12, 0.16, 0.2, 0.25, 0.3, 0.35, 0.4):
        eroded = filled.buffer(-share * side)
        found[f"less {share} sides"] = eroded
        found[f"core {share}"] = max(shapely.get_parts(eroded), key=shapely.area, default=eroded)
        found[f"opened {share}"] = eroded.buffer(0.8 * share * side)
    outlines = {
        "hull": filled.convex_hull,
        "box": shapely.box(*filled.bounds),
        "rectangle": shapely.minimum_rotated_rectangle(filled),
        "itself": filled,
    }
    circle = shapely.maximum_inscribed_circle(filled, tolerance=side / 100.0)
    middles = {"centroid": filled.centroid, "pole": shapely.get_point(circle, 0)}
    for share in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        for name, outline in outlines.items():
            found[f"{name} x {share}"] = affinity.scale(
                outline, share, share, origin=filled.centroid
            )
        for name, middle in middles.items():
            found[f"disc {share} at {name}"] = middle.buffer(share * side * np.pi**-0.5)
            found[f"square {share} at {name}"] = middle.buffer(share * side / 2, cap_style="square")
    return found


def guesses_aside(hole: shapely.Polygon) -> dict[str, shapely.Geometry]:
    """Squares that touch two sides or one side of the hole's box: the zone may stand aside."""
    left, bottom, right, top = hole.bounds
    wide, high = right - left, top - bottom
    found = {}
    for share in (0.4, 0.5, 0.6, 0.7):
        for across in (0.0, 0.5, 1.0):
            for up in (0.0, 0.5, 1.0):
                x, y = left + across * (1 - share) * wide, bottom + up * (1 - share) * high
                box = shapely.box(x, y, x + share * wide, y + share * high)
                found[f"{share} of the box at {across}, {up}"] = box
    return found


@dataclass(frozen=True)
class Simulation:
    """Simulated zones as pictures on the box of their hole: (n, pixels), and log sides (n, 2)."""

    pictures: np.ndarray
    sides: np.ndarray

    @classmethod
    def run(cls, dice: Dice, count: int, margin: float, grid: float) -> Simulation:
        """``count`` zones, each in eight positions."""
        pictures, sides = [], []
        for number in range(count):
            zone = random_zone(dice, number, tuple(dice.uniform(0.0, 1e5, 2)))
            withheld = withheld_area(np.array([zone]), margin, grid, f"simulated {number}")
            assert withheld is not None
            picture = drawn(zone, withheld.area)
            long = _log_sides(withheld.area)
            for turn in range(4):
                turned, seen = np.rot90(picture, turn), long if turn % 2 == 0 else long[::-1]
                pictures += [turned.ravel(), turned.T.ravel()]
                sides += [seen, seen[::-1]]
        return cls(np.array(pictures), np.array(sides))

    def guess(self, hole: shapely.Polygon) -> tuple[np.ndarray, np.ndarray]:
        """Two pictures on the hole's box: of the highest expected IoU, and of the best odds.

        The odds are those of an IoU of at least a half: the guess of one who gambles.
        """
        apart = np.hypot(*(self.sides - _log_sides(hole)).T)
        near = np.argsort(apart, kind="stable")[:_NEIGHBOURS]
        weight = np.exp(-(apart[near] - apart[near[0]]) / _SIMILAR)
        weight /= weight.sum()
        zones = self.pictures[near].astype(np.float32)
        chance = weight @ zones
        shares = [chance >= share * chance.max() for share in np.linspace(0.03, 0.97, 25)]
        candidates = np.array([*shares, *(zones[:100] > 0)])
        shared = candidates.astype(np.float32) @ zones.T
        joint = candidates.sum(axis=1)[:, None] + zones.sum(axis=1)[None, :] - shared
        ious = shared / np.maximum(joint, 1.0)
        best, likeliest = (ious @ weight).argmax(), ((ious >= 0.5) @ weight).argmax()
        return candidates[best], candidates[likeliest]


def _log_sides(hole: shapely.Geometry) -> np.ndarray:
    left, bottom, right, top = hole.bounds
    return np.log([right - left, top - bottom])


def drawn(zone: shapely.Geometry, hole: shapely.Geometry) -> np.ndarray:
    """The zone as a picture on the hole's box, (pixels, pixels)."""
    left, bottom, right, top = hole.bounds
    steps = (np.arange(_PIXELS) + 0.5) / _PIXELS
    x, y = np.meshgrid(left + steps * (right - left), bottom + steps * (top - bottom))
    shapely.prepare(zone)
    return np.asarray(shapely.contains_xy(zone, x, y))


def picture_overlap(guess: np.ndarray, zone: np.ndarray) -> float:
    """Intersection over union of two pictures."""
    return float((guess & zone).sum() / max(int((guess | zone).sum()), 1))
