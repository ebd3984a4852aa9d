"""Quality checks of attributes: fields, values, text, types, lengths, code lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from tiles.desensitise.landuse_codes import domain_values
from tiles.desensitise.profile import AttributeRule

from .quality_report import Check, Verdict
from .quality_subject import Numbers, Rows, Subject
from .text_encoding import SIGNS_OF_GARBLED, is_garbled

# Written where nothing is known; none of them is a value.
_PLACEHOLDERS = frozenset({"null", "<null>", "<空>", "nan", "n/a", "#n/a"})


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
    wanting = subject.none
    for name in subject.required():
        if name in subject.table.attributes:
            wanting |= subject.where(name, is_blank, np.isnan)
    return Check(
        "required_values",
        "completeness",
        "必填属性为空的要素",
        "features without a value in a required field",
        count=int(wanting.sum()),
        checked=len(subject.table) * len(subject.required()),
        verdict=verdict_on(wanting, "note" if subject.public else "refuse"),
        examples=subject.examples(wanting),
    )


def check_unique_values(subject: Subject) -> Check:
    """Identifiers (标识码) that stand for one feature only."""
    wanting = subject.none
    names = subject.named_either_way(subject.profile.quality.unique)
    for name in names:
        if name in subject.table.attributes:
            distinct = subject.distinct(name)
            often = np.bincount(distinct.numbers, minlength=len(distinct.values)) > 1
            wanting |= often[distinct.numbers] & ~distinct.where(is_blank)
    return Check(
        "unique_values",
        "concept",
        "标识码重复的要素",
        "features whose identifier another one has",
        count=int(wanting.sum()),
        checked=len(subject.table) * len(names),
        verdict=verdict_on(wanting, "refuse"),
        examples=subject.examples(wanting),
    )


def check_garbled(subject: Subject) -> Check:
    """Garbled text (乱码) in a name or a value of the allowed attributes."""
    wanting = subject.none
    names = sum(map(is_garbled, subject.table.attributes))
    for _, name in subject.named_columns():
        wanting |= subject.where(name, _garbled_value, _never)
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
    wanting = subject.none
    for rule, name in subject.named_columns():
        if rule.type in _READABLE and (subject.public or rule.rule != "band"):
            readable, plain = _READABLE[rule.type]
            wanting |= subject.where(name, partial(_is_unreadable, readable=readable), plain)
    return Check(
        "value_types",
        "domain",
        "属性值与字段类型不符的要素",
        "features with a value that is not of the field's type",
        count=int(wanting.sum()),
        checked=len(subject.table),
        verdict=verdict_on(wanting, "refuse" if subject.public else "note"),
        examples=subject.examples(wanting),
    )


def check_lengths(subject: Subject) -> Check:
    """Text longer than the profile allows."""
    wanting = subject.none
    for rule, name in subject.named_columns():
        if rule.type == "text":
            wanting |= subject.where(name, partial(is_too_long, longest=rule.max_length), _never)
    return Check(
        "text_lengths",
        "format",
        "文字超过字段长度的要素",
        "features with text longer than the field",
        count=int(wanting.sum()),
        checked=len(subject.table),
        verdict=verdict_on(wanting, "refuse"),
        examples=subject.examples(wanting),
    )


def check_domains(subject: Subject) -> Check:
    """Codes and values against the code list of the stated version."""
    wanting = subject.none
    for rule, name in subject.named_columns():
        allowed = _allowed_values(rule, public=subject.public)
        if allowed is not None:
            wanting |= subject.where(name, partial(_outside_domain, allowed=allowed, rule=rule))
    return Check(
        "code_values",
        "domain",
        "代码或取值不在值域内的要素",
        "features with a code or value that is not in its list",
        count=int(wanting.sum()),
        checked=len(subject.table),
        verdict=verdict_on(wanting, "refuse"),
        examples=subject.examples(wanting),
    )


def verdict_on(wanting: Rows, severity: Verdict) -> Verdict:
    return severity if wanting.any() else "pass"


def is_blank(value: Any) -> bool:
    """No value, blanks only, or one of the words that stand for none."""
    if isinstance(value, str):
        text = value.strip()
        return not text or text.lower() in _PLACEHOLDERS
    return value is None


def is_too_long(value: Any, longest: int) -> bool:
    return isinstance(value, str) and len(value) > longest


def as_number(value: Any) -> float | None:
    """A finite number, also one written as text."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None


def _never(numbers: Numbers) -> Rows:
    return np.zeros(len(numbers), dtype=bool)


def _garbled_value(value: Any) -> bool:
    return isinstance(value, str) and bool(SIGNS_OF_GARBLED.search(value)) and is_garbled(value)


def _is_integer(value: Any) -> bool:
    number = as_number(value)
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


def _is_unreadable(value: Any, readable: Callable[[Any], bool]) -> bool:
    return not is_blank(value) and not readable(value)


# For each type: can one value be read as such, and which numbers of a whole column cannot.
_READABLE: dict[str, tuple[Callable[[Any], bool], Callable[[Numbers], Rows] | None]] = {
    "number": (lambda value: as_number(value) is not None, np.isinf),
    "integer": (_is_integer, lambda column: ~np.isnan(column) & (column != np.trunc(column))),
    "date": (_is_date, None),
}


def _allowed_values(rule: AttributeRule, *, public: bool) -> frozenset[str] | None:
    if rule.values:
        return frozenset(rule.values)
    domain = rule.domain if public else rule.source_domain or rule.domain
    return domain_values(domain) if domain else None


def _outside_domain(value: Any, allowed: frozenset[str], rule: AttributeRule) -> bool:
    """Blank is a question of completeness; a longer code counts by the part that is kept."""
    if is_blank(value):
        return False
    text = str(value).strip()
    kept = text[: rule.level] if rule.rule == "code" and rule.level is not None else text
    return text not in allowed and kept not in allowed
