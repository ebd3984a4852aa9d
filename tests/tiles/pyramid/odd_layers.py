"""Strategies for layers that no surveyor would hand in, but some file always does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from hypothesis import strategies as st

from tiles.desensitise.features import FeatureTable
from tiles.pyramid.layer_spec import GeometryKind, LayerSpec

FIELDS = (("class", "text"), ("note", "text"), ("far", "number"), ("count", "integer"))
ORIGIN = {"WebMercatorQuad": (-20037508.342789244, 20037508.342789244), "CGCS2000Quad": (-180, 90)}
SPAN = {"WebMercatorQuad": 2 * 20037508.342789244, "CGCS2000Quad": 360.0}
CRS = {"WebMercatorQuad": "EPSG:3857", "CGCS2000Quad": "EPSG:4490"}


@dataclass(frozen=True)
class OddLayer:
    """A table around one corner of a tile, ``x``, ``y`` being the tile right below that corner."""

    table: FeatureTable
    spec: LayerSpec
    tms_id: str
    z: int
    x: int
    y: int

    def __repr__(self) -> str:
        shapes = [None if shape is None else shape.wkt for shape in self.table.geometry]
        return f"{self.tms_id} {self.z}/{self.x}/{self.y} {self.spec.geometry} {shapes}"


near = st.integers(-24, 24)
wide = st.sampled_from([-9000, -4160, -4096, -4032, -64, 0, 64, 4032, 4096, 4160, 9000])
half = st.integers(-48, 48).map(lambda value: value / 2)
place = st.one_of(st.tuples(near, near), st.tuples(half, half), st.tuples(wide, wide))
"""Positions in units around the corner of a tile: whole, halves, and on borders of tiles and buffers."""

rings = st.lists(place, min_size=3, max_size=9)


def _polygon(shell: Any, holes: Any = ()) -> shapely.Geometry:
    return shapely.Polygon(shell, holes)


@st.composite
def spikes(draw: st.DrawFn) -> shapely.Geometry:
    """A square with a thorn of no width."""
    (x, y), size, thorn = draw(place), draw(st.integers(1, 200)), draw(place)
    return _polygon(
        [(x, y), (x + size, y), thorn, (x + size, y), (x + size, y + size), (x, y + size)]
    )


@st.composite
def tiny_holes(draw: st.DrawFn) -> shapely.Geometry:
    """A square with holes around the size of a unit, some of which touch each other or the shell."""
    (x, y), size = draw(place), draw(st.sampled_from([8, 300, 9000]))
    holes = []
    for dx, dy, width in draw(
        st.lists(
            st.tuples(st.integers(0, 6), st.integers(0, 6), st.sampled_from([0.3, 1, 2])),
            max_size=4,
        )
    ):
        a, b = x + dx, y + dy
        holes.append([(a, b), (a, b + width), (a + width, b + width), (a + width, b)])
    return _polygon([(x, y), (x + size, y), (x + size, y + size), (x, y + size)], holes)


@st.composite
def touching_rings(draw: st.DrawFn) -> shapely.Geometry:
    """Parts that meet in a point, along an edge, or lie on one another."""
    (x, y), step = draw(place), draw(st.sampled_from([0.5, 1, 40, 4096]))
    dx, dy = draw(st.tuples(st.integers(0, 1), st.integers(0, 1)))
    first = shapely.box(x, y, x + step, y + step)
    second = shapely.box(x + dx * step, y + dy * step, x + (1 + dx) * step, y + (1 + dy) * step)
    return shapely.MultiPolygon([first, second])


@st.composite
def duplicates(draw: st.DrawFn) -> shapely.Geometry:
    """A ring that stutters."""
    points = draw(rings)
    return _polygon([point for point in points for _ in range(draw(st.integers(1, 3)))])


combs = st.builds(
    lambda x, y, teeth: _polygon(
        [(x, y), *((x + i * 0.6, y + (90 if i % 2 else 1)) for i in range(teeth)), (x + teeth, y)]
    ),
    st.integers(-70, 70),
    st.integers(-70, 70),
    st.integers(3, 40),
)
bow_ties = st.tuples(place, st.integers(1, 5000)).map(
    lambda item: _polygon(
        [
            item[0],
            (item[0][0] + item[1], item[0][1] + item[1]),
            (item[0][0] + item[1], item[0][1]),
            (item[0][0], item[0][1] + item[1]),
        ]
    )
)
collapsed = st.one_of(
    place.map(lambda point: _polygon([point] * 4)),
    st.tuples(place, place).map(lambda ends: _polygon([ends[0], ends[1], ends[0]])),
)
any_rings = rings.map(_polygon)
mixtures = st.tuples(any_rings, place, place).map(
    lambda item: shapely.GeometryCollection(
        [shapely.make_valid(item[0]), shapely.Point(item[1]), shapely.LineString(item[1:])]
    )
)
polygons = st.one_of(
    spikes(),
    tiny_holes(),
    touching_rings(),
    duplicates(),
    combs,
    bow_ties,
    collapsed,
    any_rings,
    mixtures,
)

lines = st.one_of(
    st.lists(place, min_size=2, max_size=8).map(shapely.LineString),
    place.map(lambda point: shapely.LineString([point, point])),
    st.lists(st.lists(place, min_size=2, max_size=4), min_size=1, max_size=3).map(
        shapely.MultiLineString
    ),
)
points = st.one_of(
    place.map(shapely.Point), st.lists(place, min_size=1, max_size=5).map(shapely.MultiPoint)
)
nothing = st.sampled_from([None, shapely.Point(), shapely.Polygon(), shapely.MultiLineString()])
BY_KIND: dict[GeometryKind, Any] = {"polygon": polygons, "line": lines, "point": points}

texts = st.sampled_from(["居住用地", "", " ", "0701", "é́", "🏙️", "a" * 400, "\n"])
VALUES: dict[str, Any] = {
    "class": st.one_of(st.none(), texts),
    "note": st.one_of(st.none(), texts, st.booleans(), st.integers(-5, 5)),
    "far": st.one_of(st.none(), st.floats(allow_infinity=False), st.integers(-9, 9), st.booleans()),
    "count": st.one_of(
        st.none(), st.just(math.nan), st.integers(-(2**63), 2**63 - 1), st.booleans(), st.just(-2.0)
    ),
}


@st.composite
def odd_layers(draw: st.DrawFn) -> OddLayer:
    """One to five features of one kind around the corner of a tile of either grid."""
    tms_id = draw(st.sampled_from(sorted(CRS)))
    kind = draw(st.sampled_from(sorted(BY_KIND)))
    z = draw(st.integers(5, 17))
    x = 2**z // 2 + 2 ** (z - 3)
    y = 2**z // 4 - draw(st.integers(0, 1))
    drawn = draw(st.lists(st.one_of(BY_KIND[kind], BY_KIND[kind], nothing), max_size=5))
    corner = np.array(ORIGIN[tms_id]) + np.array([x, -y]) * SPAN[tms_id] / 2**z
    unit = SPAN[tms_id] / 2**z / 4096
    geometry = np.empty(len(drawn), dtype=object)
    geometry[:] = drawn
    placed = shapely.transform(geometry, lambda units: corner + units * (unit, -unit))
    columns = {}
    for name, values in VALUES.items():
        columns[name] = np.empty(len(drawn), dtype=object)
        columns[name][:] = [draw(values) for _ in drawn]
    spec = LayerSpec(
        "odd",
        kind,
        z - 2,
        z,
        "class",
        "note",
        FIELDS,
        coverage=kind == "polygon" and draw(st.booleans()),
    )
    return OddLayer(FeatureTable(placed, columns, CRS[tms_id], "odd"), spec, tms_id, z, x, y)
