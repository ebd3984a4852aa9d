"""The drawn skeleton of the invented city: river, hills, main roads, rail, quarters.

Every figure is a design decision of ours in kilometres from the centre; the seed only bends the
drawing. Nothing here resembles a real place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
import shapely.affinity

from portal.samplecity.curves import KILOMETRE, Warp, area_km, blob, line_km, smooth

RIVER = [
    (-14.0, 4.6), (-11.0, 2.6), (-8.2, 2.6), (-5.9, 1.2), (-3.6, -0.5), (-1.2, -0.75), (1.2, -0.1),
    (3.5, 0.9), (5.6, 0.3), (6.9, -1.9), (8.5, -3.9), (11.0, -4.7), (14.0, -7.2),
]  # fmt: skip
STREAMS = (
    ("例溪", 44.0, [(6.4, 9.6), (5.6, 7.6), (4.8, 6.4), (4.2, 5.0), (4.15, 3.6)]),
    ("例溪", 52.0, [(3.6, 2.5), (3.3, 1.9), (3.3, 0.7)]),
    ("示柳河", 62.0, [(-4.6, -11.0), (-4.0, -8.2), (-2.9, -6.6), (-3.3, -4.6), (-2.5, -2.6), (-2.9, -0.5)]),
    ("例白水", 48.0, [(-8.8, 10.5), (-7.6, 7.6), (-8.0, 5.2), (-6.9, 3.4), (-6.6, 1.7)]),
    ("例涧", 40.0, [(13.5, 1.4), (11.0, 0.8), (9.0, 0.3), (7.6, -0.9), (6.6, -1.2)]),
    ("例渠", 34.0, [(5.2, -10.5), (5.0, -7.6), (6.1, -5.6), (7.6, -4.2), (8.2, -3.6)]),
)  # fmt: skip
LAKE = [(3.2, 2.5), (3.5, 3.3), (4.2, 3.75), (4.75, 3.2), (4.6, 2.55), (4.15, 2.3), (3.7, 2.05)]
RESERVOIR = [
    (5.5, 7.6),
    (5.9, 8.2),
    (6.8, 8.15),
    (7.5, 7.75),
    (7.9, 7.1),
    (7.2, 6.95),
    (6.7, 7.3),
    (6.0, 7.1),
]
MOAT = [
    (-2.2, 0.75),
    (-2.35, 1.8),
    (-1.9, 2.75),
    (-0.6, 3.05),
    (0.75, 2.85),
    (1.25, 1.9),
    (1.0, 0.75),
]
URBAN = [
    (-8.4, -2.2), (-7.7, 0.3), (-6.2, 0.4), (-6.0, 2.2), (-4.9, 3.9), (-4.2, 5.3), (-2.4, 6.3),
    (0.6, 6.5), (2.9, 5.6), (5.4, 5.7), (8.2, 6.5), (9.8, 5.4), (9.2, 3.4), (8.0, 1.9), (7.2, 0.2),
    (6.2, -1.9), (6.9, -3.7), (6.0, -5.4), (4.3, -6.9), (1.9, -7.9), (-0.4, -7.3), (-1.7, -5.6),
    (-3.9, -4.9), (-5.2, -5.5), (-7.4, -4.6),
]  # fmt: skip
TOWNS = (
    ("示桥镇", -9.3, 6.3, 0.85), ("示湾镇", -8.4, -7.2, 0.95), ("例涧镇", 10.0, 1.2, 0.8),
    ("例香镇", 9.2, -7.3, 0.85), ("示岭镇", 2.2, 8.5, 0.7), ("例林镇", -3.6, 8.3, 0.65),
    ("示坪镇", -10.2, -0.8, 0.7), ("例渠镇", 2.9, -9.2, 0.6), ("示塘镇", -4.9, -8.9, 0.55),
)  # fmt: skip
HILLS = (
    ((6.9, 8.4), (3.6, 1.9), 15), ((10.3, 6.9), (1.7, 2.4), 20), ((-6.1, 8.7), (1.9, 1.1), -15),
    ((-10.9, 4.4), (1.0, 0.9), 0), ((-10.3, -4.3), (1.7, 1.5), 40), ((-6.6, -8.6), (1.0, 1.3), 20),
    ((10.2, -1.9), (1.5, 0.9), -35), ((5.9, -8.9), (1.7, 0.8), 10), ((-1.4, -9.3), (1.6, 0.6), 5),
    ((11.0, -9.0), (1.2, 0.9), 0), ((-8.0, 4.0), (0.7, 0.45), 30),
    ((8.3, -0.4), (0.6, 0.4), 40), ((-5.9, -6.5), (0.7, 0.5), 0), ((7.6, -6.4), (0.6, 0.45), 0),
)  # fmt: skip
CITY_HILLS = (
    ((-3.4, 3.5), (0.62, 0.5), 20),
    ((5.0, -3.4), (0.5, 0.34), 60),
    ((-6.3, -1.2), (0.5, 0.32), 20),
)
RAILWAY = [
    (-13.5, 7.4),
    (-9.0, 5.7),
    (-5.0, 4.9),
    (-1.0, 4.95),
    (3.0, 4.55),
    (6.5, 4.1),
    (10.0, 4.4),
    (13.5, 5.6),
]
HIGH_SPEED = [
    (-13.5, -7.6),
    (-8.0, -6.0),
    (-3.0, -6.1),
    (1.5, -6.15),
    (5.0, -5.4),
    (9.0, -5.7),
    (13.5, -3.6),
]
METRO = (
    ("轨道交通1号线", "#C8102E", [
        ("火车站", -0.75, 4.85), ("北门", -0.6, 3.7), ("鼓楼", -0.55, 2.1), ("南关", -0.35, 0.55),
        ("临江", 0.75, -1.3), ("会展中心", 1.1, -2.5), ("市民广场", 1.3, -3.5), ("双桥", 1.5, -4.7),
        ("高铁南站", 1.55, -6.0),
    ]),
    ("轨道交通2号线", "#0067B1", [
        ("大学城西", -7.1, -2.9), ("大学城", -5.6, -2.6), ("学府路", -4.1, -2.3), ("体育公园", -1.6, -2.2),
        ("会展中心", 1.1, -2.5), ("金融街", 2.6, -1.9), ("东湖", 4.2, 1.7), ("城东", 5.6, 2.4),
        ("产业园", 7.2, 3.2), ("物流港", 8.6, 4.9),
    ]),
)  # fmt: skip
# zone: how the quarter is built; the nearest seed decides
ZONE_SEEDS = (
    ("old_town", -1.5, 1.9), ("old_town", -0.3, 2.2), ("old_town", -0.9, 0.7), ("old_town", 0.4, 1.2), ("old_town", -2.3, 1.2), ("old_town", 0.7, 2.4), ("old_town", -0.9, 3.2),
    ("old_town", 1.3, 0.7), ("old_town", -2.2, 2.6),
    ("lakeside", 3.9, 2.9), ("lakeside", 2.5, 2.2), ("lakeside", 5.5, 1.7), ("lakeside", 2.4, 0.9),
    ("cbd", 1.3, -1.5), ("cbd", 2.6, -1.3), ("cbd", 1.3, -3.2),
    ("new_town", 3.8, -1.4), ("new_town", 3.2, -3.1), ("new_town", 0.0, -2.6), ("new_town", 2.8, -4.6),
    ("new_town", 0.2, -4.4), ("new_town", -1.5, -2.2), ("new_town", 4.9, -1.7), ("new_town", -1.4, -3.9),
    ("station", -0.8, 4.7), ("station", 1.4, -6.2),
    ("suburb", -2.2, 4.0), ("suburb", 1.5, 3.9), ("suburb", -4.1, 2.1), ("suburb", -1.0, 5.9),
    ("suburb", 2.2, 5.2), ("suburb", -3.4, 1.0), ("suburb", -5.2, 1.9),
    ("university", -6.9, -3.4), ("university", -5.6, -2.6), ("university", -6.9, -1.2),
    ("west", -3.9, -2.0), ("west", -3.6, -3.7), ("west", -4.9, -4.8),
    ("industry", 6.5, 2.9), ("industry", 8.1, 3.0), ("industry", 5.4, 4.8), ("industry", 7.0, 5.6),
    ("logistics", 8.9, 5.3), ("logistics", 4.2, 5.3),
    ("high_tech", 5.4, -4.4), ("high_tech", 4.1, -6.0), ("high_tech", 6.4, -3.0),
    ("suburb", 0.2, -6.9), ("suburb", 2.9, -7.1), ("suburb", -0.4, -5.6), ("industry", -4.2, 4.8),
)  # fmt: skip


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
    river: shapely.Polygon
    river_line: shapely.LineString
    island: shapely.Polygon
    streams: tuple[tuple[str, shapely.Polygon], ...]
    lake: shapely.Polygon
    reservoir: shapely.Polygon
    urban: shapely.Polygon
    towns: tuple[tuple[str, shapely.Polygon], ...]
    hills: tuple[shapely.Polygon, ...]
    city_hills: tuple[shapely.Polygon, ...]
    airport: shapely.Polygon
    roads: tuple[Road, ...]
    railways: tuple[tuple[str, shapely.LineString], ...]

    @property
    def water(self) -> shapely.Geometry:
        """Every water area as one geometry."""
        parts = [self.river.difference(self.island), self.lake, self.reservoir]
        return shapely.union_all([*parts, *(area for _, area in self.streams)])


def _river(line: shapely.LineString) -> shapely.Polygon:
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
    """Rings, the axis and the radials."""
    drawn = (
        ("中轴大道", 1, [(-0.75, 6.3), (-0.62, 4.6), (-0.5, 1.2), (0.9, -1.6), (1.35, -4.0), (1.6, -6.0), (1.75, -7.6)]),
        ("示例大道", 1, [(-5.9, 2.0), (-4.3, 1.5), (-2.5, 1.75), (-0.5, 1.75), (1.6, 1.6), (5.2, 1.75), (8.2, 2.2)]),
        ("学府大道", 1, [(-8.6, -3.0), (-6.0, -2.75), (-3.4, -2.3), (-1.2, -2.45), (1.1, -2.65), (3.2, -2.45), (6.6, -1.75)]),
        ("滨江南路", 1, [(-7.6, -0.4), (-5.4, -0.35), (-3.8, -1.3), (-1.4, -1.6), (1.2, -1.0), (3.4, -0.05), (5.0, -0.35), (6.0, -1.9), (7.0, -3.6)]),
        ("滨江北路", 1, [(-6.0, 2.3), (-4.6, 1.05), (-3.2, 0.4), (-1.2, 0.2), (0.8, 0.75), (2.8, 1.65), (5.6, 1.15), (7.2, -0.4)]),
        ("东湖路", 1, [(2.3, -6.6), (3.0, -4.0), (3.0, -1.5), (2.7, 0.9), (2.6, 2.6), (2.3, 5.6), (2.2, 8.5)]),
        ("西门路", 1, [(-5.0, -5.4), (-4.6, -3.6), (-3.0, -1.6), (-3.05, 0.6), (-3.0, 2.0), (-2.5, 4.0), (-2.6, 6.2), (-3.6, 8.3)]),
        ("工业大道", 1, [(2.4, 4.1), (4.6, 4.5), (6.4, 3.6), (8.0, 3.6), (10.4, 4.9)]),
        ("北环东路", 1, [(-4.5, 4.3), (-2.4, 4.3), (-0.6, 4.35), (2.4, 4.1)]),
        ("望山路", 1, [(-0.72, 5.7), (2.3, 5.45), (4.6, 5.4), (6.4, 4.9), (8.6, 5.6), (9.6, 5.9)]),
        ("双桥路", 1, [(-7.4, -4.3), (-4.6, -3.9), (-1.9, -4.1), (1.35, -4.2), (3.0, -4.1), (5.0, -4.7), (6.6, -4.4)]),
        ("南站路", 1, [(-1.4, -5.4), (0.2, -5.5), (1.6, -5.6), (3.2, -5.5), (4.6, -6.1)]),
        ("芳草路", 1, [(4.3, -6.4), (4.7, -4.6), (4.6, -2.2), (4.9, -0.4), (5.3, 1.4), (5.2, 3.0), (5.3, 5.6)]),
        ("示柳河路", 1, [(-1.6, -5.5), (-1.7, -4.0), (-1.3, -2.4), (-1.35, -1.5), (-1.4, 0.2), (-1.5, 1.8), (-1.5, 4.3)]),
        ("科技路", 1, [(6.9, 5.0), (6.6, 3.5), (6.9, 2.0), (7.0, 0.4)]),
        ("大学路", 1, [(-6.2, -5.2), (-6.3, -2.8), (-5.9, -0.4), (-5.0, 1.5), (-4.3, 2.6), (-4.4, 5.0)]),
    )  # fmt: skip
    highways = (
        ("示东高速", 0, [(8.2, 1.75), (8.9, 1.9), (10.6, 2.5), (13.5, 2.2)]),
        ("示西高速", 0, [(-8.0, -1.7), (-8.9, -1.9), (-11.0, -2.4), (-13.5, -3.4)]),
        ("示南高速", 0, [(0.1, -7.5), (0.2, -8.4), (0.6, -9.6), (0.2, -11.5)]),
        ("示北高速", 0, [(-5.2, 5.1), (-5.6, 6.2), (-6.4, 8.6), (-6.0, 11.5)]),
    )
    roads = [Road(name, rank, line_km(points)) for name, rank, points in (*drawn, *highways)]
    return [
        *roads,
        _ring("二环路", 1, (0.3, 0.3), (3.9, 3.75)),
        _ring("绕城高速", 0, (0.0, -0.75), (8.7, 7.6)),
    ]


def _country_roads() -> list[Road]:
    """Roads between the towns and to the edge of the municipality."""
    drawn = (
        ("示桥线", [(-4.9, 4.4), (-6.6, 5.1), (-9.3, 6.3), (-12.6, 8.2)]),
        ("示坪线", [(-7.6, -0.6), (-8.8, -0.5), (-10.2, -0.8), (-13.0, 0.0)]),
        ("示湾线", [(-6.4, -5.0), (-7.2, -6.2), (-8.4, -7.2), (-10.4, -9.6)]),
        ("示塘线", [(-2.4, -5.7), (-3.6, -7.2), (-4.9, -8.9), (-5.6, -11.0)]),
        ("例渠线", [(2.0, -7.9), (2.5, -8.5), (2.9, -9.2), (3.2, -11.0)]),
        ("例香线", [(6.2, -5.0), (7.8, -6.0), (9.2, -7.3), (12.0, -8.6)]),
        ("例涧线", [(7.4, 1.9), (8.8, 1.2), (10.0, 1.2), (13.0, 0.2)]),
        ("示岭线", [(2.25, 6.0), (2.4, 7.2), (2.2, 8.5), (2.9, 11.0)]),
        ("例林线", [(-2.6, 6.4), (-3.2, 7.4), (-3.6, 8.3), (-3.9, 11.0)]),
        ("环乡北线", [(-9.3, 6.3), (-6.9, 7.2), (-3.6, 8.3), (-0.6, 7.35), (2.2, 8.5), (4.6, 7.2), (8.8, 6.6), (12.5, 8.0)]),
        ("环乡西线", [(-9.3, 6.3), (-9.2, 3.9), (-9.6, 1.6), (-10.2, -0.8), (-8.9, -3.4), (-9.2, -5.6), (-8.4, -7.2)]),
        ("环乡南线", [(-8.4, -7.2), (-6.4, -7.6), (-4.9, -8.9), (-2.0, -8.2), (0.4, -8.6), (2.9, -9.2), (5.0, -8.0), (7.4, -7.6), (9.2, -7.3)]),
        ("环乡东线", [(9.2, -7.3), (9.9, -5.2), (9.1, -2.6), (9.3, -0.6), (10.0, 1.2), (10.8, 3.4), (10.2, 5.4)]),
    )  # fmt: skip
    return [Road(name, 4, line_km(points)) for name, points in drawn]


def _boundary(warp: Warp) -> shapely.Polygon:
    theta = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    power = 2 / 3.2
    x = 11_400 * np.sign(np.cos(theta)) * np.abs(np.cos(theta)) ** power
    y = 9_500 * np.sign(np.sin(theta)) * np.abs(np.sin(theta)) ** power
    return shapely.segmentize(shapely.Polygon(warp(np.column_stack([x, y]))), 150.0)


def _airport() -> shapely.Polygon:
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
