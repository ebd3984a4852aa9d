"""Made-up parcels for measurements: any number, seeded, shared borders, of a city's make.

A lattice of hexagons is stretched here and there, each corner is moved, and borders are bent
between corners, so that a parcel has 9.1 vertices on average (6 to 18). Both neighbours read a
border from one array, hence the coverage is valid by construction. Mean parcel: 1.2 ha.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyogrio.raw
import shapely
from pyproj import Transformer

from tiles.desensitise.features import FeatureTable

Mode = Literal["blocks", "noise"]
Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

CRS = "EPSG:4547"
CENTRE = np.array([428_400.0, 2_555_900.0])
"""About 113.3 E, 23.1 N, in metres."""

MEAN_AREA = 12_000.0
BLOCK = 6
"""Side of a block of one main use, in parcels."""

USES = {
    "0701": 22, "1207": 10, "1001": 9, "0901": 8, "1401": 7, "0803": 4, "0101": 4, "0702": 3,
    "1101": 3, "1402": 3, "0301": 3, "0801": 2, "0802": 2, "1002": 2, "1301": 2, "1403": 2,
    "0201": 2, "1312": 2, "1701": 1.5, "0804": 1, "1201": 1, "1208": 1, "1302": 1, "0902": 4,
    "1202": 0.5, "1501": 0.5,
}  # fmt: skip
"""Codes of the classification of 2023 with their weight in a city of the plains."""

_MAIN_USE = 0.7
"""Share of parcels that carry the main use of their block."""

_QUARTERS = (
    "东风",
    "员村",
    "琶洲",
    "金沙",
    "大学城",
    "云埔",
    "石井",
    "鱼珠",
    "五山",
    "龙洞",
    "长洲",
)
_HEIGHTS = (0, 12, 18, 24, 36, 54, 60, 80, 100, 120, 150, 200)


def parcels(count: int, *, mode: Mode = "blocks", seed: int = 1) -> FeatureTable:
    """``count`` parcels in EPSG:4547 with ``dlbm, far, height, area, name``, row by row.

    ``mode``: ``blocks`` puts like uses beside each other, ``noise`` scatters them.
    """
    rng = np.random.default_rng(seed)
    rows = int(np.ceil(np.sqrt(count)))
    columns = int(np.ceil(count / rows))
    geometry = _polygons(rows, columns, rng)[:count]
    cell = np.arange(count)
    codes = _codes(cell // columns, cell % columns, mode, rng)
    attributes = {
        "dlbm": codes,
        "far": _objects(np.round(rng.gamma(4, 0.6, count), 1)),
        "height": _objects(rng.choice(_HEIGHTS, count)),
        "area": _objects(np.round(shapely.area(geometry), 1)),
        "name": _names(count, rng),
    }
    return FeatureTable(geometry, attributes, CRS, f"{count} made-up parcels")


def _polygons(rows: int, columns: int, rng: np.random.Generator) -> Texts:
    corners = _corners(rows, columns, rng)
    along = _bends(corners[:, :-1], corners[:, 1:], rng)
    down = _bends(corners[:-1], corners[1:], rng)
    r, c = (index.ravel() for index in np.mgrid[0:rows, 0:columns])
    k = 2 * c + r % 2
    # Clockwise from the top left corner; a border read backwards gives its bends backwards.
    ring = np.concatenate(
        [
            corners[r, k][:, None],
            along[r, k],
            corners[r, k + 1][:, None],
            along[r, k + 1],
            corners[r, k + 2][:, None],
            down[r, k + 2],
            corners[r + 1, k + 2][:, None],
            along[r + 1, k + 1][:, ::-1],
            corners[r + 1, k + 1][:, None],
            along[r + 1, k][:, ::-1],
            corners[r + 1, k][:, None],
            down[r, k][:, ::-1],
        ],
        axis=1,
    )
    there = ~np.isnan(ring[:, :, 0])
    owner = np.repeat(np.arange(len(ring)), there.sum(axis=1))
    made: Texts = shapely.polygons(shapely.linearrings(ring[there], indices=owner))
    return made


def _corners(rows: int, columns: int, rng: np.random.Generator) -> Floats:
    """Corners of the hexagons, (rows + 1, 2 columns + 2, 2): every third of them in one cell."""
    width = np.sqrt(MEAN_AREA * 2 / np.sqrt(3))
    height = width * np.sqrt(3) / 2
    i, k = np.mgrid[0 : rows + 1, 0 : 2 * columns + 2]
    zigzag = np.where((i + k) % 2, height / 6, -height / 6)
    points = np.stack([k * width / 2, i * height + zigzag], axis=-1)
    size = np.array([columns * width, rows * height])
    points += _stretch(points, size)
    points += rng.uniform(-0.13, 0.13, points.shape) * width
    return np.round(points - size / 2 + CENTRE, 2)


def _stretch(points: Floats, size: Floats) -> Floats:
    """A smooth displacement that makes parcels half as large in the centres as between them."""
    wave = 2 * np.pi / 6000.0
    inner = np.clip((points * (size - points) / (size / 2) ** 2).prod(axis=-1), 0, 1)
    moved: Floats = 0.3 / wave * np.sin(points * wave) * inner[..., None]
    return moved


def _bends(start: Floats, end: Floats, rng: np.random.Generator) -> Floats:
    """Points between two corners, (..., 2, 2): none, one or two of them, NaN where there is none."""
    edge = end - start
    normal = np.stack([-edge[..., 1], edge[..., 0]], axis=-1)
    bends = np.full((*start.shape[:-1], 2, 2), np.nan)
    number = rng.choice([0, 1, 2], start.shape[:-1], p=[0.56, 0.36, 0.08])
    for slot, (low, high) in enumerate(((0.2, 0.5), (0.55, 0.85))):
        along = rng.uniform(low, high, (*start.shape[:-1], 1))
        aside = rng.uniform(-0.06, 0.06, (*start.shape[:-1], 1))
        bent = number > slot
        bends[bent, slot] = np.round(start + along * edge + aside * normal, 2)[bent]
    return bends


def _codes(
    row: npt.NDArray[np.int64], column: npt.NDArray[np.int64], mode: Mode, rng: np.random.Generator
) -> Texts:
    weights = np.array(list(USES.values())) / sum(USES.values())
    own = rng.choice(len(USES), len(row), p=weights)
    if mode == "blocks":
        # Blocks are sheared against each other like streets that do not run through.
        line = (row + rng.integers(0, BLOCK)) // BLOCK
        place = (column + 3 * (line % 2)) // BLOCK
        mains = rng.choice(len(USES), (line.max() + 1, place.max() + 1), p=weights)
        own = np.where(rng.random(len(row)) < _MAIN_USE, mains[line, place], own)
    return np.array(list(USES), dtype=object)[own]


def _names(count: int, rng: np.random.Generator) -> Texts:
    quarter = rng.integers(0, len(_QUARTERS), count)
    letter, block, plot = (rng.integers(0, top, count) for top in (26, 90, 60))
    numbers = zip(quarter.tolist(), letter.tolist(), block.tolist(), plot.tolist(), strict=True)
    names = [f"{_QUARTERS[q]}片区{chr(65 + a)}{b:02d}-{c:02d}地块" for q, a, b, c in numbers]
    return np.array(names, dtype=object)


def _objects(values: npt.NDArray[np.generic]) -> Texts:
    column = np.empty(len(values), dtype=object)
    column[:] = values.tolist()
    return column


def write(table: FeatureTable, path: Path, *, crs: str = CRS) -> Path:
    """The table as a file in ``crs``; the ending names the format: ``.fgb`` or ``.geojsonl``."""
    geometry = table.geometry
    if crs != table.crs:
        move = Transformer.from_crs(table.crs, crs, always_xy=True).transform
        geometry = shapely.transform(geometry, lambda xy: np.column_stack(move(*xy.T)))
    types = {"far": float, "height": np.int32, "area": float}
    columns = [values.astype(types.get(name, object)) for name, values in table.attributes.items()]
    pyogrio.raw.write(
        path,
        shapely.to_wkb(geometry),
        columns,
        np.array(list(table.attributes), dtype=object),
        geometry_type="Polygon" if (shapely.get_type_id(geometry) == 3).all() else "Unknown",
        crs=crs,
        driver="FlatGeobuf" if path.suffix == ".fgb" else "GeoJSONSeq",
        layer=path.stem,
    )
    return path


def read(path: Path) -> FeatureTable:
    """A file that ``write`` made."""
    meta, _, wkb, columns = pyogrio.raw.read(path)
    named = zip(meta["fields"].tolist(), columns, strict=True)
    attributes = {name: _objects(np.asarray(values)) for name, values in named}
    return FeatureTable(shapely.from_wkb(wkb), attributes, meta["crs"], path.name)
