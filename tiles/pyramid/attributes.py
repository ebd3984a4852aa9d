"""Public attributes of a table, column by column, as tiles need them: few values, many rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tiles.desensitise.features import FeatureTable
from tiles.pyramid.layer_spec import LayerSpec
from tiles.pyramid.values import Property, encode_value

Codes = npt.NDArray[np.int32]

ABSENT = -1


@dataclass(frozen=True)
class Attributes:
    """Properties of n features: ``codes[row, column]`` is the place of a value in ``values``.

    ``names``: one a column; ``values``: distinct by type and value; ``encoded``: the same as
    tiles store them, ``sizes`` bytes each; ``codes``: int32, shape (n, columns), ``ABSENT`` where a feature has no such
    property.
    """

    names: tuple[str, ...]
    values: tuple[Property, ...]
    encoded: tuple[bytes, ...]
    sizes: npt.NDArray[np.int64]
    codes: Codes

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, rows: npt.NDArray[np.intp]) -> Attributes:
        """The rows of an index array, in that order."""
        return replace(self, codes=self.codes[rows])

    def only(self, names: Iterable[str | None]) -> Attributes:
        """The same rows with no other properties than ``names``."""
        wanted = set(names)
        others = [column for column, name in enumerate(self.names) if name not in wanted]
        codes = self.codes.copy()
        codes[:, others] = ABSENT
        return replace(self, codes=codes)

    def column(self, name: str | None) -> Codes:
        """Codes of one property, all ``ABSENT`` where there is no such property."""
        if name not in self.names:
            return np.full(len(self.codes), ABSENT, dtype=np.int32)
        return self.codes[:, self.names.index(name)]

    def as_dicts(self) -> list[dict[str, Property]]:
        """One mapping a row, missing properties left out."""
        return [
            {
                name: self.values[code]
                for name, code in zip(self.names, row, strict=True)
                if code != ABSENT
            }
            for row in self.codes.tolist()
        ]


def attributes_of(table: FeatureTable, spec: LayerSpec) -> Attributes:
    """The fields of the spec, in their order; columns that the table lacks are left out.

    Raises ``ValueError`` when a value does not fit the declared type of its field.
    """
    fields = [(name, kind) for name, kind in spec.fields if name in table.attributes]
    known: dict[tuple[type, Property], int] = {}
    codes = np.full((len(table), len(fields)), ABSENT, dtype=np.int32)
    for column, (name, kind) in enumerate(fields):
        codes[:, column] = _coded(table.attributes[name], _reader(kind, name), known)
    names = tuple(name for name, _ in fields)
    values = tuple(value for _, value in known)
    encoded = tuple(map(encode_value, values))
    sizes = np.fromiter(map(len, encoded), np.int64, len(encoded))
    return Attributes(names, values, encoded, sizes, codes)


def _coded(
    column: npt.NDArray[np.object_],
    read: Callable[[Any], Property | None],
    known: dict[tuple[type, Property], int],
) -> Codes:
    """Codes of one column; ``known`` grows by its new values. Each raw value is read once."""
    # By type as well: 1, 1.0 and True are equal to Python and different in a tile.
    raw = list(zip(map(type, column), column, strict=True))
    places = {value: place for place, value in enumerate(dict.fromkeys(raw))}
    codes = np.empty(len(places), dtype=np.int32)
    for place, (_, value) in enumerate(places):
        typed = read(value)
        codes[place] = ABSENT
        if typed is not None:
            codes[place] = known.setdefault((type(typed), typed), len(known))
    coded: Codes = codes[np.fromiter(map(places.__getitem__, raw), np.int64, len(raw))]
    return coded


def estimated_bytes(attributes: Attributes) -> npt.NDArray[np.float64]:
    """Bytes that the properties of each row take in a tile, values counted once a table.

    A tile stores a repeated value once; a value that stands in every row costs its text almost
    nothing, one that is unique costs it whole.
    """
    codes = attributes.codes
    present = codes != ABSENT
    counts = np.bincount(codes[present], minlength=len(attributes.values))
    cost = 3.0 + attributes.sizes / np.maximum(counts, 1)
    weights = np.where(present, cost[codes], 0.0) if len(cost) else np.zeros(codes.shape)
    total: npt.NDArray[np.float64] = weights.sum(axis=1)
    return total


def _within_64_bits(value: int, name: str) -> int:
    if not -(2**63) <= value < 2**64:
        raise ValueError(f"{name}: a whole number beyond 64 bits")
    return value


def _finite(value: float, name: str) -> float:
    if math.isinf(value):
        raise ValueError(f"{name}: an infinite number")
    return value


def _encodable(value: str, name: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        # Not the error itself, which would show the text.
        raise ValueError(f"{name}: text that is not Unicode") from None
    return value


def _reader(kind: str, name: str) -> Callable[[Any], Property | None]:
    """What turns a raw value of a field into a property, ``None`` where it is missing."""

    def read(value: Any) -> Property | None:
        if isinstance(value, np.generic):
            value = value.item()
        if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124
            return None
        if kind == "integer" and not isinstance(value, bool):
            if isinstance(value, float) and not value.is_integer():
                raise ValueError(f"{name}: not a whole number")
            return _within_64_bits(int(value), name)
        if kind == "number":
            return _finite(float(value), name)
        return value if isinstance(value, bool) else _encodable(str(value), name)

    return read
