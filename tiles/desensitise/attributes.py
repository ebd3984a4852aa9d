"""Attributes by allow-list, each generalised by its rule; nothing else passes (属性脱敏)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tiles.desensitise.errors import Refusal
from tiles.desensitise.personal_data import scrub
from tiles.desensitise.profile_attributes import AttributeRule

Column: TypeAlias = npt.NDArray[np.object_]
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
        column = raw[rule.source]
        published[rule.name] = _mapped(column, _generaliser(rule))
        lost = sum(
            not _blank(before) and after is None
            for before, after in zip(column, published[rule.name], strict=True)
        )
        if lost:
            unreadable[rule.name] = lost
    return published, unreadable


def _mapped(column: Column, generalise: Callable[[Any], Any]) -> Column:
    """``generalise`` for each value, computed once for equal values of one type."""
    known: dict[tuple[type, Any], Any] = {}
    result = np.full(column.shape, None, dtype=object)
    for row, value in enumerate(column):
        if _blank(value):
            continue
        key = (type(value), value)
        if key not in known:
            known[key] = generalise(value)
        result[row] = known[key]
    return result


def _blank(value: Any) -> bool:
    return (
        value is None
        or (isinstance(value, float) and math.isnan(value))
        or (isinstance(value, str) and not value.strip())
    )


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
    if rule.rule == "scrub":
        return lambda value: scrub(_text(value))
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
    if number is None or rule.step is None:
        return None
    # Through text, so that 0.1 * 3 is published as 0.3.
    rounded = float(f"{round(number / rule.step) * rule.step:.10g}")
    return int(rounded) if rule.type == "integer" else rounded
