"""The leak audit's rules on published attributes; reads nothing but the table and the profile."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tiles.desensitise.audit_values import DistinctValues
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.findings import Finding, flagged
from tiles.desensitise.landuse_codes import domain_values
from tiles.desensitise.personal_data import detect_column
from tiles.desensitise.profile import AttributeRule, Profile

Column: TypeAlias = npt.NDArray[np.object_]
Checked: TypeAlias = dict[str, int]
Test: TypeAlias = Callable[[Any], bool]

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def audit_attributes(published: FeatureTable, profile: Profile, checked: Checked) -> list[Finding]:
    """Every attribute rule of the public half."""
    findings = _allow_list(published, profile, checked)
    for rule in profile.attributes:
        if rule.name in published.attributes:
            column = DistinctValues.of(published.attributes[rule.name])
            findings += _column(column, rule, checked)
    findings += _personal_data(published, checked)
    findings += _small_counts(published, profile, checked)
    return findings + _telling_labels(published, profile, checked)


def _allow_list(published: FeatureTable, profile: Profile, checked: Checked) -> list[Finding]:
    allowed = {rule.name for rule in profile.attributes}
    checked["allow_list"] = len(published.attributes)
    extra = len(set(published.attributes) - allowed)
    missing = len(allowed - set(published.attributes))
    findings = []
    if extra:
        # Not even the names: an attribute that should not be there may be named after a person.
        zh, en = "有方案未准出的属性", "attributes outside the allow-list"
        findings.append(Finding("allow_list", "refuse", zh, en, extra))
    if missing:
        zh, en = "方案准出的属性缺失", "attributes of the profile are missing"
        findings.append(Finding("attribute_missing", "refuse", zh, en, missing))
    return findings


def _column(column: DistinctValues, rule: AttributeRule, checked: Checked) -> list[Finding]:
    """All tests of one column. A test is asked only of values that have the right type."""
    findings: list[Finding] = []
    present = column.present
    count = int(present.sum())
    right = column.where(_has_type(rule))
    checked["attribute_type"] = checked.get("attribute_type", 0) + count
    findings += _about(
        "attribute_type", present & ~right, rule, "类型不符", "values of the wrong type"
    )
    for name, test, zh, en in _tests(rule):
        wrong = right & ~column.where(_asked_of(_has_type(rule), test))
        checked[name] = checked.get(name, 0) + count
        findings += _about(name, wrong, rule, zh, en)
    return findings


def _asked_of(right: Test, test: Test) -> Test:
    return lambda value: right(value) and test(value)


def _about(
    name: str, rows: npt.NDArray[np.bool_], rule: AttributeRule, zh: str, en: str
) -> list[Finding]:
    return flagged(name, rows, f"属性“{rule.name}”{zh}", f'attribute "{rule.name}": {en}')


def _has_type(rule: AttributeRule) -> Test:
    if rule.type in ("text", "date"):
        return lambda value: isinstance(value, str)
    whole = rule.type == "integer"

    def is_number(value: Any) -> bool:
        number = isinstance(value, int | float | np.integer | np.floating)
        if isinstance(value, bool) or not number or not math.isfinite(value):
            return False
        return not whole or float(value).is_integer()

    return is_number


def _tests(rule: AttributeRule) -> Iterable[tuple[str, Test, str, str]]:
    if rule.type == "text":
        yield (
            "attribute_length",
            lambda value: len(value) <= rule.max_length,
            f"超过 {rule.max_length} 字",
            f"longer than {rule.max_length} characters",
        )
    if rule.domain or rule.values:
        yield ("domain", _in_domain(rule), "不在值域之中", "values outside the domain")
    yield from _rule_test(rule)
    if rule.type in ("number", "integer") and (rule.minimum, rule.maximum) != (None, None):
        slack = (rule.step or 0.0) / 2 + 1e-9
        low = -math.inf if rule.minimum is None else rule.minimum - slack
        high = math.inf if rule.maximum is None else rule.maximum + slack
        yield ("range", lambda value: low <= value <= high, "超出范围", "out of range")


def _rule_test(rule: AttributeRule) -> Iterable[tuple[str, Test, str, str]]:
    """The trace that each kind of generalisation must leave in every value."""
    if rule.rule == "code" and rule.level is not None:
        level = rule.level
        yield (
            "code_length",
            lambda value: len(value) <= level,
            "代码未截短",
            "codes longer than the allowed level",
        )
    if rule.rule == "round" and rule.step is not None:
        step = rule.step
        yield (
            "rounding",
            lambda value: abs(value / step - round(value / step)) <= 1e-6,
            "未按步长取整",
            "values that are no multiple of the step",
        )
    if rule.rule == "band":
        labels = frozenset(rule.band_labels)
        yield ("band", lambda value: value in labels, "不是分级值", "values that are no band")
    if rule.rule == "year":
        yield ("year", lambda value: 1000 <= value <= 2999, "不是年份", "values that are no year")
    if rule.type == "date":
        yield (
            "date",
            lambda v: bool(_ISO_DATE.fullmatch(v)),
            "不是日期",
            "values that are no date",
        )


def _in_domain(rule: AttributeRule) -> Test:
    allowed = set(rule.values) | (set(domain_values(rule.domain)) if rule.domain else set())
    if rule.rule == "code":
        # Truncation and the small-count rule both shorten codes; a beginning gives no more away.
        allowed |= {value[:length] for value in allowed for length in range(1, len(value))}
    return lambda value: value in allowed


def _personal_data(published: FeatureTable, checked: Checked) -> list[Finding]:
    findings: list[Finding] = []
    for name, column in published.attributes.items():
        checked["personal_data"] = checked.get("personal_data", 0) + len(column)
        kinds = detect_column(column)
        for kind in sorted({kind for kind in kinds if kind is not None}):
            findings += flagged(
                "personal_data",
                kinds == kind,
                f"属性“{name}”疑含个人信息（{_KIND_ZH[kind]}）",
                f'attribute "{name}" seems to hold personal data ({kind})',
            )
    return findings


_KIND_ZH = {
    "id_number": "身份证号",
    "phone": "电话",
    "plate": "车牌",
    "bank_card": "银行卡号",
    "email": "电子邮箱",
    "person_name": "姓名称谓",
}


def _small_counts(published: FeatureTable, profile: Profile, checked: Checked) -> list[Finding]:
    rule = profile.small_counts
    if rule is None:
        return []
    columns = [published.attributes.get(name) for name in rule.fields]
    present = [column for column in columns if column is not None]
    rows = list(zip(*present, strict=True))
    checked["small_counts"] = len(rows)
    sizes = Counter(rows)
    rare = [sizes[row] < rule.k and any(value is not None for value in row) for row in rows]
    return flagged(
        "small_counts",
        np.array(rare, dtype=bool),
        f"属性组合少于 {rule.k} 个要素",
        f"attribute combinations shared by fewer than {rule.k} features",
    )


def _telling_labels(published: FeatureTable, profile: Profile, checked: Checked) -> list[Finding]:
    """Where the small-count rule blanked a class whatever names it must be blank as well."""
    style, rule = profile.style, profile.small_counts
    if rule is None or style.class_field not in rule.fields:
        return []
    names = {a.name for a in profile.attributes if a.domain == "landuse_2023_names"}
    names |= {style.label_field} if style.label_field else set()
    columns = published.attributes
    named = [columns[name] for name in sorted(names - set(rule.fields)) if name in columns]
    if style.class_field not in columns or not named:
        return []
    checked["telling_label"] = len(published)
    blank = ~DistinctValues.of(columns[style.class_field]).present
    tells = np.zeros(len(published), dtype=bool)
    for column in named:
        tells |= blank & DistinctValues.of(column).present
    return flagged(
        "telling_label",
        tells,
        "类别已隐去而名称仍在",
        "the class was withheld but its label was not",
    )
