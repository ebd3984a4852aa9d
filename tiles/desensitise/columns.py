"""Whole columns at once: the different values of a column, and columns of numbers as arrays.

A layer of a million parcels has a few hundred different codes. Rules are asked of each different
value once, and the answers are handed out to the rows; plain numbers need no Python at all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

Column: TypeAlias = npt.NDArray[np.object_]
Flags: TypeAlias = npt.NDArray[np.bool_]
_Answer = TypeVar("_Answer")
_NUMBERS = frozenset({int, float, type(None)})


def blank(value: Any) -> bool:
    """No value: ``None``, NaN, or text of blanks."""
    return (
        value is None
        or (isinstance(value, float) and math.isnan(value))
        or (isinstance(value, str) and not value.strip())
    )


@dataclass(frozen=True)
class Distinct:
    """``values``: each different value once, 1 and 1.0 and true kept apart, in the order in which
    they first stand in the column; ``numbers``: for each row, which of them it holds."""

    values: list[Any]
    numbers: npt.NDArray[np.intp]

    @classmethod
    def of(cls, column: Column) -> Distinct:
        values = column.tolist()
        several = len(set(map(type, values)) - {type(None)}) > 1
        keys: Iterable[Any] = (
            list(zip(map(type, values), values, strict=True)) if several else values
        )
        order = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        numbers = np.fromiter(map(order.__getitem__, keys), np.intp, len(values))
        return cls([key[1] for key in order] if several else list(order), numbers)

    def rows(self, answers: Iterable[_Answer]) -> Column:
        """For each row the answer that was given for its value."""
        return of_values(answers)[self.numbers]

    def where(self, test: Callable[[Any], bool]) -> Flags:
        """The rows whose value passes ``test``."""
        passed = np.fromiter(map(test, self.values), bool, len(self.values))
        return passed[self.numbers]


def of_values(values: Iterable[Any]) -> Column:
    """A column of these values as they are."""
    listed = list(values)
    column = np.empty(len(listed), dtype=object)
    column[:] = listed
    return column


def as_numbers(column: Column) -> npt.NDArray[np.float64] | None:
    """A column of plain numbers, missing ones NaN; ``None`` when anything else stands in it."""
    if not _NUMBERS.issuperset(map(type, column.tolist())):
        return None
    return column.astype(np.float64)


def of_numbers(numbers: npt.NDArray[np.float64] | npt.NDArray[np.int64], there: Flags) -> Column:
    """A column of Python's own numbers, ``None`` where nothing is ``there``."""
    column = numbers.astype(object)
    column[~there] = None
    return column
