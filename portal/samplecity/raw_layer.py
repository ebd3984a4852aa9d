"""One raw layer of the internal node, and the fields that every layer of a plan database has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from portal.samplecity.city import ORIGIN, City
from portal.samplecity.curves import Flags, Geometries, Shape
from portal.samplecity.place_names import numbered

Column = npt.NDArray[np.object_] | npt.NDArray[np.float64] | npt.NDArray[np.int64]


@dataclass(frozen=True)
class RawLayer:
    """A table as it is written: ``code`` of our layer, ``table`` the standard's layer code.

    ``geometry`` (n,) in EPSG:4547; ``columns``: name -> (n,); text columns are objects with None,
    number columns are floats with NaN, where empty.
    """

    code: str
    table: str
    geometry: Geometries
    columns: dict[str, Column]

    def __len__(self) -> int:
        return len(self.geometry)


def placed(geometry: Geometries | Shape) -> Geometries:
    """Geometries of the city's own frame moved to EPSG:4547."""
    return np.asarray(shapely.transform(geometry, lambda xy: xy + ORIGIN), dtype=object)


def texts(values: Iterable[str | None]) -> Geometries:
    """A text column."""
    return np.array(list(values), dtype=object)


def where(rows: Flags, values: Geometries) -> Geometries:
    """The values where ``rows`` says so, None elsewhere; both (n,)."""
    column = np.full(values.shape, None, dtype=object)
    column[rows] = values[rows]
    return column


def standard_columns(city: City, geometry: Geometries, feature_code: str) -> dict[str, Column]:
    """BSM, YSDM, XZQDM, XZQMC: the fields with which every table begins; ``geometry`` is local."""
    points = shapely.get_coordinates(shapely.point_on_surface(geometry))
    rows = city.districts.at(points)
    return {
        "BSM": numbered(f"9901{feature_code[-4:]}", len(geometry), width=10),
        "YSDM": np.full(len(geometry), feature_code, dtype=object),
        "XZQDM": city.districts.code[rows],
        "XZQMC": city.districts.name[rows],
    }


def dissolved(geometry: Geometries, key: Geometries) -> tuple[Geometries, Geometries]:
    """Parcels of one key joined along their borders: single polygons and their keys."""
    areas, keys = [], []
    for value in sorted(set(key.tolist())):
        whole = shapely.coverage_union_all(geometry[key == value])
        parts = shapely.get_parts(whole)
        areas.append(parts)
        keys.append(np.full(len(parts), value, dtype=object))
    if not areas:
        return np.empty(0, dtype=object), np.empty(0, dtype=object)
    return np.concatenate(areas), np.concatenate(keys)


def hectares_up(geometry: Geometries, least: float) -> Flags:
    """Which areas have at least ``least`` hectares."""
    return np.asarray(shapely.area(geometry) >= least * 1e4)
