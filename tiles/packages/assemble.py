"""Makes one table of all source layers: one geometry type, one CRS, one set of columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import Profile

from .errors import GeometryMismatch
from .limits import Limits
from .progress import Progress, silent
from .sources import SourceLayer, SourceReading
from .spatial_reference import declared_crs, onto_ground

_ZH = {"polygon": "面", "line": "线", "point": "点"}
_DIMENSION = {"polygon": 2, "line": 1, "point": 0}
_COLLECTION = 7
_COLLECT: dict[int, Callable[..., Any]] = {
    2: shapely.multipolygons,
    1: shapely.multilinestrings,
    0: shapely.multipoints,
}


@dataclass(frozen=True)
class Part:
    """Which rows of the table came from which source layer; rows count from 1 (来源分段)."""

    source: str
    first_row: int
    rows: int
    crs: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Noticed:
    """Something done to or left out of the sources, which the report must say."""

    code: str
    count: int
    source: str
    examples: tuple[int, ...] = ()


@dataclass(frozen=True)
class Assembled:
    """``table`` in ``profile.ground.crs``, only features with a usable geometry.

    ``source_rows``: for each row of the table, its row (from 1) in ``parts``' own counting.
    """

    table: FeatureTable
    parts: tuple[Part, ...]
    noticed: tuple[Noticed, ...]


def assemble(
    reading: SourceReading, profile: Profile, limits: Limits, *, progress: Progress = silent
) -> Assembled:
    """Raises ``GeometryMismatch``, ``NoCrs`` or ``CrsInvalid``."""
    noticed: list[Noticed] = []
    tables: list[tuple[FeatureTable, str]] = []
    for number, layer in enumerate(reading.layers):
        progress("assemble", number, len(reading.layers))
        noticed += [Noticed(code, count, layer.table.source) for code, count in layer.notes.items()]
        usable = _usable(layer, profile, noticed)
        if len(usable):
            crs = declared_crs(usable)
            tables.append((onto_ground(usable, crs, profile.ground.crs), usable.crs))
    if not tables:
        raise _nothing_usable(reading, profile)
    if len({crs for _, crs in tables}) > 1:
        noticed.append(Noticed("several_crs", len({crs for _, crs in tables}), ""))
    noticed += [Noticed("left_out" + ending, n, "") for ending, n in reading.left_out.items()]
    progress("assemble", len(reading.layers), len(reading.layers))
    return Assembled(_stacked(tables, profile), _parts(tables), tuple(noticed))


def _usable(layer: SourceLayer, profile: Profile, noticed: list[Noticed]) -> FeatureTable:
    """The features of the layer's geometry type, two-dimensional, empty ones gone."""
    table, wanted = layer.table, _DIMENSION[profile.layer.geometry]
    geometry = table.geometry
    source = table.source

    def notice(code: str, rows: npt.NDArray[np.bool_]) -> None:
        if rows.any():
            examples = tuple(int(row) + 1 for row in np.flatnonzero(rows)[:10])
            noticed.append(Noticed(code, int(rows.sum()), source, examples))

    missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    notice("geometry_missing", missing)
    notice("height_dropped", shapely.has_z(geometry) & ~missing)
    collections = (shapely.get_type_id(geometry) == _COLLECTION) & ~missing
    notice("collections_taken_apart", collections)
    geometry = np.asarray(shapely.force_2d(geometry))
    for row in np.flatnonzero(collections):
        geometry[row] = _parts_of_dimension(geometry[row], wanted)
    fits = ~missing & (shapely.get_dimensions(geometry) == wanted)
    notice("other_geometry_type", ~fits & ~missing)
    return table.with_geometry(geometry).take(fits)


def _parts_of_dimension(collection: shapely.Geometry, wanted: int) -> shapely.Geometry | None:
    parts = np.asarray([collection], dtype=object)
    while (shapely.get_type_id(parts) > 3).any():
        parts = np.asarray(shapely.get_parts(parts))
    fitting = parts[(shapely.get_dimensions(parts) == wanted) & ~shapely.is_empty(parts)]
    if not len(fitting):
        return None
    collected: shapely.Geometry = _COLLECT[wanted](fitting)
    return collected


def _stacked(tables: Sequence[tuple[FeatureTable, str]], profile: Profile) -> FeatureTable:
    """One below the other; a column that a layer lacks is missing in its rows."""
    names = list(dict.fromkeys(name for table, _ in tables for name in table.attributes))
    columns = {}
    for name in names:
        pieces = [
            table.attributes.get(name, np.full(len(table), None, dtype=object))
            for table, _ in tables
        ]
        columns[name] = np.concatenate(pieces)
    geometry = np.concatenate([table.geometry for table, _ in tables])
    source = tables[0][0].source if len(tables) == 1 else f"{len(tables)} layers"
    return FeatureTable(geometry, columns, profile.ground.crs, source)


def _parts(tables: Sequence[tuple[FeatureTable, str]]) -> tuple[Part, ...]:
    parts, row = [], 1
    for table, crs in tables:
        parts.append(Part(table.source, row, len(table), crs if len(crs) < 100 else "WKT"))
        row += len(table)
    return tuple(parts)


def _nothing_usable(reading: SourceReading, profile: Profile) -> GeometryMismatch:
    kinds = sorted(
        {
            str(name)
            for layer in reading.layers
            for name in {geometry.geom_type for geometry in layer.table.geometry if geometry}
        }
    )
    there = "、".join(kinds) or "-"
    wanted = profile.layer.geometry
    return GeometryMismatch(
        f"方案要求{_ZH[wanted]}要素，来源中没有（有：{there}）",
        f"the profile asks for {wanted} features and the sources hold none (they hold: {there})",
        where=reading.layers[0].table.source if reading.layers else "",
        mend_zh="检查方案的 geometry 或换用对应的来源图层",
        mend_en="check the profile's geometry, or give the layer that belongs to it",
    )
