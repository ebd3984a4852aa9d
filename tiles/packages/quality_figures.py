"""Quality checks of figures: areas against the shapes (图数一致), indicators within reason."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import AttributeRule

from .quality_attributes import as_number, verdict_on
from .quality_report import Check
from .quality_subject import Numbers, Rows, Subject

SQUARE_METRES = {"m2": 1.0, "ha": 10_000.0, "mu": 10_000.0 / 15.0, "km2": 1_000_000.0}
# What cannot be, whatever the profile says: words in a field's title, least and most.
_DENSITY, _GREEN = ("建筑密度", "建築密度", "建蔽率"), ("绿地率", "綠地率", "绿化率")
_POSSIBLE: tuple[tuple[tuple[str, ...], float, float | None], ...] = (
    # No upper bound: some write it as a ratio and some in per cent.
    (("容积率", "容積率"), 0.0, None),
    (_DENSITY + _GREEN, 0.0, 100.0),
    (("建筑限高", "建筑高度", "建築高度", "限高"), 0.0, 1_000.0),
)


def check_ranges(subject: Subject) -> Check:
    """Indicators (容积率, 建筑密度, 绿地率, ...) within the profile's range and what is possible."""
    wanting = subject.none
    checked = 0
    for rule, name in subject.named_columns():
        low, high = _range(rule)
        if (rule.rule == "band" and subject.public) or (low, high) == (None, None):
            continue
        checked += len(subject.table)
        test = partial(_out_of_range, low=low, high=high)
        wanting |= subject.where(name, test, partial(_out_of_ranges, low=low, high=high))
    return Check(
        "indicator_ranges",
        "thematic",
        "指标超出合理范围的要素",
        "features with an indicator out of its range",
        count=int(wanting.sum()),
        checked=checked,
        verdict=verdict_on(wanting, "refuse"),
        examples=subject.examples(wanting),
    )


def check_indicator_sums(subject: Subject) -> Check:
    """What is built over and what is green cannot be more than the whole plot (per cent)."""
    zh, en = (
        "建筑密度与绿地率之和超过百分之百的要素",
        "features more than wholly built over and green",
    )
    built, green = (_indicator(subject, words) for words in (_DENSITY, _GREEN))
    if built is None or green is None:
        return Check("indicator_sums", "thematic", zh, en)
    with np.errstate(invalid="ignore"):
        wanting = np.asarray(built + green > _WHOLE)
    return Check(
        "indicator_sums",
        "thematic",
        zh,
        en,
        count=int(wanting.sum()),
        checked=int(np.isfinite(built + green).sum()),
        verdict=verdict_on(wanting, "note"),
        examples=subject.examples(wanting),
    )


# Both indicators are rounded to five per cent as a rule when they are published.
_WHOLE = 105.0


def check_declared_areas(subject: Subject) -> Check:
    """Declared areas against areas on the ellipsoid (图数一致).

    A feature that differs is noted; the sum of all must agree within the tolerance.
    """
    quality = subject.profile.quality
    zh, en = (
        "登记面积与图形面积不一致的要素",
        "features whose declared area is not that of the shape",
    )
    name = quality.area_field or ""
    if name not in subject.table.attributes or not len(subject.table):
        return Check("declared_areas", "thematic", zh, en)
    declared = _readable_numbers(subject, name) * SQUARE_METRES[quality.area_unit]
    declared[declared == 0.0] = np.nan
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


def _readable_numbers(subject: Subject, name: str) -> Numbers:
    """The column as numbers, NaN where none can be read."""
    numbers = subject.numbers(name)
    if numbers is not None:
        return np.where(np.isfinite(numbers), numbers, np.nan)
    distinct = subject.distinct(name)
    read = [as_number(value) for value in distinct.values]
    return np.array([np.nan if value is None else value for value in read])[distinct.numbers]


def _indicator(subject: Subject, words: tuple[str, ...]) -> Numbers | None:
    for rule, name in subject.named_columns():
        if rule.title.startswith(words) and rule.type in ("number", "integer"):
            return _readable_numbers(subject, name)
    return None


def _range(rule: AttributeRule) -> tuple[float | None, float | None]:
    """The profile's bounds; where it states none, those of what is possible."""
    figures = rule.rule in ("band", "round") or rule.type in ("number", "integer")
    for words, low, high in _POSSIBLE:
        if figures and rule.title.startswith(words):
            return (
                low if rule.minimum is None else rule.minimum,
                high if rule.maximum is None else rule.maximum,
            )
    return rule.minimum, rule.maximum


def _out_of_range(value: Any, low: float | None, high: float | None) -> bool:
    number = as_number(value)
    if number is None:
        return False
    return (low is not None and number < low) or (high is not None and number > high)


def _out_of_ranges(column: Numbers, low: float | None, high: float | None) -> npt.NDArray[np.bool_]:
    wanting: Rows = np.zeros(len(column), dtype=bool)
    if low is not None:
        wanting |= column < low
    if high is not None:
        wanting |= column > high
    # Numbers that are none are a question of their type.
    return wanting & np.isfinite(column)
