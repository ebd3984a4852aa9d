"""Districts, roads, rail, stations and public facilities."""

from __future__ import annotations

import numpy as np
import shapely

from portal.samplecity import people
from portal.samplecity.city import City
from portal.samplecity.curves import line_km, lines_of
from portal.samplecity.design import METRO
from portal.samplecity.place_names import numbered, station_rows, stems, street_names
from portal.samplecity.raw_layer import Column, RawLayer, placed, standard_columns, texts
from portal.samplecity.streets import WIDTHS

ROAD_CLASS = {0: "快速路", 1: "主干路", 2: "次干路", 3: "支路", 4: "公路"}
# code: kind of facility, tail of its name
FACILITY_KINDS: dict[str, tuple[str, str]] = {
    "080401": ("高等学校", "学院"), "080403": ("中小学", "学校"), "080404": ("幼儿园", "幼儿园"),
    "080601": ("医院", "医院"), "080602": ("社区卫生服务", "社区卫生服务中心"), "080301": ("文化设施", "文化馆"),
    "080302": ("文化设施", "文化活动中心"), "0803": ("文化设施", "图书馆"), "080501": ("体育设施", "体育中心"),
    "0805": ("体育设施", "全民健身中心"), "0807": ("养老福利", "养老服务中心"), "0801": ("行政服务", "便民服务中心"),
    "0702": ("社区服务", "社区服务站"), "0704": ("社区服务", "村民服务站"), "1310": ("消防", "消防救援站"),
    "120802": ("公交场站", "公交首末站"), "120801": ("对外交通", "客运站"),
}  # fmt: skip
SCHOOLS = ("小学", "小学", "初级中学", "实验学校", "高级中学")


def districts(city: City) -> RawLayer:
    """行政区划 (XZQXZ): townships with the county that they belong to; a coverage."""
    divisions = city.districts
    columns: dict[str, Column] = {
        "BSM": numbered("99010110", len(divisions.code), width=10),
        "YSDM": np.full(len(divisions.code), "1000600300", dtype=object),
        "XZQDM": divisions.code,
        "XZQMC": divisions.name,
        "XJDM": divisions.county_code,
        "XJMC": divisions.county_name,
        "MJ": np.round(shapely.area(divisions.geometry), 2),
    }
    return RawLayer("districts", "XZQXZ", placed(divisions.geometry), columns)


def roads(city: City, rng: np.random.Generator) -> RawLayer:
    """Centre lines of roads: one feature a street, cut at the edge of the municipality."""
    names = street_names([(road.name, road.rank) for road in city.network.roads], rng)
    gathered: dict[tuple[str, int], list[shapely.LineString]] = {}
    for road in city.network.roads:
        gathered.setdefault((names.get(road.name, road.name), road.rank), []).append(road.line)
    rows: list[tuple[str, int, shapely.LineString]] = []
    for (name, rank), lines in sorted(gathered.items(), key=lambda item: (item[0][1], item[0][0])):
        inside = shapely.intersection(
            shapely.line_merge(shapely.union_all(lines)), city.layout.boundary
        )
        joined = shapely.line_merge(shapely.union_all(lines_of(inside)))
        rows += [(name, rank, part) for part in lines_of(joined) if part.length > 40]
    geometry = np.array([line for *_, line in rows], dtype=object)
    columns: dict[str, Column] = {
        "BSM": numbered("99010210", len(rows), width=10),
        "DLMC": texts([name for name, *_ in rows]),
        "DLDJ": texts([ROAD_CLASS[rank] for _, rank, _ in rows]),
        "HXKD": np.array([WIDTHS[rank] for _, rank, _ in rows]),
        "CD": np.round(shapely.length(geometry), 1),
    }
    return RawLayer("roads", "ZXCQDLZXX", placed(geometry), columns)


def rail(city: City) -> RawLayer:
    """Railways, cut at the edge of the municipality."""
    rows = [
        (name, "高速铁路" if "高速" in name else "普速铁路", part)
        for name, line in city.layout.railways
        for part in lines_of(line.intersection(city.layout.boundary))
    ]
    geometry = np.array([line for *_, line in rows], dtype=object)
    columns: dict[str, Column] = {
        "BSM": numbered("99010310", len(rows), width=10),
        "XLMC": texts([name for name, *_ in rows]),
        "XLLX": texts([kind for _, kind, _ in rows]),
        "CD": np.round(shapely.length(geometry), 1),
    }
    return RawLayer("rail", "ZDJTJCSSX", placed(geometry), columns)


def metro() -> RawLayer:
    """Metro lines."""
    lines = [line_km([(x, y) for _, x, y in stops]) for *_, stops in METRO]
    geometry = np.array(lines, dtype=object)
    columns: dict[str, Column] = {
        "BSM": numbered("99010320", len(lines), width=10),
        "XLMC": texts([name for name, *_ in METRO]),
        "CD": np.round(shapely.length(geometry), 1),
    }
    return RawLayer("metro", "CSGDJTX", placed(geometry), columns)


def stations() -> RawLayer:
    """Railway stations and metro stations."""
    rows = station_rows()
    geometry = shapely.points([(x * 1000, y * 1000) for *_, x, y in rows])
    kinds = ["轨道交通站" if kind.startswith("轨道") else kind for _, kind, *_ in rows]
    columns: dict[str, Column] = {
        "BSM": numbered("99010410", len(rows), width=10),
        "ZDMC": texts([name for name, *_ in rows]),
        "ZDLX": texts(kinds),
        "XLMC": texts([kind if kind.startswith("轨道") else None for _, kind, *_ in rows]),
    }
    return RawLayer("stations", "ZDJTJCSSD", placed(geometry), columns)


def facilities(city: City, rng: np.random.Generator) -> RawLayer:
    """公共服务设施: one point a site, with contacts that must not get out."""
    site = np.isin(city.code, list(FACILITY_KINDS)) & (shapely.area(city.geometry) > 900)
    rows = np.flatnonzero(site & np.isin(city.kind, ["block", "village"]))
    count = len(rows)
    geometry = shapely.point_on_surface(city.geometry[rows])
    code = city.code[rows]
    kinds = [FACILITY_KINDS[value][0] for value in code]
    names = [
        f"示例市{stem}{_tail(value, rng)}"
        for stem, value in zip(stems(rng, count), code, strict=True)
    ]
    columns: dict[str, Column] = {
        **standard_columns(city, geometry, "2090060110"),
        "SSMC": texts(names),
        "SSLX": texts(kinds),
        "YDYHFLDM": code,
        "YDMJ": np.round(shapely.area(city.geometry[rows]), 1),
        "JSZT": rng.choice(
            np.array(["已建", "在建", "规划"], dtype=object), count, p=[0.6, 0.15, 0.25]
        ),
        "LXR": people.person_names(rng, count),
        "LXDH": people.phones(rng, count),
    }
    return RawLayer("facilities", "ZXCQGGFWSSD", placed(geometry), columns)


def _tail(code: str, rng: np.random.Generator) -> str:
    if code == "080403":
        return SCHOOLS[int(rng.integers(len(SCHOOLS)))]
    return FACILITY_KINDS[code][1]
