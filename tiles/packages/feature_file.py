"""``features.fgb``: the published table as FlatGeobuf, byte for byte the same for the same table."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio.raw
import shapely

from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import Profile

from . import drivers
from .errors import UnexpectedFile
from .limits import Limits
from .manifest import FEATURES
from .progress import Progress, silent
from .sources import read_with_notes


def write_features(path: Path, table: FeatureTable, profile: Profile) -> None:
    """Write the allowed attributes and the geometry; nothing else of ``table`` can get in.

    The order of rows is kept (no spatial index, which would sort them).
    """
    names = [rule.name for rule in profile.attributes]
    columns = [
        _typed(table.attributes[rule.name], rule.type, len(table)) for rule in profile.attributes
    ]
    kinds = np.unique(shapely.get_type_id(table.geometry))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pyogrio.raw.write(
            path,
            geometry=np.asarray(shapely.to_wkb(table.geometry)),
            field_data=[values for values, _ in columns],
            fields=names,
            field_mask=[mask for _, mask in columns],
            layer=profile.layer.code,
            driver="FlatGeobuf",
            geometry_type=_GEOMETRY_TYPES[int(kinds[0])] if len(kinds) == 1 else "Unknown",
            crs=table.crs,
            SPATIAL_INDEX="NO",
        )


def read_features(path: Path, limits: Limits, *, progress: Progress = silent) -> FeatureTable:
    """Read the file in the limited process, by the FlatGeobuf driver alone.

    Raises the refusals of ``read_sources``, or ``UnexpectedFile`` unless it is one plain layer.
    """
    reading = read_with_notes(
        [path], limits=limits, allowed_drivers=drivers.PACKAGE_ONLY, progress=progress
    )
    if len(reading.layers) != 1 or reading.layers[0].notes:
        raise UnexpectedFile(
            "要素文件不是规定的形式", "the feature file is not of the form", where=FEATURES
        )
    return reading.layers[0].table


_GEOMETRY_TYPES = {
    0: "Point",
    1: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
}


def _typed(
    column: Sequence[Any] | npt.NDArray[np.object_], kind: str, rows: int
) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """Values of one machine type, and a mask (``True`` = missing)."""
    missing = np.fromiter((value is None for value in column), bool, rows)
    if kind == "integer":
        plain = [0 if value is None else int(value) for value in column]
        return np.array(plain, dtype=np.int64), missing
    if kind == "number":
        numbers = [0.0 if value is None else float(value) for value in column]
        return np.array(numbers, dtype=np.float64), missing
    texts = np.empty(rows, dtype=object)
    texts[:] = [None if value is None else str(value) for value in column]
    return texts, missing
