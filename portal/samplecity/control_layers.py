"""The lines that bind: farmland, ecology, urban boundary, the city's four lines; and secrets."""

from __future__ import annotations

import numpy as np
import shapely

from portal.samplecity import people
from portal.samplecity.city import City
from portal.samplecity.curves import Flags, Shape, blob, polygons_of
from portal.samplecity.raw_layer import (
    Column,
    RawLayer,
    dissolved,
    hectares_up,
    placed,
    standard_columns,
    texts,
)

SECRECY = {"1501": "军事", "1505": "监教", "1301": "供水", "1304": "燃气"}


def farmland(city: City, parcels: Flags, rng: np.random.Generator) -> RawLayer:
    """永久基本农田 (YJJBNT), with the name and phone of the person in charge."""
    townships = city.districts.name[city.districts.at(city.centre)]
    areas, _ = dissolved(city.geometry[parcels], townships[parcels])
    areas = areas[hectares_up(areas, 0.4)]
    count = len(areas)
    columns: dict[str, Column] = {
        **standard_columns(city, areas, "2090040310"),
        "BHPKBH": np.array([f"990100{row:05d}" for row in range(1, count + 1)], dtype=object),
        "DLMC": rng.choice(
            np.array(["水田", "水浇地", "旱地"], dtype=object), count, p=[0.6, 0.2, 0.2]
        ),
        "ZLDB": rng.choice(np.array(["高等", "中等"], dtype=object), count, p=[0.7, 0.3]),
        "MJ": np.round(shapely.area(areas), 2),
        "ZRR": people.person_names(rng, count),
        "LXDH": people.phones(rng, count),
    }
    return RawLayer("farmland", "YJJBNT", placed(areas), columns)


def ecology(city: City, parcels: Flags, rng: np.random.Generator) -> RawLayer:
    """生态保护红线 (STBHHX), with remarks on rare species that must not get out."""
    kind = np.where(city.kind == "wetland", "生物多样性维护", "水土保持")
    kind[shapely.distance(city.layout.reservoir, shapely.points(city.centre)) < 1500] = "水源涵养"
    areas, function = dissolved(city.geometry[parcels], kind.astype(object)[parcels])
    large = hectares_up(areas, 3)
    areas, function = areas[large], function[large]
    count = len(areas)
    names, phones = people.person_names(rng, count), people.phones(rng, count)
    columns: dict[str, Column] = {
        **standard_columns(city, areas, "2090040110"),
        "HXMC": np.array(
            [f"示例{value}红线{row:02d}" for row, value in enumerate(function, 1)], dtype=object
        ),
        "HXLX": function,
        "MJ": np.round(shapely.area(areas), 2),
        "GLYQ": texts(
            [
                "原则上禁止人为活动" if value == "水源涵养" else "仅允许有限人为活动"
                for value in function
            ]
        ),
        "BZ": texts(
            [
                f"珍稀植物监测样点，巡护员{name}先生 {phone}"
                for name, phone in zip(names, phones, strict=True)
            ]
        ),
    }
    return RawLayer("ecology", "STBHHX", placed(areas), columns)


def boundary(city: City, protected: Flags, rng: np.random.Generator) -> RawLayer:
    """城镇开发边界 (CZKFBJ): compact development, reserve for growth, and special-purpose land.

    ``protected`` (n,): parcels of basic farmland and of the red line, which the boundary
    must leave out (三条控制线不交叉).
    """
    built = np.isin(city.kind, ["block", "city_hill", "airport"])
    built |= city.is_urban() & np.isin(
        city.kind, ["road", "waterside", "guard", "rail", "stream", "lake", "river"]
    )
    joined = shapely.coverage_union_all(city.geometry[built]).buffer(45).buffer(-45).simplify(6)
    whole = [shapely.Polygon(part.exterior) for part in polygons_of(joined)]
    whole = [part for part in whole if part.area > 150_000]
    core = shapely.union_all(whole)
    growth = [
        blob(rng, place, (1100.0, 700.0), angle=30, roughness=0.1).difference(core)
        for place in ((5900.0, -5700.0), (-7300.0, -4700.0), (9300.0, 3600.0))
    ]
    special = shapely.union_all([*city.layout.city_hills, city.layout.lake.buffer(105)])
    land = city.layout.boundary.difference(shapely.coverage_union_all(city.geometry[protected]))
    parts = [
        ("城镇集中建设区", core.difference(special)),
        ("特别用途区", special.intersection(core)),
    ]
    # what the protected land leaves of a reserve is kept only where it is more than a strip
    room = land.difference(city.layout.river)
    parts += [("城镇弹性发展区", area.intersection(room).buffer(-60).buffer(55)) for area in growth]
    rows = [
        (kind, part)
        for kind, area in parts
        for part in polygons_of(area.intersection(land))
        if part.area > 40_000
    ]
    areas = np.array([area for _, area in rows], dtype=object)
    columns: dict[str, Column] = {
        **standard_columns(city, areas, "2090040510"),
        "FQLX": texts([kind for kind, _ in rows]),
        "BJMC": texts([f"示例市城镇开发边界{row:02d}" for row in range(1, len(rows) + 1)]),
        "MJ": np.round(shapely.area(areas), 2),
        "BZ": np.full(len(rows), None, dtype=object),
    }
    return RawLayer("boundary", "CZKFBJ", placed(areas), columns)


def four_lines(city: City) -> RawLayer:
    """城市四线: green, blue, purple and yellow lines of the built city."""
    urban = city.is_urban()
    green = urban & np.isin(city.code, ["1401", "1402"])
    yellow = urban & np.array(
        [code.startswith("13") or code in {"120801", "1201", "1203"} for code in city.code]
    )
    heritage = urban & np.isin(city.code, ["1504", "1503"])
    water = shapely.intersection(city.layout.water, city.network.urban.buffer(120))
    lines = {
        "绿线": polygons_of(shapely.coverage_union_all(city.geometry[green])),
        "蓝线": polygons_of(water.buffer(12).simplify(3)),
        "紫线": polygons_of(
            shapely.union_all(
                [
                    *shapely.buffer(city.geometry[heritage], 60, join_style="mitre"),
                    _historic_quarter(city),
                ]
            )
        ),
        "黄线": polygons_of(shapely.coverage_union_all(city.geometry[yellow])),
    }
    rows = [(kind, area) for kind, parts in lines.items() for area in parts if area.area > 4_000]
    areas = np.array([area for _, area in rows], dtype=object)
    columns: dict[str, Column] = {
        **standard_columns(city, areas, "2090050110"),
        "XLX": texts([kind for kind, _ in rows]),
        "MC": texts([f"示例市城市{kind}{row:04d}" for row, (kind, _) in enumerate(rows, 1)]),
        "MJ": np.round(shapely.area(areas), 2),
    }
    return RawLayer("fourlines", "CSSX", placed(areas), columns)


def _historic_quarter(city: City) -> Shape:
    """The blocks around the drum tower, as one historic quarter."""
    near = np.hypot(*(city.centre - np.array([-950.0, 2250.0])).T) < 420
    rows = near & (city.kind == "block")
    return shapely.union_all(city.geometry[rows]).buffer(14).buffer(-14).simplify(4)


def restricted(city: City) -> RawLayer:
    """涉密与限制公开区域: used at the internal node only, to take things out."""
    areas = np.array([place.area.buffer(12).simplify(2) for place in city.restricted], dtype=object)
    columns: dict[str, Column] = {
        "MC": texts([place.name for place in city.restricted]),
        "LX": texts([SECRECY[place.code] for place in city.restricted]),
        "MJ": np.round(shapely.area(areas), 2),
    }
    return RawLayer("restricted", "SMQY", placed(areas), columns)
