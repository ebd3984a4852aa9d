"""Quality checks against the plan database specification, where the profile names a layer of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from .plan_database import StandardField, StandardLayer, standard_layer
from .quality_attributes import as_number, is_blank, is_too_long, verdict_on
from .quality_report import Check, Element, Verdict
from .quality_subject import Numbers, Rows, Subject

# Binary fractions do not hold two decimals exactly.
_NOISE = 1e-6


def standard_checks(subject: Subject) -> tuple[Check, ...]:
    """Fields, obligations, types and lengths of the standard layer; nothing without one."""
    code = subject.profile.quality.standard_layer
    if code is None:
        return ()
    layer = standard_layer(code)
    if layer is None:
        zh, en = (
            f"规范中没有图层 {code}，未核对",
            f"the specification has no layer {code}: not checked",
        )
        return (Check("standard_layer", "concept", zh, en, count=1, verdict="refuse"),)
    return (
        _layer(subject, layer),
        _fields(subject, layer),
        *(_values(subject, layer, rule) for rule in _RULES),
    )


def _layer(subject: Subject, layer: StandardLayer) -> Check:
    wrong = subject.profile.layer.geometry not in layer.geometry
    return Check(
        "standard_layer",
        "concept",
        f"图层 {layer.code} 的几何类型" + ("与规范不符" if wrong else "符合规范"),
        f"the geometry type of {layer.code} is "
        + ("not that of the specification" if wrong else "as specified"),
        count=int(wrong),
        checked=1,
        verdict="refuse" if wrong else "pass",
    )


def _fields(subject: Subject, layer: StandardLayer) -> Check:
    """A mandatory field that is missing is refused; where no obligation is known it is noted."""
    there = _columns(subject)
    missing = [field for field in layer.fields if field.name not in there]
    mandatory = any(field.mandatory for field in missing)
    listed = (
        "：" + "、".join(f"{field.name}（{field.title}）" for field in missing) if missing else ""
    )
    names = ": " + ", ".join(field.name for field in missing) if missing else ""
    return Check(
        "standard_fields",
        "completeness",
        f"图层 {layer.code} 规范字段" + (f"缺失{listed}" if missing else "齐全"),
        f"specified fields of {layer.code} " + (f"missing{names}" if missing else "are all there"),
        count=len(missing),
        checked=len(layer.fields),
        verdict="refuse" if mandatory else ("note" if missing else "pass"),
    )


@dataclass(frozen=True)
class _Rule:
    """One test of the values of every field to which it applies (``None``: not to this one)."""

    code: str
    element: Element
    test: Callable[[Subject, str, StandardField], Rows | None]
    zh: str
    en: str
    severity: Verdict = "refuse"


def _values(subject: Subject, layer: StandardLayer, rule: _Rule) -> Check:
    there = _columns(subject)
    wanting, checked = subject.none, 0
    for field in layer.fields:
        if field.name in there:
            found = rule.test(subject, there[field.name], field)
            if found is not None:
                wanting |= found
                checked += len(found)
    return Check(
        rule.code,
        rule.element,
        rule.zh,
        rule.en,
        count=int(wanting.sum()),
        checked=checked,
        verdict=verdict_on(wanting, rule.severity),
        examples=subject.examples(wanting),
    )


def _columns(subject: Subject) -> dict[str, str]:
    """The table's columns by their names in capitals, as the specification writes them."""
    return {name.upper(): name for name in subject.table.attributes}


def _unfilled(subject: Subject, name: str, field: StandardField) -> Rows | None:
    return subject.where(name, is_blank, np.isnan) if field.mandatory else None


def _of_other_type(subject: Subject, name: str, field: StandardField) -> Rows | None:
    if field.type == "number":
        return subject.where(name, _is_no_number, np.isinf)
    return subject.where(name, _is_no_text, lambda column: ~np.isnan(column))


def _too_long(subject: Subject, name: str, field: StandardField) -> Rows | None:
    if field.length is None:
        return None
    if field.type == "text":
        return subject.where(name, partial(is_too_long, longest=field.length))
    most = 10.0 ** (field.length - (field.decimals + 1 if field.decimals else 0))
    return subject.where(name, partial(_is_too_large, most=most), lambda c: np.abs(c) >= most)


def _too_fine(subject: Subject, name: str, field: StandardField) -> Rows | None:
    if field.decimals is None or field.type != "number":
        return None
    return subject.where(
        name,
        partial(_has_more_decimals, decimals=field.decimals),
        partial(_have_more_decimals, decimals=field.decimals),
    )


def _is_no_number(value: Any) -> bool:
    return not is_blank(value) and as_number(value) is None


def _is_no_text(value: Any) -> bool:
    return value is not None and not isinstance(value, str)


def _is_too_large(value: Any, most: float) -> bool:
    number = as_number(value)
    return number is not None and abs(number) >= most


def _has_more_decimals(value: Any, decimals: int) -> bool:
    number = as_number(value)
    return number is not None and bool(_have_more_decimals(np.array([number]), decimals)[0])


def _have_more_decimals(column: Numbers, decimals: int) -> Rows:
    scaled = column * 10.0**decimals
    slack = _NOISE + 1e-12 * np.abs(scaled)
    return np.asarray(np.abs(scaled - np.rint(scaled)) > slack)


_RULES = (
    _Rule(
        "standard_values",
        "completeness",
        _unfilled,
        "规范规定必填而为空的要素",
        "features without a value that the specification demands",
    ),
    _Rule(
        "standard_types",
        "domain",
        _of_other_type,
        "属性值与规范字段类型不符的要素",
        "features with a value not of the specified type",
    ),
    _Rule(
        "standard_lengths",
        "format",
        _too_long,
        "属性值超过规范字段长度的要素",
        "features with a value longer than specified",
    ),
    _Rule(
        "standard_decimals",
        "format",
        _too_fine,
        "小数位数多于规范的要素",
        "features with more decimals than specified",
        "note",
    ),
)
