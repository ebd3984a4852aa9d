"""The distinct values of a column, so that the audit asks each question of each value once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Column: TypeAlias = npt.NDArray[np.object_]
Flags: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class DistinctValues:
    """``values``: the distinct ones, told apart by type as well; ``number``: that of each row."""

    values: list[Any]
    number: npt.NDArray[np.intp]

    @classmethod
    def of(cls, column: Column) -> DistinctValues:
        keys: list[Any] = column.tolist()
        several = len(set(map(type, keys)) - {type(None)}) > 1
        if several:
            keys = list(zip(map(type, keys), keys, strict=True))
        numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        number = np.fromiter(map(numbers.__getitem__, keys), np.intp, len(keys))
        return cls([key[1] for key in numbers] if several else list(numbers), number)

    @property
    def present(self) -> Flags:
        """Rows that have a value."""
        return self.where(lambda value: value is not None)

    def where(self, test: Callable[[Any], bool]) -> Flags:
        """Rows whose value passes a test."""
        passed = np.array([test(value) for value in self.values], dtype=bool)
        return passed[self.number] if len(passed) else np.zeros(len(self.number), dtype=bool)
