"""Street grids quarter by quarter, and the surfaces that streets take up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from portal.samplecity.curves import Floats, Geometries, Noise, Shape, Warp, lines_of, polygons_of
from portal.samplecity.design import ZONE_SEEDS
from portal.samplecity.layout import Layout, Road

# Width between the kerb lines of the plan in metres, by rank of road (see layout.Road). Streets
# must outlive the 10 m ground grid of the published layer, so none is under 20 m.
WIDTHS = {0: 62.0, 1: 48.0, 2: 34.0, 3: 22.0, 4: 22.0}


@dataclass(frozen=True)
class Grid:
    """How a quarter's streets are laid: spacing in metres, angle in degrees."""

    spacing: tuple[float, float]
    angle: float
    jitter: float
    bend: float
    dropped: float
    collector: int = 3


GRIDS = {
    "old_town": Grid((168, 205), -4, 26, 40, 0.20, 4),
    "cbd": Grid((205, 235), 12, 3, 0, 0.05, 3),
    "new_town": Grid((300, 345), 12, 6, 25, 0.12, 2),
    "lakeside": Grid((290, 330), -9, 22, 90, 0.18, 3),
    "station": Grid((260, 300), 3, 8, 10, 0.15, 2),
    "suburb": Grid((265, 315), -6, 20, 70, 0.2, 3),
    "university": Grid((460, 520), -3, 25, 110, 0.15, 2),
    "west": Grid((300, 350), -14, 14, 70, 0.15, 2),
    "industry": Grid((430, 520), -8, 10, 25, 0.12, 2),
    "logistics": Grid((480, 560), -8, 6, 10, 0.12, 2),
    "high_tech": Grid((360, 420), 24, 10, 60, 0.12, 2),
    "town": Grid((185, 225), 0, 22, 30, 0.18, 3),
}


@dataclass(frozen=True)
class Network:
    """Every road, as lines by rank with names, and the quarters between the main roads."""

    roads: tuple[Road, ...]
    quarters: Geometries
    zones: tuple[str, ...]
    urban: Shape

    def of_rank(self, rank: int) -> Geometries:
        """The lines of one rank."""
        return np.array([road.line for road in self.roads if road.rank == rank], dtype=object)


def zones_at(points: Floats) -> tuple[str, ...]:
    """The zone of each point, shape (n, 2) in metres: that of the nearest seed."""
    seeds = np.array([[x, y] for _, x, y in ZONE_SEEDS]) * 1000
    nearest = np.argmin(((points[:, None, :] - seeds[None]) ** 2).sum(axis=2), axis=1)
    return tuple(ZONE_SEEDS[row][0] for row in nearest)


def _nodes(area: Shape, grid: Grid, rng: np.random.Generator, anchor: Floats) -> Floats:
    """Crossings of a grid that covers ``area``, shape (rows, columns, 2)."""
    turn = np.deg2rad(grid.angle)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    local = (shapely.get_coordinates(area) - anchor) @ axes.T
    low = np.floor(local.min(axis=0) / grid.spacing).astype(int) - 1
    high = np.ceil(local.max(axis=0) / grid.spacing).astype(int) + 2
    columns = np.arange(low[0], high[0]) * grid.spacing[0]
    rows = np.arange(low[1], high[1]) * grid.spacing[1]
    columns = columns + rng.normal(0, 0.08 * grid.spacing[0], len(columns))
    rows = rows + rng.normal(0, 0.08 * grid.spacing[1], len(rows))
    crossings = np.stack(np.meshgrid(columns, rows), axis=2)
    crossings += rng.normal(0, grid.jitter, crossings.shape)
    return np.asarray(crossings @ axes + anchor)


def _segments(
    nodes: Floats, grid: Grid, rng: np.random.Generator, minor: bool
) -> tuple[Floats, Floats, Floats]:
    """Streets between crossings: ends (n, 2, 2), rank (n,), number of the grid line (n,)."""
    height, width = nodes.shape[:2]
    east = np.stack([nodes[:, :-1], nodes[:, 1:]], axis=2)
    north = np.stack([nodes[:-1], nodes[1:]], axis=2)
    row = np.broadcast_to(np.arange(height)[:, None] % grid.collector == 0, east.shape[:2])
    column = np.broadcast_to(np.arange(width)[None] % grid.collector == 0, north.shape[:2])
    ends = np.concatenate([east.reshape(-1, 2, 2), north.reshape(-1, 2, 2)])
    collector = np.concatenate([row.ravel(), column.ravel()])
    across = np.broadcast_to(np.arange(height)[:, None], east.shape[:2]).ravel()
    upward = np.broadcast_to(np.arange(width)[None] + height, north.shape[:2]).ravel()
    number = np.concatenate([across, upward])
    kept = collector | (rng.random(len(ends)) >= grid.dropped)
    if not minor:
        kept &= collector
    return ends[kept], np.where(collector[kept], 2.0, 3.0), number[kept]


def _without_shadowing(lines: Geometries, main: Shape, reach: float) -> Geometries:
    """The lines without the stretches that run along a main road rather than across it."""
    if not len(lines):
        return lines
    main = shapely.clip_by_rect(main, *shapely.total_bounds(lines))
    near = shapely.intersection(lines, main)
    runs_along = shapely.length(near) > 2.6 * reach
    lines = lines.copy()
    lines[runs_along] = shapely.difference(lines[runs_along], main)
    return lines


def _quarters(layout: Layout, reach: Shape) -> Geometries:
    """Faces between the main roads, the river's banks and the railways."""
    main = [road.line for road in layout.roads if road.rank < 2]
    rails = [line for _, line in layout.railways]
    rim = [reach.boundary, layout.river.boundary, layout.lake.boundary]
    lines = shapely.union_all(
        shapely.intersection(np.array([*main, *rails, *rim], dtype=object), reach.buffer(1))
    )
    faces = polygons_of(shapely.polygonize(lines_of(lines)))
    return np.asarray(faces[shapely.area(faces) > 10_000])


def _streets_of(
    area: Shape,
    zone: str,
    rng: np.random.Generator,
    *,
    key: str,
    main: Shape,
    minor: bool,
    angle: float | None = None,
) -> list[Road]:
    """The streets of one quarter; pieces of one street share a name that starts with ``key``."""
    grid = GRIDS[zone]
    if angle is not None:
        grid = Grid(grid.spacing, angle, grid.jitter, grid.bend, grid.dropped, grid.collector)
    anchor = (
        np.zeros(2) if zone in {"cbd", "new_town"} else shapely.get_coordinates(area.centroid)[0]
    )
    ends, ranks, numbers = _segments(_nodes(area, grid, rng, anchor), grid, rng, minor)
    warp = Warp(Noise.drawn(rng, 2600), Noise.drawn(rng, 2600), grid.bend)
    lines = np.asarray(
        shapely.linestrings(warp(ends.reshape(-1, 2)).reshape(-1, 2, 2)), dtype=object
    )
    shapely.prepare(area)
    touching = shapely.intersects(area, lines)
    lines, ranks, numbers = lines[touching], ranks[touching], numbers[touching]
    lines = _without_shadowing(shapely.intersection(lines, area), main, 85.0)
    return [
        Road(f"{key}-{int(number)}", int(rank), part)
        for line, rank, number in zip(lines, ranks, numbers, strict=True)
        for part in lines_of(line)
        if part.length > 15
    ]


def _urban_streets(
    layout: Layout, rng: np.random.Generator, *, streets: bool, minor: bool
) -> tuple[list[Road], Shape, Geometries, tuple[str, ...]]:
    """Streets of the main city, its exact extent (bounded by streets), quarters and their zones."""
    reach = layout.urban.buffer(450)
    keep_off = shapely.union_all(
        [layout.river.buffer(95), layout.lake.buffer(120), *layout.city_hills]
    )
    quarters = _quarters(layout, reach)
    zones = zones_at(shapely.get_coordinates(shapely.centroid(quarters)))
    main = shapely.union_all([road.line for road in layout.roads if road.rank < 2])
    close = main.union(shapely.union_all([line for _, line in layout.railways])).buffer(85)
    found: list[Road] = []
    for row, (quarter, zone) in enumerate(zip(quarters, zones, strict=True)):
        area = quarter.difference(keep_off)
        if streets and not area.is_empty:
            found += _streets_of(area, zone, rng, key=f"q{row}", main=close, minor=minor)
    lines = np.array([road.line for road in found], dtype=object)
    rims = [reach.boundary, layout.river.boundary, layout.lake.boundary]
    faces = polygons_of(shapely.polygonize(lines_of(shapely.union_all([*lines, main, *rims]))))
    inside = shapely.contains(layout.urban, shapely.centroid(faces)) & (shapely.area(faces) < 4e6)
    urban: Shape = shapely.union_all(faces[inside]).buffer(8).buffer(-4)
    urban = shapely.union_all(polygons_of(urban)[shapely.area(polygons_of(urban)) > 1e6])
    return _within(found, urban.buffer(6)), urban, quarters, zones


def _within(found: list[Road], extent: Shape) -> list[Road]:
    """The streets cut off at the rim of ``extent``."""
    shapely.prepare(extent)
    lines = np.array([road.line for road in found], dtype=object)
    across = ~shapely.covers(extent, lines)
    lines[across] = shapely.intersection(lines[across], extent)
    return [
        Road(road.name, road.rank, part)
        for road, line in zip(found, lines, strict=True)
        for part in lines_of(line)
        if part.length > 15
    ]


def _town_streets(layout: Layout, rng: np.random.Generator, minor: bool) -> list[Road]:
    main = shapely.union_all([road.line for road in layout.roads]).buffer(70)
    roads: list[Road] = []
    for name, town in layout.towns:
        area = town.difference(layout.water.buffer(40)).buffer(-12)
        angle = float(rng.uniform(-40, 40))
        roads += _streets_of(area, "town", rng, key=name, main=main, minor=minor, angle=angle)
    return roads


def lay_streets(
    layout: Layout, rng: np.random.Generator, *, streets: bool = True, minor: bool = True
) -> Network:
    """All roads of the city.

    Without ``minor`` streets the blocks are three times as wide, without ``streets`` there are
    main roads only: for small samples.
    """
    laid, urban, quarters, zones = _urban_streets(layout, rng, streets=streets, minor=minor)
    if streets:
        laid += _town_streets(layout, rng, minor)
    return Network((*layout.roads, *laid), quarters, zones, urban)


def road_surfaces(
    network: Network, extent: Shape, *, cut_every: float
) -> list[tuple[int, shapely.Polygon]]:
    """Road surfaces as (rank, polygon): the higher rank runs through, the lower one ends at it.

    Every stretch between crossings is cut across at least once, long ones each ``cut_every`` metres.
    """
    taken: Shape = shapely.Polygon()
    surfaces: list[tuple[int, shapely.Polygon]] = []
    for rank, width in WIDTHS.items():
        lines = network.of_rank(rank)
        if not len(lines):
            continue
        bands = shapely.buffer(
            lines,
            width / 2,
            cap_style="square" if rank in {2, 3} else "flat",
            join_style="mitre",
            mitre_limit=2.0,
        )
        surface = shapely.union_all(bands).intersection(extent)
        surfaces += [
            (rank, part) for part in _pieces(surface.difference(taken), lines, width, cut_every)
        ]
        taken = taken.union(surface)
    return surfaces


def _pieces(surface: Shape, lines: Geometries, width: float, cut_every: float) -> Geometries:
    """A road surface cut across, half-way between crossings, into single parcels."""
    links = lines_of(shapely.line_merge(shapely.union_all(lines)))
    links = links[shapely.length(links) > 4 * width]
    counts = np.maximum(1, np.round(shapely.length(links) / cut_every)).astype(int)
    owner = np.repeat(np.arange(len(links)), counts)
    order = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = (order + 0.5) / counts[owner]
    here = shapely.line_interpolate_point(links[owner], share, normalized=True)
    ahead = shapely.line_interpolate_point(
        links[owner], np.minimum(share + 1e-3, 1), normalized=True
    )
    start, stop = shapely.get_coordinates(here), shapely.get_coordinates(ahead)
    along = stop - start
    along /= np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    across = np.column_stack([-along[:, 1], along[:, 0]]) * (width / 2 + 4)
    ends = np.stack([start - across, start + across], axis=1)
    cuts = np.asarray(shapely.linestrings(ends), dtype=object)
    mesh = shapely.union_all([*cuts, surface.boundary])
    faces = polygons_of(shapely.polygonize(lines_of(mesh)))
    shapely.prepare(surface)
    return np.asarray(faces[shapely.contains(surface, shapely.point_on_surface(faces))])
