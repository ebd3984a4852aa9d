"""The city as one object: parcels with codes, blocks, quarters, districts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import shapely
import shapely.affinity

from portal.samplecity.curves import Flags, Floats, Geometries, Shape
from portal.samplecity.districts import Districts, divide
from portal.samplecity.ground import Ground, lay_ground
from portal.samplecity.land_use import BlockUses, use_blocks, use_parcels
from portal.samplecity.layout import Layout, draw_layout
from portal.samplecity.streets import Network, lay_streets
from portal.samplecity.subdivide import Parcels, as_coverage, subdivide

Progress = Callable[[str, int, int], None]

# EPSG:4547 (CGCS2000, 3-degree zone, central meridian 114E), open country near 113.9E 30.2N.
CRS = "EPSG:4547"
ORIGIN = np.array([490_400.0, 3_342_600.0])

# Restricted places in the countryside: (code, name, centre in metres, size, angle).
RESTRICTED_SITES = (
    ("1501", "示例军事管理区（西山）", (-9900.0, -3500.0), (520.0, 380.0), 25.0),
    ("1505", "示例监教场所", (-6200.0, 6350.0), (360.0, 280.0), 8.0),
    ("1301", "示例水库取水口", (6450.0, 6650.0), (240.0, 180.0), -20.0),
)


@dataclass(frozen=True)
class Restricted:
    """A place that must never be published: its name, land-use code and area."""

    name: str
    code: str
    area: Shape


@dataclass(frozen=True)
class City:
    """Everything that the layers are read from, in metres from the centre (see ``ORIGIN``).

    ``parcels`` is a valid coverage of the municipality; ``code`` (n,) its land-use codes; ``kind``
    and ``detail`` (n,) what the parcel was cut from (see ``Ground``); ``block`` (n,) that area's row.
    """

    layout: Layout
    network: Network
    ground: Ground
    blocks: BlockUses
    parcels: Parcels
    code: Geometries
    districts: Districts
    restricted: tuple[Restricted, ...]

    @property
    def geometry(self) -> Geometries:
        """Parcel polygons, shape (n,)."""
        return self.parcels.geometry

    @property
    def kind(self) -> Geometries:
        """What each parcel was cut from, shape (n,)."""
        return np.asarray(self.ground.kind[self.parcels.origin])

    @property
    def detail(self) -> Geometries:
        """Zone of a block, rank of a road, ..., shape (n,)."""
        return np.asarray(self.ground.detail[self.parcels.origin])

    @property
    def centre(self) -> Floats:
        """A point inside each parcel, shape (n, 2)."""
        return shapely.get_coordinates(shapely.point_on_surface(self.geometry))

    def is_urban(self) -> Flags:
        """Whether each parcel lies in the built city or a town, shape (n,)."""
        built = shapely.union_all(
            [self.network.urban.buffer(25), *(t for _, t in self.layout.towns)]
        )
        shapely.prepare(built)
        return shapely.contains_xy(built, self.centre)


@dataclass(frozen=True)
class _Grain:
    """How fine the city is drawn for a number of parcels."""

    sketch: bool
    streets: bool
    minor: bool
    villages: int
    cut_every: float

    @classmethod
    def of(cls, plots: int) -> _Grain:
        if plots < 3_000:
            return cls(plots < 1_200, False, False, max(4, plots // 30), np.inf)
        if plots < 9_000:
            return cls(False, True, False, plots // 60, 4000.0)
        return cls(False, True, True, min(230, plots // 90), 900.0)


def _sketched(layout: Layout) -> Layout:
    """The layout with only what a few hundred parcels can show."""
    dropped = {"大学路", "双桥路", "望山路", "滨江南路", "滨江北路"}
    return replace(
        layout,
        roads=tuple(road for road in layout.roads if road.rank < 2 and road.name not in dropped),
        streams=tuple(stream for stream in layout.streams if stream[0] == "示柳河"),
        towns=layout.towns[:4],
        hills=layout.hills[:6],
        railways=layout.railways[:1],
    )


def _sites() -> list[tuple[str, shapely.Polygon]]:
    areas = []
    for code, _, (x, y), (width, height), angle in RESTRICTED_SITES:
        box = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        areas.append((code, shapely.affinity.rotate(box, angle)))
    return areas


def _restricted(parcels: Parcels, ground: Ground, blocks: BlockUses) -> tuple[Restricted, ...]:
    """The restricted places as they ended up on the ground."""
    places = []
    for row, name in blocks.restricted.items():
        area = shapely.union_all(parcels.geometry[parcels.origin == row])
        places.append(Restricted(name, str(blocks.code[row]), area))
    sites = zip(RESTRICTED_SITES, _sites(), strict=True)
    places += [Restricted(name, code, area) for (code, name, *_), (_, area) in sites]
    return tuple(place for place in places if not place.area.is_empty)


def build_city(plots: int, seed: int, progress: Progress) -> City:
    """Draw, divide and use the whole city; equal arguments give an equal city."""
    rng = np.random.default_rng(seed)
    grain = _Grain.of(plots)
    steps = ("布局", "路网", "地类", "宗地", "用途")
    progress(steps[0], 0, len(steps))
    layout = draw_layout(rng)
    if grain.sketch:
        layout = _sketched(layout)
    progress(steps[1], 1, len(steps))
    network = lay_streets(layout, rng, streets=grain.streets, minor=grain.minor)
    progress(steps[2], 2, len(steps))
    ground = lay_ground(
        layout,
        network,
        _sites(),
        rng,
        village_count=grain.villages,
        cut_every=grain.cut_every,
        strips=not grain.sketch,
    )
    progress(steps[3], 3, len(steps))
    blocks = use_blocks(ground, layout, rng)
    parcels = as_coverage(
        subdivide(ground.geometry, blocks.targets(ground), ground.waviness, count=plots, rng=rng)
    )
    progress(steps[4], 4, len(steps))
    code = use_parcels(
        parcels, ground=ground, blocks=blocks, layout=layout, network=network, rng=rng
    )
    districts = divide(layout, rng)
    progress(steps[4], 5, len(steps))
    restricted = _restricted(parcels, ground, blocks)
    return City(layout, network, ground, blocks, parcels, code, districts, restricted)
