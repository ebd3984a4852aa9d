"""Gives every block its main use and every parcel its land-use code (用地用海分类)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from portal.samplecity.curves import Floats, Geometries, Noise
from portal.samplecity.design import METRO
from portal.samplecity.ground import Ground
from portal.samplecity.layout import Layout
from portal.samplecity.quarters import (
    BLOCK_MIX,
    COARSE,
    MINOR_USES,
    SHOPFRONT,
    SHOPFRONT_ELSEWHERE,
    SPACED,
)
from portal.samplecity.streets import Network
from portal.samplecity.subdivide import Parcels

FIXED = {
    "rail": "1201", "river": "1701", "stream": "1701", "lake": "1702", "reservoir": "1703",
    "airport": "1203", "waterside": "1401", "guard": "1402", "island": "1401", "city_hill": "1401",
    "wetland": "0506",
}  # fmt: skip
TERMINALS = ((-750.0, 4950.0), (1560.0, -6150.0))
# Restricted uses inside the built city: (code, name, place in metres); the nearest block takes it.
RESTRICTED_BLOCKS = (
    ("1301", "示例市第一水厂", (-4700.0, 1900.0)),
    ("1501", "示例军事管理区（城北）", (-3900.0, 5300.0)),
    ("1304", "示例燃气储配站", (9300.0, 5300.0)),
)


@dataclass(frozen=True)
class BlockUses:
    """Main use per ground area (n,), "" where it is no block; restricted rows with their names."""

    code: Geometries
    restricted: dict[int, str]

    def targets(self, ground: Ground) -> Floats:
        """Wanted parcel areas: coarse uses keep large parcels."""
        factor: Floats = np.array([COARSE.get(code, 1.0) for code in self.code])
        return np.asarray(ground.targets * factor)


def stations() -> Floats:
    """Metro stations, shape (n, 2) in metres."""
    return np.array([[x, y] for *_, stops in METRO for _, x, y in stops]) * 1000


def _nearest(points: Floats, others: Floats) -> Floats:
    square: Floats = ((points[:, None] - others[None]) ** 2).sum(axis=2)
    nearest: Floats = np.sqrt(square.min(axis=1))
    return nearest


def _draw_mix(zone: Geometries, rng: np.random.Generator) -> Geometries:
    """A main use per block from its zone's weights."""
    code = np.full(len(zone), "", dtype=object)
    for name, mix in BLOCK_MIX.items():
        rows = np.flatnonzero(zone == name)
        weights = np.array(list(mix.values()))
        code[rows] = rng.choice(
            np.array(list(mix), dtype=object), len(rows), p=weights / weights.sum()
        )
    return code


def _space_out(
    code: Geometries, centre: Floats, area: Floats, zone: Geometries, rng: np.random.Generator
) -> None:
    """Place parks, schools, hospitals and the like, each kind at its distance from its own."""
    taken = np.zeros(len(code), dtype=bool)
    # in a coarse sketch the blocks are many times larger than real ones
    coarse = max(1.0, float(np.median(area)) / 5e4)
    for use, (apart, least, most, zones) in SPACED.items():
        allowed = (area >= least * 1e4) & (area <= most * 1e4 * coarse) & ~taken
        if zones:
            allowed &= np.isin(zone, list(zones))
        chosen: list[int] = []
        for row in rng.permutation(np.flatnonzero(allowed)):
            if not chosen or np.hypot(*(centre[chosen] - centre[row]).T).min() > apart:
                chosen.append(int(row))
        code[chosen], taken[chosen] = use, True


def _axis(code: Geometries, centre: Floats, layout: Layout, rng: np.random.Generator) -> None:
    """The green axis of the new centre, with halls and museums along it."""
    axis = next(road.line for road in layout.roads if road.name == "中轴大道")
    near = shapely.distance(axis, shapely.points(centre)) < 165
    rows = np.flatnonzero(near & (centre[:, 1] < -1150) & (centre[:, 1] > -4150))
    code[rows] = rng.choice(
        np.array(["1401", "1403", "080301", "0801"], dtype=object),
        len(rows),
        p=[0.7, 0.12, 0.1, 0.08],
    )


def use_blocks(ground: Ground, layout: Layout, rng: np.random.Generator) -> BlockUses:
    """The main use of every block."""
    rows = np.flatnonzero(ground.kind == "block")
    geometry, zone = ground.geometry[rows], ground.detail[rows]
    centre = shapely.get_coordinates(shapely.centroid(geometry))
    area = shapely.area(geometry)
    code = _draw_mix(zone, rng)
    industrial = np.isin(zone, ["industry", "logistics", "high_tech"])
    to_metro = _nearest(centre, stations())
    shops = (rng.random(len(rows)) < 0.75 * np.exp(-((to_metro / 330) ** 2))) & ~industrial
    code[shops] = rng.choice(np.array(["0901", "0902"], dtype=object), int(shops.sum()))
    _space_out(code, centre, area, zone, rng)
    _axis(code, centre, layout, rng)
    code[(area < 4500) & (rng.random(len(rows)) < 0.6)] = "1401"
    for terminal in TERMINALS:
        order = np.argsort(np.hypot(*(centre - terminal).T))
        code[order[:2]], code[order[2:4]] = "120801", "1403"
    restricted = {}
    for use, name, place in RESTRICTED_BLOCKS:
        far = np.hypot(*(centre - place).T) + 1e6 * ((area < 12_000) | (area > 200_000))
        row = int(np.argmin(far))
        code[row], restricted[int(rows[row])] = use, name
    every = np.full(len(ground.kind), "", dtype=object)
    every[rows] = code
    return BlockUses(every, restricted)


def _minor(code: Geometries, main: Geometries, rng: np.random.Generator) -> None:
    """Scatter kindergartens, shops, small parks and services over the blocks."""
    family = np.array([value[:4] for value in main], dtype=object)
    for use, others in MINOR_USES.items():
        rows = np.flatnonzero(family == use)
        chances = np.array([share for _, share in others])
        names = np.array([other for other, _ in others] + [""], dtype=object)
        drawn = rng.choice(names, len(rows), p=[*chances, 1 - chances.sum()])
        changed = drawn != ""
        code[rows[changed]] = drawn[changed]


def _shops(
    code: Geometries,
    zone: Geometries,
    geometry: Geometries,
    network: Network,
    rng: np.random.Generator,
) -> None:
    """Small parcels on main streets turn into shops."""
    streets = shapely.union_all([r.line for r in network.roads if r.rank in {1, 2}])
    shapely.prepare(streets)
    home = np.array([value.startswith("0701") for value in code])
    rows = np.flatnonzero(home & (shapely.area(geometry) < 16_000))
    rows = rows[shapely.dwithin(geometry[rows], streets, 34.0)]
    chance = np.array([SHOPFRONT.get(zone[row], SHOPFRONT_ELSEWHERE) for row in rows])
    code[rows[rng.random(len(rows)) < chance]] = "0901"


def _country(
    code: Geometries, kind: Geometries, centre: Floats, layout: Layout, rng: np.random.Generator
) -> None:
    """Fields, orchards, ponds, woods and villages, in patches rather than at random."""
    lot = rng.random(len(code))
    woods, orchard, pond = (Noise.drawn(rng, length)(centre) for length in (1900, 2500, 2300))
    points = shapely.points(centre)
    to_hill = shapely.distance(shapely.union_all(layout.hills), points)
    to_river = shapely.distance(layout.river, points)
    field = kind == "field"
    code[field] = "0101"
    for use, where in (
        ("0103", (to_hill < 900) & (lot < 0.55)),
        ("0102", Noise.drawn(rng, 3500)(centre) > 0.9),
        ("0201", (orchard > 1.15) | ((to_hill < 450) & (lot > 0.62))),
        ("0202", (to_hill < 500) & (orchard < -0.9)),
        ("0301", (woods > 1.45) | ((to_hill < 260) & (lot > 0.5))),
        ("1704", ((pond > 1.2) & (to_river < 2600)) | (lot > 0.985)),
        ("0602", (lot > 0.955) & (lot < 0.972)),
        ("0403", (lot > 0.945) & (lot < 0.955)),
    ):
        code[field & where] = use
    hill = kind == "hill"
    code[hill] = "0301"
    for use, where in (
        ("0303", lot < 0.14),
        ("0302", (lot > 0.14) & (lot < 0.24)),
        ("0202", lot > 0.93),
    ):
        code[hill & where] = use
    village = kind == "village"
    code[village] = np.where(lot[village] < 0.5, "070301", "070302")
    for use, low, high in (
        ("0704", 0.0, 0.05), ("1704", 0.05, 0.09), ("060202", 0.09, 0.11), ("0901", 0.11, 0.13),
        ("080403", 0.13, 0.138), ("1403", 0.138, 0.15), ("080602", 0.15, 0.157), ("0301", 0.157, 0.19),
    ):  # fmt: skip
        code[village & (lot >= low) & (lot < high)] = use


def use_parcels(
    parcels: Parcels,
    *,
    ground: Ground,
    blocks: BlockUses,
    layout: Layout,
    network: Network,
    rng: np.random.Generator,
) -> Geometries:
    """The land-use code of every parcel, shape (n,)."""
    geometry = parcels.geometry
    kind, detail = ground.kind[parcels.origin], ground.detail[parcels.origin]
    main = blocks.code[parcels.origin]
    code = main.copy()
    for name, use in FIXED.items():
        code[kind == name] = use
    code[kind == "site"] = detail[kind == "site"]
    centre = shapely.get_coordinates(shapely.centroid(geometry))
    road = kind == "road"
    shapely.prepare(network.urban)
    outside = ~shapely.contains_xy(network.urban.buffer(60), centre)
    code[road] = "1207"
    code[road & ((detail == "0") | ((detail == "4") & outside))] = "1202"
    _minor(code, np.where(kind == "block", main, ""), rng)
    _shops(code, detail, geometry, network, rng)
    _country(code, kind, centre, layout, rng)
    return code
