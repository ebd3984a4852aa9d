"""Attributes by allow-list, each generalised by its rule; nothing else passes (属性脱敏)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from tiles.desensitise.columns import Column, Distinct, as_numbers, blank, of_numbers
from tiles.desensitise.errors import Refusal
from tiles.desensitise.landuse_codes import SUCCESSORS_OF_2020
from tiles.desensitise.personal_data import scrubbed_texts
from tiles.desensitise.profile_attributes import AttributeRule

_LARGEST_EXACT = 2.0**53
_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[T ].*)?")


class AttributeMissing(Refusal):
    """An allowed attribute is not in the raw table (缺少属性)."""

    code = "attribute_missing"


def publish_attributes(
    raw: Mapping[str, Column], rules: tuple[AttributeRule, ...]
) -> tuple[dict[str, Column], dict[str, int]]:
    """The published columns in the profile's order, and how many values of each were unreadable.

    A value that its rule cannot read (text where a number belongs) is published as ``None``.
    Raises AttributeMissing.
    """
    published: dict[str, Column] = {}
    unreadable: dict[str, int] = {}
    for rule in rules:
        if rule.source not in raw:
            raise AttributeMissing(
                f"原始数据没有属性“{rule.source}”",
                f'the raw data has no attribute "{rule.source}"',
                where=f"attribute.{rule.name}",
                mend_zh="改正方案中的 source，或补齐原始数据。",
                mend_en="Correct `source` in the profile or complete the raw data.",
            )
        published[rule.name], lost = _generalised(raw[rule.source], rule)
        if lost:
            unreadable[rule.name] = lost
    return published, unreadable


def _generalised(column: Column, rule: AttributeRule) -> tuple[Column, int]:
    """One published column, and how many of its values could not be read."""
    numbers = as_numbers(column) if rule.type in ("number", "integer") else None
    if numbers is not None and rule.rule in ("as_is", "round"):
        return _generalised_numbers(numbers, rule)
    distinct = Distinct.of(column)
    read = [None if blank(value) else value for value in distinct.values]
    if rule.source_domain is not None:
        read = [None if v is None else SUCCESSORS_OF_2020.get(_text(v)) for v in read]
    if rule.rule == "scrub":
        answers: list[Any] = scrubbed_texts([None if v is None else _text(v) for v in read])
    else:
        generalise = _generaliser(rule)
        answers = [None if value is None else generalise(value) for value in read]
    unread = [
        after is None and not blank(before)
        for before, after in zip(distinct.values, answers, strict=True)
    ]
    lost = int(np.array(unread, dtype=bool)[distinct.numbers].sum()) if any(unread) else 0
    return distinct.rows(answers), lost


def _generalised_numbers(
    numbers: npt.NDArray[np.float64], rule: AttributeRule
) -> tuple[Column, int]:
    """Plain numbers, rounded or as they are; whole ones only where the type asks for it."""
    there = np.isfinite(numbers)
    lost = int((~there & ~np.isnan(numbers)).sum())
    numbers = np.where(there, numbers, 0.0)
    if rule.rule == "round":
        multiples, where = np.unique(np.rint(numbers / _step(rule)) + 0.0, return_inverse=True)
        numbers = np.array([_written(multiple, rule) for multiple in multiples.tolist()])[where]
    if rule.type == "integer":
        whole = numbers == np.trunc(numbers)
        if rule.rule == "as_is":
            lost += int((there & ~whole).sum())
            there &= whole
        # Python's own whole numbers, since a number may be too large for 64 bits.
        large = np.abs(numbers) >= _LARGEST_EXACT
        column = of_numbers(np.where(large, 0.0, np.trunc(numbers)).astype(np.int64), there)
        for row in np.flatnonzero(large & there):
            column[row] = int(numbers[row])
        return column, lost
    return of_numbers(numbers, there), lost


def _generaliser(rule: AttributeRule) -> Callable[[Any], Any]:
    """The function of one non-blank value that the rule stands for; ``None`` = unreadable."""
    if rule.rule == "band":
        return lambda value: _band(_number(value), rule)
    if rule.rule == "round":
        return lambda value: _rounded(_number(value), rule)
    if rule.rule == "year":
        return _year
    if rule.rule == "code":
        return lambda value: _text(value)[: rule.level]
    return {"text": _text, "number": _number, "integer": _integer, "date": _date}[rule.type]


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _integer(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number.is_integer() else None


def _date(value: Any) -> str | None:
    match = _DATE.fullmatch(_text(value))
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _year(value: Any) -> int | None:
    text = _text(value)
    date = _date(value)
    if date is None and not re.fullmatch(r"[12]\d{3}", text):
        return None
    return int((date or text)[:4])


def _band(number: float | None, rule: AttributeRule) -> str | None:
    if number is None:
        return None
    return rule.band_labels[int(np.searchsorted(rule.bands, number, side="right"))]


def _rounded(number: float | None, rule: AttributeRule) -> float | int | None:
    if number is None:
        return None
    rounded = _written(round(number / _step(rule)), rule)
    return int(rounded) if rule.type == "integer" else rounded


def _step(rule: AttributeRule) -> float:
    """The profile's reader lets no rule of rounding pass without a step."""
    return rule.step or 1.0


def _written(multiple: float, rule: AttributeRule) -> float:
    """So many steps; through text, so that 3 times 0.1 is published as 0.3."""
    return float(f"{multiple * _step(rule):.10g}")
