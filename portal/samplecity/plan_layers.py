"""规划用地用海, 规划分区 and 供地计划: what the plan decides parcel by parcel."""

from __future__ import annotations

import numpy as np
import shapely

from portal.samplecity import people
from portal.samplecity.city import City
from portal.samplecity.curves import Flags, Geometries, Noise
from portal.samplecity.indicators import control_indicators
from portal.samplecity.place_names import unit_names
from portal.samplecity.raw_layer import Column, RawLayer, dissolved, placed, standard_columns, where
from tiles.desensitise.landuse_codes import LANDUSE

ZONING = {
    "100": "生态保护区", "200": "生态控制区", "300": "农田保护区", "411": "居住生活区", "412": "综合服务区",
    "413": "商业商务区", "414": "工业发展区", "415": "物流仓储区", "416": "绿地休闲区", "417": "交通枢纽区",
    "418": "战略预留区", "510": "村庄建设区", "520": "一般农业区", "530": "林业发展区",
}  # fmt: skip
ZONE_OF_QUARTER = {
    "old_town": "412", "cbd": "413", "new_town": "411", "lakeside": "411", "station": "417", "suburb": "411",
    "university": "412", "west": "411", "industry": "414", "logistics": "415", "high_tech": "414", "town": "411",
}  # fmt: skip
GUIDANCE = {
    "1": "严格管控，禁止开发性建设",
    "2": "限制开发，经评估有序利用",
    "3": "严格保护耕地，禁止占用",
    "4": "按详细规划实施用途管制",
    "5": "按村庄规划实施用途管制",
}
ARABLE = ("0101", "0102", "0103")


def land_use(city: City, rng: np.random.Generator) -> RawLayer:
    """规划用地用海 (GHYDYH) with control indicators, and with owners that must never get out."""
    count = len(city.code)
    area = np.round(shapely.area(city.geometry), 2)
    unit, unit_name, parcel_number = _numbers(city, rng)
    zone = np.where(city.kind == "block", city.detail, "")
    columns: dict[str, Column] = {
        **standard_columns(city, city.geometry, "2090020310"),
        "YDYHFLDM": city.code,
        "YDYHFLMC": np.array([LANDUSE[code].name for code in city.code], dtype=object),
        "EJLMC": np.array([LANDUSE[code[:4]].name for code in city.code], dtype=object),
        "TBMJ": area,
        "TBDLMJ": area,
        "GHZT": rng.choice(
            np.array(["现状保留", "规划新增", "规划改造"], dtype=object),
            count,
            p=[0.58, 0.27, 0.15],
        ),
        "DKBH": parcel_number,
        "DYBM": unit,
        "DYMC": unit_name,
        **control_indicators(city.code, zone, rng),
        **_owners(city, rng),
    }
    return RawLayer("landuse", "GHYDYH", placed(city.geometry), columns)


def _numbers(city: City, rng: np.random.Generator) -> tuple[Geometries, Geometries, Geometries]:
    """Planning unit code, its name and the parcel number; None outside the built city."""
    quarters = city.network.quarters
    labels = np.array(unit_names(city.network.zones, rng), dtype=object)
    row = shapely.STRtree(quarters).nearest(shapely.points(city.centre))
    block = city.kind == "block"
    unit, name = where(block, labels[row, 0]), where(block, labels[row, 1])
    number = np.full(len(block), None, dtype=object)
    blocks_seen: dict[str, dict[int, int]] = {}
    parcels_seen: dict[int, int] = {}
    for place in np.flatnonzero(block):
        origin = int(city.parcels.origin[place])
        known = blocks_seen.setdefault(unit[place], {})
        in_unit = known.setdefault(origin, len(known) + 1)
        parcels_seen[origin] = parcels_seen.get(origin, 0) + 1
        number[place] = f"{unit[place]}-{in_unit:02d}-{parcels_seen[origin]:02d}"
    return unit, name, number


def _owners(city: City, rng: np.random.Generator) -> dict[str, Column]:
    """QLR, ZJHM, LXDH, BZ: holders of rights, people in homes and companies elsewhere."""
    count = len(city.code)
    private = np.array([code.startswith("07") for code in city.code])
    held = np.array([code[:2] in {"07", "09", "10", "11"} for code in city.code])
    names, phones = people.person_names(rng, count), people.phones(rng, count)
    numbers = people.identity_numbers(rng, count)
    owner = np.where(private, names, people.companies(rng, count))
    return {
        "QLR": where(held, owner),
        "ZJHM": where(private, numbers),
        "LXDH": where(held, phones),
        "BZ": people.remarks(rng, names, numbers, phones),
    }


def redline_parcels(city: City) -> Flags:
    """Which parcels lie within the ecological red line, shape (n,)."""
    hills = np.array(city.layout.hills, dtype=object)
    core = shapely.union_all(
        [*hills[shapely.area(hills) > 2.6e6], city.layout.reservoir.buffer(180)]
    )
    shapely.prepare(core)
    natural = np.isin(city.kind, ["hill", "reservoir", "field"]) & ~np.isin(city.code, ARABLE)
    inside = shapely.contains_xy(core, city.centre) & natural
    return np.asarray(inside | (city.kind == "wetland"))


def basic_farmland_parcels(city: City, rng: np.random.Generator) -> Flags:
    """Which parcels are permanent basic farmland: arable, away from the city, in large patches."""
    patches = Noise.drawn(rng, 2600)(city.centre)
    away = shapely.distance(city.network.urban, shapely.points(city.centre)) > 260
    return np.asarray(
        (city.kind == "field") & np.isin(city.code, ARABLE) & away & (patches > -0.75)
    )


def zoning(city: City, redline: Flags, farmland: Flags) -> RawLayer:
    """规划分区 (GHFQ): the parcels' borders, dissolved; a coverage of the municipality."""
    zone = np.full(len(city.code), "520", dtype=object)
    zone[np.isin(city.kind, ["hill", "city_hill"])] = "530"
    zone[np.char.startswith(city.code.astype(str), "03")] = "530"
    zone[city.kind == "village"] = "510"
    zone[np.isin(city.kind, ["river", "stream", "lake", "reservoir", "wetland", "guard"])] = "200"
    zone[farmland] = "300"
    zone[redline] = "100"
    block = city.kind == "block"
    zone[block] = [ZONE_OF_QUARTER[detail] for detail in city.detail[block]]
    zone[block & (city.code == "16")] = "418"
    green = np.isin(city.kind, ["waterside", "city_hill", "island"])
    zone[green | (block & (city.code == "1401") & (shapely.area(city.geometry) > 30_000))] = "416"
    zone[
        np.isin(city.kind, ["airport", "rail"]) | np.isin(city.code, ["120801", "1403"]) & block
    ] = "417"
    road = np.flatnonzero(np.isin(city.kind, ["road", "site"]))
    others = np.flatnonzero(~np.isin(city.kind, ["road", "site", "rail", "stream", "guard"]))
    beside = shapely.STRtree(city.geometry[others]).nearest(shapely.points(city.centre[road]))
    zone[road] = zone[others[beside]]
    areas, code = dissolved(city.geometry, zone)
    columns: dict[str, Column] = {
        **standard_columns(city, areas, "2090030110"),
        "GHFQDM": code,
        "GHFQMC": np.array([ZONING[value] for value in code], dtype=object),
        "MJ": np.round(shapely.area(areas), 2),
        "GKZY": np.array([GUIDANCE[value[0]] for value in code], dtype=object),
        "BZ": np.full(len(code), None, dtype=object),
    }
    return RawLayer("zoning", "GHFQ", placed(areas), columns)


def supply(city: City, rng: np.random.Generator) -> RawLayer:
    """供地计划: parcels to be offered in the coming years, with bidders that must not get out."""
    quarters = [
        "new_town",
        "high_tech",
        "industry",
        "west",
        "cbd",
        "logistics",
        "station",
        "suburb",
    ]
    area = shapely.area(city.geometry)
    use = np.array([code[:2] for code in city.code])
    fit = (
        (city.kind == "block")
        & np.isin(city.detail, quarters)
        & np.isin(use, ["07", "08", "09", "10", "11"])
    )
    fit &= (area > 5_000) & (area < 120_000)
    rows = np.flatnonzero(fit)
    chosen = np.sort(rng.choice(rows, min(len(rows), max(6, len(city.code) // 140)), replace=False))
    count = len(chosen)
    names, phones = people.person_names(rng, count), people.phones(rng, count)
    code = city.code[chosen]
    public = np.array([value.startswith("08") for value in code])
    columns: dict[str, Column] = {
        **standard_columns(city, city.geometry[chosen], "2090090110"),
        "DKMC": np.array(
            [f"示供2026-{row:03d}号地块" for row in range(1, count + 1)], dtype=object
        ),
        "YDYHFLDM": code,
        "YDYHFLMC": np.array([LANDUSE[value].name for value in code], dtype=object),
        "EJLMC": np.array([LANDUSE[value[:4]].name for value in code], dtype=object),
        "GDNF": rng.choice(
            np.array(["2026", "2027", "2028"], dtype=object), count, p=[0.5, 0.3, 0.2]
        ),
        "GDJD": rng.choice(np.array(["一季度", "二季度", "三季度", "四季度"], dtype=object), count),
        "GDFS": np.where(
            public, "划拨", rng.choice(np.array(["招标", "拍卖", "挂牌"], dtype=object), count)
        ),
        "YDMJ": np.round(area[chosen], 2),
        "YXDW": people.companies(rng, count),
        "LXR": names,
        "LXDH": phones,
        "BZ": people.remarks(rng, names, people.identity_numbers(rng, count), phones),
    }
    return RawLayer("supply", "GDJH", placed(city.geometry[chosen]), columns)
