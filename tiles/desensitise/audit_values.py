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
        numbers: dict[tuple[type, Any], int] = {}
        number = [
            numbers.setdefault((value.__class__, value), len(numbers)) for value in column.tolist()
        ]
        return cls([value for _, value in numbers], np.array(number, dtype=np.intp))

    @property
    def present(self) -> Flags:
        """Rows that have a value."""
        return self.where(lambda value: value is not None)

    def where(self, test: Callable[[Any], bool]) -> Flags:
        """Rows whose value passes a test."""
        passed = np.array([test(value) for value in self.values], dtype=bool)
        return passed[self.number] if len(passed) else np.zeros(len(self.number), dtype=bool)
