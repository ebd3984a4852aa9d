"""The ground before parcels: every square metre is road, rail, water, green, block or field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from portal.samplecity.curves import Geometries, Shape, blob, polygons_of, thickness
from portal.samplecity.layout import Layout
from portal.samplecity.streets import Network, road_surfaces, zones_at

# Wanted parcel area in hectares by kind of ground; blocks go by their quarter. Only the ratios
# matter: the number of parcels is given.
TARGETS = {
    "old_town": 0.5, "cbd": 0.85, "new_town": 1.15, "lakeside": 1.1, "station": 0.9, "suburb": 1.0,
    "university": 2.2, "west": 1.1, "industry": 2.2, "logistics": 3.0, "high_tech": 1.8, "town": 0.55,
    "village": 0.34, "field": 3.6, "hill": 22.0, "waterside": 4.0, "guard": 7.0, "wetland": 9.0,
    "city_hill": 20.0,
}  # fmt: skip
WAVINESS = {"field": 0.09, "hill": 0.13, "village": 0.03, "wetland": 0.1, "old_town": 0.012}
WHOLE = ("road", "rail", "river", "stream", "lake", "reservoir", "airport", "site", "island")


@dataclass(frozen=True)
class Ground:
    """Disjoint areas that cover the municipality: geometry (n,), kind (n,) and detail (n,).

    ``kind``: road, rail, river, ..., block, village, field, hill. ``detail``: the zone of a block,
    the rank of a road, the code of a site, the name of a stream; else empty.
    """

    geometry: Geometries
    kind: Geometries
    detail: Geometries

    @property
    def targets(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Wanted parcel area in m2; infinite for what stays whole."""
        keys = np.where(self.kind == "block", self.detail, self.kind)
        return np.array([TARGETS.get(key, np.inf) * 1e4 for key in keys])

    @property
    def waviness(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """How much the borders between parcels wind, as a share of their length."""
        keys = np.where(self.kind == "block", self.detail, self.kind)
        return np.array([WAVINESS.get(key, 0.0) for key in keys])


class _Painter:
    """Lays areas over what is still free, first come first served."""

    def __init__(self, extent: Shape) -> None:
        self.free = extent
        self.rows: list[tuple[shapely.Polygon, str, str]] = []

    def lay(self, areas: Iterable[Shape], kind: str, details: Iterable[str]) -> None:
        taken = []
        for area, detail in zip(areas, details, strict=True):
            part = shapely.intersection(area, self.free)
            self.rows += [(polygon, kind, detail) for polygon in polygons_of(part)]
            taken.append(area)
        self.free = shapely.difference(self.free, shapely.union_all(taken))

    def lay_disjoint(self, rows: list[tuple[int, shapely.Polygon]], kind: str) -> None:
        """Areas that are known to be disjoint and free: no overlay is needed one by one."""
        self.rows += [(polygon, kind, str(detail)) for detail, polygon in rows]
        surface = shapely.union_all([polygon for _, polygon in rows])
        self.free = shapely.difference(self.free, surface)


def villages(layout: Layout, network: Network, rng: np.random.Generator, count: int) -> list[Shape]:
    """Clusters of homesteads in the countryside, apart from each other and near country roads."""
    built = [network.urban.buffer(350), *(town.buffer(250) for _, town in layout.towns)]
    avoid = shapely.union_all(
        [
            *built,
            layout.water.buffer(70),
            layout.airport.buffer(400),
            *(h.buffer(-120) for h in layout.hills),
        ]
    )
    room = layout.boundary.buffer(-250).difference(avoid)
    shapely.prepare(room)
    low_x, low_y, high_x, high_y = layout.boundary.bounds
    tries = rng.uniform((low_x, low_y), (high_x, high_y), (60 * count, 2))
    tries = tries[shapely.contains_xy(room, tries)]
    country = shapely.union_all([r.line for r in layout.roads if r.rank == 4])
    distance = shapely.distance(shapely.points(tries), country)
    tries = tries[rng.random(len(tries)) < np.exp(-distance / 900) + 0.12]
    sites: list[np.ndarray] = []
    for place in tries:
        if len(sites) == count:
            break
        if all(np.hypot(*(place - other)) > 480 for other in sites):
            sites.append(place)
    return [_village(rng, place) for place in sites]


def _village(rng: np.random.Generator, place: np.ndarray) -> Shape:
    size = float(rng.uniform(60, 125))
    parts = [
        blob(
            rng,
            (float(place[0] + rng.normal(0, size)), float(place[1] + rng.normal(0, size))),
            (size * float(rng.uniform(0.7, 1.5)), size * float(rng.uniform(0.5, 0.9))),
            angle=float(rng.uniform(0, 180)),
            roughness=0.15,
            corners=16,
        )
        for _ in range(int(rng.integers(2, 5)))
    ]
    return shapely.union_all(parts).buffer(12).buffer(-12).simplify(4)


def _lay_water(painter: _Painter, layout: Layout) -> None:
    river = layout.river.difference(layout.island)
    painter.lay([layout.lake], "lake", [""])
    painter.lay([layout.reservoir], "reservoir", [""])
    painter.lay([river], "river", [""])
    painter.lay([layout.island], "island", [""])
    painter.lay(
        [area for _, area in layout.streams], "stream", [name for name, _ in layout.streams]
    )


def _lay_green(painter: _Painter, layout: Layout, network: Network) -> None:
    """Parks along water and guard strips along rail and expressways, in the built city only."""
    streams = shapely.union_all([area for _, area in layout.streams])
    banks = [layout.river.buffer(78), layout.lake.buffer(105), streams.buffer(26)]
    painter.lay(
        [shapely.union_all(banks).intersection(network.urban.buffer(60))], "waterside", [""]
    )
    rails = shapely.union_all([line for _, line in layout.railways]).buffer(52)
    fast = shapely.union_all([road.line for road in layout.roads if road.rank == 0]).buffer(72)
    painter.lay([rails.intersection(network.urban).union(fast)], "guard", [""])


def _lay_country(painter: _Painter, layout: Layout, homes: list[Shape], fringe: Shape) -> None:
    painter.lay(homes, "village", [""] * len(homes))
    painter.lay(layout.hills, "hill", [""] * len(layout.hills))
    painter.lay([fringe], "wetland", [""])
    painter.lay([painter.free], "field", [""])


def lay_ground(
    layout: Layout,
    network: Network,
    sites: list[tuple[str, shapely.Polygon]],
    rng: np.random.Generator,
    *,
    village_count: int,
    cut_every: float,
    strips: bool = True,
) -> Ground:
    """Cover the municipality; see ``Ground``. ``sites``: (land-use code, area) of special places.

    ``strips``: whether green strips run along water, rail and expressways.
    """
    painter = _Painter(layout.boundary)
    painter.lay_disjoint(road_surfaces(network, layout.boundary, cut_every=cut_every), "road")
    rails = [line.buffer(24, cap_style="flat") for _, line in layout.railways]
    painter.lay(rails, "rail", [name for name, _ in layout.railways])
    painter.lay([area for _, area in sites], "site", [code for code, _ in sites])
    _lay_water(painter, layout)
    painter.lay([layout.airport], "airport", [""])
    if strips:
        _lay_green(painter, layout, network)
    painter.lay(layout.city_hills, "city_hill", [""] * len(layout.city_hills))
    blocks = polygons_of(shapely.intersection(network.urban, painter.free))
    zones = zones_at(shapely.get_coordinates(shapely.centroid(blocks)))
    painter.lay_disjoint(list(zip(zones, blocks, strict=True)), "block")  # type: ignore[arg-type]
    painter.lay([area for _, area in layout.towns], "block", ["town"] * len(layout.towns))
    homes = villages(layout, network, rng, village_count)
    wet = blob(rng, (-10_000.0, 2_900.0), (1500, 520), angle=-12, roughness=0.2)
    mouth = blob(rng, (9_600.0, -4_500.0), (900, 480), angle=-30, roughness=0.2)
    _lay_country(painter, layout, homes, shapely.union_all([wet, mouth]))
    return _without_slivers(painter.rows)


def _without_slivers(rows: list[tuple[shapely.Polygon, str, str]]) -> Ground:
    """The areas as arrays; slivers are left out here and filled by their neighbours later."""
    geometry = np.array([row[0] for row in rows], dtype=object)
    kept = (shapely.area(geometry) > 450) & (thickness(geometry) > 3.0)
    return Ground(
        geometry[kept],
        np.array([row[1] for row in rows], dtype=object)[kept],
        np.array([row[2] for row in rows], dtype=object)[kept],
    )
