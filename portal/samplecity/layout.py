"""The skeleton of the invented city, from the drawing in ``design``; the seed only bends it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
import shapely.affinity

from portal.samplecity.curves import KILOMETRE, Shape, Warp, area_km, blob, line_km, smooth
from portal.samplecity.design import (
    CITY_HILLS,
    COUNTRY_ROADS,
    HIGH_SPEED,
    HIGHWAYS,
    HILLS,
    LAKE,
    MAIN_ROADS,
    MOAT,
    RAILWAY,
    RESERVOIR,
    RIVER,
    STREAMS,
    TOWNS,
    URBAN,
)


@dataclass(frozen=True)
class Road:
    """A main road. ``rank``: 0 expressway, 1 arterial, 2 secondary, 3 street, 4 country road."""

    name: str
    rank: int
    line: shapely.LineString


@dataclass(frozen=True)
class Layout:
    """The skeleton, in metres from the centre."""

    boundary: shapely.Polygon
    river: Shape
    river_line: shapely.LineString
    island: shapely.Polygon
    streams: tuple[tuple[str, Shape], ...]
    lake: shapely.Polygon
    reservoir: shapely.Polygon
    urban: shapely.Polygon
    towns: tuple[tuple[str, shapely.Polygon], ...]
    hills: tuple[shapely.Polygon, ...]
    city_hills: tuple[shapely.Polygon, ...]
    airport: Shape
    roads: tuple[Road, ...]
    railways: tuple[tuple[str, shapely.LineString], ...]

    @property
    def water(self) -> Shape:
        """Every water area as one geometry."""
        parts = [self.river.difference(self.island), self.lake, self.reservoir]
        return shapely.union_all([*parts, *(area for _, area in self.streams)])


def _river(line: shapely.LineString) -> Shape:
    """A band of varying width along the river's middle line."""
    stops = np.linspace(0, 1, 320)
    points = shapely.get_coordinates(shapely.line_interpolate_point(line, stops, normalized=True))
    tangent = np.gradient(points, axis=0)
    normal = np.column_stack([-tangent[:, 1], tangent[:, 0]])
    normal /= np.hypot(*normal.T)[:, None]
    half = 165 + 45 * np.sin(stops * 21) + 25 * np.sin(stops * 47 + 1) + 40 * stops
    at_island = np.hypot(points[:, 0] + 6900, points[:, 1] - 2000)
    half += 190 * np.exp(-((at_island / 900) ** 2))
    band = np.vstack([points + normal * half[:, None], (points - normal * half[:, None])[::-1]])
    return shapely.Polygon(band).buffer(0).buffer(20).buffer(-20)


def _ring(name: str, rank: int, centre: tuple[float, float], radii: tuple[float, float]) -> Road:
    theta = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    square = 1 + 0.07 * np.cos(4 * theta)[:, None]
    knots = np.column_stack([radii[0] * np.cos(theta), radii[1] * np.sin(theta)]) / square
    curve = smooth((knots + np.asarray(centre)) * KILOMETRE, closed=True)
    return Road(name, rank, shapely.LineString(np.vstack([curve, curve[0]])))


def _main_roads() -> list[Road]:
    """Rings, the axis, the radials and the expressways."""
    drawn = (*MAIN_ROADS, *HIGHWAYS)
    return [
        *(Road(name, rank, line_km(points)) for name, rank, points in drawn),
        _ring("二环路", 1, (0.3, 0.3), (3.9, 3.75)),
        _ring("绕城高速", 0, (0.0, -0.75), (8.7, 7.6)),
    ]


def _country_roads() -> list[Road]:
    return [Road(name, 4, line_km(points)) for name, points in COUNTRY_ROADS]


def _boundary(warp: Warp) -> shapely.Polygon:
    theta = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    power = 2 / 3.2
    x = 11_400 * np.sign(np.cos(theta)) * np.abs(np.cos(theta)) ** power
    y = 9_500 * np.sign(np.sin(theta)) * np.abs(np.sin(theta)) ** power
    return shapely.Polygon(warp(np.column_stack([x, y])))


def _airport() -> Shape:
    """One long runway strip and the terminal's apron south of it."""
    strip = shapely.box(-2400, 8330, 1000, 8680)
    apron = shapely.Polygon([(-1500, 8340), (-1250, 7900), (-250, 7900), (0, 8340)])
    return shapely.affinity.rotate(strip.union(apron), -4)


def draw_layout(rng: np.random.Generator) -> Layout:
    """The skeleton for one seed: the same design, bent differently."""
    wide, rim = Warp.drawn(rng, 7000, 70), Warp.drawn(rng, 5200, 330)
    river_line = wide.bend(line_km(RIVER))
    boundary = _boundary(rim)
    streams = tuple(
        (name, wide.bend(line_km(points)).buffer(width / 2, quad_segs=3))
        for name, width, points in STREAMS
    )
    ring = wide.bend(area_km(MOAT))
    moat = ring.buffer(16).difference(ring.buffer(-16))
    return Layout(
        boundary=Warp.drawn(rng, 1500, 60).bend(boundary),
        river=_river(river_line),
        river_line=river_line,
        island=blob(rng, (-6900.0, 2020.0), (640, 150), angle=-33, roughness=0.05),
        streams=(*streams, ("护城河", moat)),
        lake=wide.bend(area_km(LAKE)),
        reservoir=wide.bend(area_km(RESERVOIR)),
        urban=wide.bend(area_km(URBAN)),
        towns=tuple(
            (
                name,
                blob(
                    rng,
                    (x * KILOMETRE, y * KILOMETRE),
                    (r * 1000, r * 780),
                    angle=float(rng.uniform(0, 180)),
                ),
            )
            for name, x, y, r in TOWNS
        ),
        hills=_hills(rng, HILLS),
        city_hills=_hills(rng, CITY_HILLS),
        airport=_airport(),
        roads=tuple(
            Road(road.name, road.rank, wide.bend(road.line))
            for road in (*_main_roads(), *_country_roads())
        ),
        railways=(
            ("示江铁路", wide.bend(line_km(RAILWAY))),
            ("沿江高速铁路", wide.bend(line_km(HIGH_SPEED))),
        ),
    )


def _hills(
    rng: np.random.Generator,
    drawn: tuple[tuple[tuple[float, float], tuple[float, float], int], ...],
) -> tuple[shapely.Polygon, ...]:
    return tuple(
        blob(
            rng,
            (x * KILOMETRE, y * KILOMETRE),
            (a * KILOMETRE, b * KILOMETRE),
            angle=turn,
            roughness=0.2,
            corners=72,
        )
        for (x, y), (a, b), turn in drawn
    )
