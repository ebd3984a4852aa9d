"""The table under quality control, with what several checks need worked out once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
import shapely.errors

from tiles.desensitise.columns import Column, Distinct, as_numbers
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import AttributeRule, Profile

from .quality_report import examples_of

Numbers = npt.NDArray[np.float64]
Rows = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Subject:
    """The table under control. ``rows``: the number (from 1) that each row is reported by.

    ``public``: columns bear their public names and values are already generalised. ``valid``:
    rows whose geometry was found valid before, if that is known.
    """

    table: FeatureTable
    profile: Profile
    rows: npt.NDArray[np.intp]
    public: bool
    valid: Rows | None = None
    _distinct: dict[str, Distinct] = field(default_factory=dict)
    _numbers: dict[str, Numbers | None] = field(default_factory=dict)

    @classmethod
    def published(cls, table: FeatureTable, profile: Profile) -> Subject:
        return cls(table, profile, np.arange(1, len(table) + 1), public=True)

    def name_of(self, rule: AttributeRule) -> str:
        """The column in which the values of ``rule`` stand in this table."""
        return rule.name if self.public else rule.source

    def named_columns(self) -> Iterable[tuple[AttributeRule, str]]:
        """The allowed attributes that the table has, with the names of their columns here."""
        for rule in self.profile.attributes:
            if self.name_of(rule) in self.table.attributes:
                yield rule, self.name_of(rule)

    def required(self) -> tuple[str, ...]:
        """The required columns by their names in this table; each is named either way."""
        return self.named_either_way(self.profile.quality.required)

    def named_either_way(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Columns named by their raw or their public names; the public half knows only its own."""
        names = {rule.name: self.name_of(rule) for rule in self.profile.attributes}
        names |= {rule.source: self.name_of(rule) for rule in self.profile.attributes}
        if self.public:
            return tuple(names[name] for name in wanted if name in names)
        return tuple(
            name if name in self.table.attributes else names.get(name, name) for name in wanted
        )

    def numbers(self, name: str) -> Numbers | None:
        """The column as an array, missing values NaN, if it holds nothing but numbers."""
        if name not in self._numbers:
            self._numbers[name] = as_numbers(self.table.attributes[name])
        return self._numbers[name]

    def distinct(self, name: str) -> Distinct:
        """The different values of the column."""
        if name not in self._distinct:
            self._distinct[name] = Distinct.of(self.table.attributes[name])
        return self._distinct[name]

    def where(
        self,
        name: str,
        wanting: Callable[[Any], bool],
        plain: Callable[[Numbers], Rows] | None = None,
    ) -> Rows:
        """Rows whose value is found wanting; each different value is looked at once.

        ``plain``: the same test for a column of numbers as a whole.
        """
        numbers = self.numbers(name) if plain is not None else None
        if numbers is not None and plain is not None:
            with np.errstate(invalid="ignore"):
                return plain(numbers)
        return self.distinct(name).where(wanting)

    def examples(self, wanting: Rows) -> tuple[int, ...]:
        return examples_of(self.rows[wanting].tolist())

    @property
    def none(self) -> Rows:
        return np.zeros(len(self.table), dtype=bool)

    @cached_property
    def areas(self) -> Numbers:
        """Areas in the ground CRS, m2."""
        return np.asarray(shapely.area(self.table.geometry))

    @cached_property
    def coverage_union(self) -> shapely.Geometry | None:
        """The union by dissolving shared borders; ``None`` where borders do not match.

        On polygons that overlap it is not the union: ``covers_once`` tells.
        """
        try:
            return shapely.coverage_union_all(self.table.geometry)
        except shapely.errors.GEOSException:
            return None

    @cached_property
    def covers_once(self) -> bool:
        """Is it certain that no two polygons overlap, beyond rounding in all?

        Dissolving keeps what an odd number of polygons cover. Where the result is valid and as
        large as all polygons together, nothing was covered twice.
        """
        union = self.coverage_union
        if union is None or not shapely.is_valid(union):
            return False
        return abs(float(self.areas.sum()) - float(shapely.area(union))) < _ROUNDING_AREA

    @cached_property
    def union(self) -> shapely.Geometry:
        """The true union of the polygons."""
        if self.coverage_union is not None:
            return self.coverage_union
        return shapely.disjoint_subset_union_all(self.table.geometry)


_ROUNDING_AREA = 0.5

__all__ = ["Column", "Numbers", "Rows", "Subject"]
