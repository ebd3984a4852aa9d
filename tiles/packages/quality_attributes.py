"""Quality checks of attributes: fields, values, types, lengths, code lists, ranges, areas."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from tiles.desensitise.features import FeatureTable
from tiles.desensitise.landuse_codes import domain_values
from tiles.desensitise.profile import AttributeRule, Profile

from .quality_report import Check, examples_of
from .text_encoding import is_garbled

Column = npt.NDArray[np.object_]
Rows = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Subject:
    """The table under control. ``rows``: the number (from 1) that each row is reported by.

    ``public``: columns bear their public names and values are already generalised.
    """

    table: FeatureTable
    profile: Profile
    rows: npt.NDArray[np.intp]
    public: bool

    @classmethod
    def published(cls, table: FeatureTable, profile: Profile) -> Subject:
        return cls(table, profile, np.arange(1, len(table) + 1), public=True)

    def name_of(self, rule: AttributeRule) -> str:
        """The column in which the values of ``rule`` stand in this table."""
        return rule.name if self.public else rule.source

    def named_columns(self) -> Iterable[tuple[AttributeRule, Column]]:
        """The allowed attributes that the table has."""
        for rule in self.profile.attributes:
            column = self.table.attributes.get(self.name_of(rule))
            if column is not None:
                yield rule, column

    def required(self) -> tuple[str, ...]:
        """The required columns by their names in this table; each is named either way."""
        names = {rule.name: self.name_of(rule) for rule in self.profile.attributes}
        names |= {rule.source: self.name_of(rule) for rule in self.profile.attributes}
        required = self.profile.quality.required
        if self.public:
            return tuple(names[name] for name in required if name in names)
        return tuple(
            name if name in self.table.attributes else names.get(name, name) for name in required
        )

    def examples(self, wanting: Rows) -> tuple[int, ...]:
        return examples_of(self.rows[wanting].tolist())

    @cached_property
    def none(self) -> Rows:
        return np.zeros(len(self.table), dtype=bool)


def check_fields(subject: Subject) -> Check:
    """Every allowed and every required attribute must be there as a column."""
    expected = [subject.name_of(rule) for rule in subject.profile.attributes]
    expected += [name for name in subject.required() if name not in expected]
    missing = [name for name in expected if name not in subject.table.attributes]
    listed = "：" + "、".join(missing) if missing else ""
    return Check(
        "fields",
        "completeness",
        "方案要求的字段" + (f"缺失{listed}" if missing else "齐全"),
        f"fields of the profile missing{listed}"
        if missing
        else "all fields of the profile are there",
        count=len(missing),
        checked=len(expected),
        verdict="refuse" if missing else "pass",
    )


def check_required_values(subject: Subject) -> Check:
    """Required attributes have a value; published ones may have been suppressed on purpose."""
    wanting = subject.none.copy()
    for name in subject.required():
        column = subject.table.attributes.get(name)
        if column is not None:
            wanting |= _where(column, _is_blank)
    return Check(
        "required_values",
        "completeness",
        "必填属性为空的要素",
        "features without a value in a required field",
        count=int(wanting.sum()),
        checked=len(subject.table) * len(subject.required()),
        verdict=_verdict(wanting, "note" if subject.public else "refuse"),
        examples=subject.examples(wanting),
    )


def check_garbled(subject: Subject) -> Check:
    """Garbled text (乱码) in a name or a value of the allowed attributes."""
    wanting = subject.none.copy()
    names = sum(map(is_garbled, subject.table.attributes))
    for _, column in subject.named_columns():
        wanting |= _where(column, _garbled_value)
    found = names + int(wanting.sum())
    return Check(
        "garbled_text",
        "format",
        "文字乱码的要素或字段",
        "features or fields with garbled text",
        count=found,
        checked=len(subject.table),
        verdict="refuse" if found else "pass",
        examples=subject.examples(wanting),
    )


def check_types(subject: Subject) -> Check:
    """Values that are not of the attribute's type; they would be published as missing."""
    wanting = subject.none.copy()
    for rule, column in subject.named_columns():
        if rule.type in _READABLE and (subject.public or rule.rule != "band"):
            wanting |= _where(column, partial(_is_unreadable, readable=_READABLE[rule.type]))
    return Check(
        "value_types",
        "domain",
        "属性值与字段类型不符的要素",
        "features with a value that is not of the field's type",
        count=int(wanting.sum()),
        checked=len(subject.table),
        verdict=_verdict(wanting, "refuse" if subject.public else "note"),
        examples=subject.examples(wanting),
    )


def check_lengths(subject: Subject) -> Check:
    """Text longer than the profile allows."""
    wanting = subject.none.copy()
    for rule, column in subject.named_columns():
        if rule.type == "text":
            wanting |= _where(column, partial(_is_too_long, longest=rule.max_length))
    return Check(
        "text_lengths",
        "format",
        "文字超过字段长度的要素",
        "features with text longer than the field",
        count=int(wanting.sum()),
        checked=len(subject.table),
        verdict=_verdict(wanting, "refuse"),
        examples=subject.examples(wanting),
    )


def check_domains(subject: Subject) -> Check:
    """Codes and values against the code list of the stated version."""
    wanting = subject.none.copy()
    for rule, column in subject.named_columns():
        allowed = _allowed_values(rule)
        if allowed is not None:
            wanting |= _where(column, partial(_outside_domain, allowed=allowed, rule=rule))
    return Check(
        "code_values",
        "domain",
        "代码或取值不在值域内的要素",
        "features with a code or value that is not in its list",
        count=int(wanting.sum()),
        checked=len(subject.table),
        verdict=_verdict(wanting, "refuse"),
        examples=subject.examples(wanting),
    )


def check_ranges(subject: Subject) -> Check:
    """Indicators (容积率, 建筑密度, 绿地率, ...) within the profile's range."""
    wanting = subject.none.copy()
    for rule, column in subject.named_columns():
        if rule.minimum is not None or rule.maximum is not None:
            wanting |= _where(column, partial(_out_of_range, rule=rule))
    return Check(
        "indicator_ranges",
        "thematic",
        "指标超出合理范围的要素",
        "features with an indicator out of its range",
        count=int(wanting.sum()),
        checked=len(subject.table),
        verdict=_verdict(wanting, "refuse"),
        examples=subject.examples(wanting),
    )


def check_declared_areas(subject: Subject) -> Check:
    """Declared areas against areas on the ellipsoid (图数一致).

    A feature that differs is noted; the sum of all must agree within the tolerance.
    """
    quality = subject.profile.quality
    column = subject.table.attributes.get(quality.area_field or "")
    zh, en = (
        "登记面积与图形面积不一致的要素",
        "features whose declared area is not that of the shape",
    )
    if column is None or not len(subject.table):
        return Check("declared_areas", "thematic", zh, en)
    declared = np.array([_as_number(value) or np.nan for value in column])
    measured = ellipsoidal_areas(subject.table)
    known = np.isfinite(declared)
    differs = known & (np.abs(declared - measured) > quality.area_tolerance * measured)
    total = float(measured[known].sum())
    share = abs(float(declared[known].sum()) - total) / total if total else 0.0
    refused = share > quality.area_tolerance
    return Check(
        "declared_areas",
        "thematic",
        zh,
        en,
        count=int(differs.sum()),
        checked=int(known.sum()),
        verdict="refuse" if refused else ("note" if differs.any() else "pass"),
        examples=subject.examples(differs),
        measured={"total_difference": share},
    )


def ellipsoidal_areas(table: FeatureTable) -> npt.NDArray[np.float64]:
    """Areas on the ellipsoid in m2, by an equal-area projection centred on the data.

    Its edges differ from geodesics by less than 1e-6 of the area for parcels.
    """
    crs = pyproj.CRS.from_user_input(table.crs)
    geodetic = crs.geodetic_crs or crs
    west, south, east, north = shapely.total_bounds(table.geometry)
    to_degrees = pyproj.Transformer.from_crs(crs, geodetic, always_xy=True)
    longitude, latitude = to_degrees.transform((west + east) / 2, (south + north) / 2)
    ellipsoid = geodetic.ellipsoid
    if ellipsoid is None:
        raise ValueError(f"{table.crs} has no ellipsoid")
    equal_area = pyproj.CRS.from_dict(
        {
            "proj": "laea",
            "lat_0": latitude,
            "lon_0": longitude,
            "a": ellipsoid.semi_major_metre,
            "b": ellipsoid.semi_minor_metre,
        }
    )
    project = pyproj.Transformer.from_crs(crs, equal_area, always_xy=True)
    flat = shapely.transform(
        table.geometry, lambda xy: np.column_stack(project.transform(xy[:, 0], xy[:, 1]))
    )
    return np.asarray(shapely.area(flat))


def _where(column: Column, wanting: Callable[[Any], bool]) -> Rows:
    """Rows whose value is found wanting; each different value is looked at once."""
    known: dict[tuple[type, Any], bool] = {}
    found = np.zeros(len(column), dtype=bool)
    for row, value in enumerate(column):
        key = (type(value), value)
        if key not in known:
            known[key] = wanting(value)
        found[row] = known[key]
    return found


def _verdict(wanting: Rows, severity: Any) -> Any:
    return severity if wanting.any() else "pass"


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _garbled_value(value: Any) -> bool:
    return isinstance(value, str) and is_garbled(value)


def _as_number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None


def _is_integer(value: Any) -> bool:
    number = _as_number(value)
    return number is not None and number == int(number)


def _is_date(value: Any) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        return 1000 <= value <= 9999
    text = str(value).strip().replace("/", "-")
    digits = text if "-" in text else f"{text[:4]}-{text[4:6]}-{text[6:8]}"
    try:
        date.fromisoformat(digits[:10])
    except ValueError:
        return text[:4].isdigit() and len(text) in (4, 6, 7)
    return True


_READABLE: dict[str, Callable[[Any], bool]] = {
    "number": lambda value: _as_number(value) is not None,
    "integer": _is_integer,
    "date": _is_date,
}


def _allowed_values(rule: AttributeRule) -> frozenset[str] | None:
    if rule.values:
        return frozenset(rule.values)
    return domain_values(rule.domain) if rule.domain else None


def _is_unreadable(value: Any, readable: Callable[[Any], bool]) -> bool:
    return not _is_blank(value) and not readable(value)


def _is_too_long(value: Any, longest: int) -> bool:
    return isinstance(value, str) and len(value) > longest


def _outside_domain(value: Any, allowed: frozenset[str], rule: AttributeRule) -> bool:
    """Blank is a question of completeness; a longer code counts by the part that is kept."""
    if _is_blank(value):
        return False
    text = str(value).strip()
    kept = text[: rule.level] if rule.rule == "code" and rule.level is not None else text
    return text not in allowed and kept not in allowed


def _out_of_range(value: Any, rule: AttributeRule) -> bool:
    number = _as_number(value)
    if number is None:
        return False
    too_low = rule.minimum is not None and number < rule.minimum
    return too_low or (rule.maximum is not None and number > rule.maximum)
