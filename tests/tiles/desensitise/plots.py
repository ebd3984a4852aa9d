"""Seeded raw layers for the tests: a coverage of irregular plots with what must not get out."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import Profile, parse_profile

CRS = "EPSG:4547"
ORIGIN = np.array([437_000.0, 2_556_000.0])
CODES = ("0701", "0702", "0801", "0901", "1001", "1207", "1401")


def plot_polygons(side: int, *, size: float = 120.0, seed: int = 1) -> npt.NDArray[np.object_]:
    """``side`` squared quadrilaterals with shared, irregular corners: a valid coverage."""
    random = np.random.default_rng(seed)
    steps = np.arange(side + 1)
    lattice = np.stack(np.meshgrid(steps, steps, indexing="ij"), axis=-1).astype(float)
    corners = ORIGIN + (lattice + random.uniform(-0.3, 0.3, lattice.shape)) * size
    rings = np.stack(
        [corners[:-1, :-1], corners[1:, :-1], corners[1:, 1:], corners[:-1, 1:]], axis=2
    )
    return np.asarray(shapely.polygons(rings.reshape(-1, 4, 2)))


def column(*values: Any) -> npt.NDArray[np.object_]:
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


def raw_plots(side: int = 12, *, seed: int = 1) -> FeatureTable:
    """The plots with codes, indicators, a remark with a phone number, and an owner."""
    geometry = plot_polygons(side, seed=seed)
    count = len(geometry)
    random = np.random.default_rng(seed)
    codes = random.choice(CODES, count).astype(object)
    codes[0] = "1503"
    return FeatureTable(
        geometry,
        {
            "DLBM": codes,
            "DLMC": column(*(f"类{code}" for code in codes)),
            "RJL": column(*np.round(random.gamma(4, 0.6, count), 2).tolist()),
            "JZMD": column(*np.round(random.uniform(10, 60, count), 1).tolist()),
            "PZRQ": column(*(f"20{row % 20:02d}-06-30" for row in range(count))),
            "BZ": column(
                *(f"{row}号地块，联系电话13800138{row % 1000:03d}" for row in range(count))
            ),
            "QLR": column(*(f"权利人{row}" for row in range(count))),
        },
        CRS,
        "plots",
    )


def profile_tables(**changes: Any) -> dict[str, Any]:
    """The profile of ``raw_plots`` as a parsed TOML document; ``changes`` replace whole tables."""
    tables: dict[str, Any] = {
        "version": 1,
        "layer": {
            "code": "plots",
            "title": "地块",
            "title_en": "Plots",
            "geometry": "polygon",
            "coverage": True,
        },
        "style": {"theme": "landuse", "class_field": "code", "label_field": "name"},
        "ground": {"crs": CRS, "grid": 10.0, "min_area": 100.0},
        "attribute": [
            {"name": "code", "source": "DLBM", "title": "代码", "type": "text", "rule": "code",
             "level": 4, "domain": "landuse_2023"},
            {"name": "name", "source": "DLMC", "title": "名称", "type": "text", "rule": "scrub",
             "max_length": 40},
            {"name": "far", "source": "RJL", "title": "容积率", "type": "number", "rule": "band",
             "bands": [0, 1, 2, 4]},
            {"name": "density", "source": "JZMD", "title": "建筑密度", "type": "number",
             "rule": "round", "step": 5, "minimum": 0, "maximum": 60},
            {"name": "year", "source": "PZRQ", "title": "年份", "type": "date", "rule": "year"},
            {"name": "remark", "source": "BZ", "title": "备注", "type": "text", "rule": "scrub"},
        ],
        "small_counts": {"k": 3, "fields": ["code"]},
        "secret": {"restricted_margin": 50.0, "salt": "salt of the tests"},
    }  # fmt: skip
    return tables | changes


def plots_profile(**changes: Any) -> Profile:
    return parse_profile(profile_tables(**changes))


def with_rule(name: str, **changes: Any) -> Profile:
    """The profile with another rule for one attribute; ``None`` takes a key away."""
    tables = profile_tables()
    for rule in tables["attribute"]:
        if rule["name"] == name:
            rule.update(changes)
            for key in [key for key, value in rule.items() if value is None]:
                del rule[key]
    return parse_profile(tables)


def with_values(table: FeatureTable, name: str, values: dict[int, Any]) -> FeatureTable:
    """The table with other values in some rows of a column."""
    changed = table.attributes[name].copy()
    for row, value in values.items():
        changed[row] = value
    return FeatureTable(
        table.geometry, {**table.attributes, name: changed}, table.crs, table.source
    )


def _checked_id(body: str) -> str:
    """17 digits of an identity number with the check digit of GB 11643-1999."""
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    total = sum(weight * int(digit) for weight, digit in zip(weights, body, strict=True))
    return body + "10X98765432"[total % 11]


def _checked_card(body: str) -> str:
    """A bank card number with its Luhn check digit."""
    doubled = [int(d) * (2 if place % 2 == 0 else 1) for place, d in enumerate(reversed(body))]
    return body + str(-sum(pair // 10 + pair % 10 for pair in doubled) % 10)


PERSONAL = {
    "id_number": f"证件{_checked_id('11010119900307001')}",
    "phone": "联系电话13800138000",
    "plate": "车牌粤B12345",
    "bank_card": f"账号{_checked_card('622202120000000001')}",
    "email": "somebody@example.org",
    "person_name": "王某先生",
}
"""A made-up remark of each kind of personal data, with right check digits."""


def zone_table(*zones: shapely.Geometry, crs: str = CRS) -> FeatureTable:
    return FeatureTable(column(*zones), {}, crs, "zones")
