"""Public attributes of a table as the properties of tile features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tiles.desensitise.features import FeatureTable
from tiles.pyramid.layer_spec import LayerSpec

Property = str | int | float | bool


def properties_of(table: FeatureTable, spec: LayerSpec) -> list[dict[str, Property]]:
    """One mapping a row with the fields of the spec, in their order; missing values are left out.

    Raises ``ValueError`` when a value does not fit the declared type of its field.
    """
    rows: list[dict[str, Property]] = [{} for _ in range(len(table))]
    for name, kind in spec.fields:
        column = table.attributes.get(name)
        if column is None:
            continue
        for row, value in zip(rows, column, strict=True):
            if not _is_missing(value):
                row[name] = _typed(value, kind, name)
    return rows


def class_values(table: FeatureTable, field: str | None) -> npt.NDArray[np.object_]:
    """The class of each row as text (``""`` where there is none or no class field)."""
    if field is None or field not in table.attributes:
        return np.full(len(table), "", dtype=object)
    values = ["" if _is_missing(value) else str(value) for value in table.attributes[field]]
    return np.array(values, dtype=object)


def estimated_bytes(properties: Sequence[Mapping[str, Property]]) -> npt.NDArray[np.float64]:
    """Bytes that the properties of each row take in a tile, values counted once a table.

    A tile stores a repeated value once; a value that stands in every row costs its text almost
    nothing, one that is unique costs it whole.
    """
    counts: dict[Property, int] = {}
    for row in properties:
        for value in row.values():
            counts[value] = counts.get(value, 0) + 1
    cost = {value: 3.0 + _length(value) / count for value, count in counts.items()}
    return np.array([sum(cost[value] for value in row.values()) for row in properties])


def _length(value: Property) -> int:
    return 4 + len(value.encode()) if isinstance(value, str) else 11


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value)  # noqa: PLR0124


def _typed(value: Any, kind: str, name: str) -> Property:
    if isinstance(value, np.generic):
        value = value.item()
    if kind == "integer" and not isinstance(value, bool):
        if isinstance(value, float) and not value.is_integer():
            raise ValueError(f"{name}: not a whole number")
        return int(value)
    if kind == "number":
        return float(value)
    return value if isinstance(value, bool) else str(value)
