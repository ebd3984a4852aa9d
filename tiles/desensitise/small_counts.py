"""No combination of attributes so rare that it singles a feature out (小计数处理)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tiles.desensitise.columns import Column, Distinct, Flags, of_values
from tiles.desensitise.profile import AttributeRule, Profile

_CODE_STEP = 2


def hide_small_counts(
    columns: Mapping[str, Column], profile: Profile
) -> tuple[dict[str, Column], int, int]:
    """The columns after the profile's rule, and how many rows were generalised and blanked.

    ``generalise`` shortens the codes of rare rows level by level (two characters each), until
    they are rare no more or cannot be shortened, then blanks what is still rare; ``suppress``
    blanks at once. The names of a blanked or shortened class go too, since they would say what
    the code no longer says.
    """
    result = {name: column.copy() for name, column in columns.items()}
    rule = profile.small_counts
    if rule is None or not result:
        return result, 0, 0
    labels = _companion_labels(profile)
    shortened = np.zeros(len(next(iter(result.values()))), dtype=bool)
    rare = _rare(result, rule.fields, rule.k)
    while rule.action == "generalise" and rare.any():
        changed = _shorten(result, profile, rare)
        if not changed.any():
            break
        shortened |= changed
        rare = _rare(result, rule.fields, rule.k)
    for name in rule.fields:
        result[name][rare] = None
    for name in labels:
        result[name][rare | shortened] = None
    return result, int(shortened.sum()), int(rare.sum())


def _companion_labels(profile: Profile) -> list[str]:
    """Attributes that name the class which a counted field holds as a code: the style's label,
    and the names of land-use classes."""
    rule, style = profile.small_counts, profile.style
    if rule is None:
        return []
    labels = [style.label_field] if style.class_field in rule.fields and style.label_field else []
    if any(_is_code(profile.attribute(name)) for name in rule.fields):
        labels += [a.name for a in profile.attributes if a.domain == "landuse_2023_names"]
    return [name for name in dict.fromkeys(labels) if name not in rule.fields]


def _is_code(attribute: AttributeRule | None) -> bool:
    return attribute is not None and (
        attribute.rule == "code" or attribute.domain == "landuse_2023"
    )


def _shorten(columns: Mapping[str, Column], profile: Profile, rare: Flags) -> Flags:
    """Take one level from the codes of the rare rows, in place; which rows did that change?"""
    changed = np.zeros(len(rare), dtype=bool)
    rows = np.flatnonzero(rare)
    for name in profile.small_counts.fields if profile.small_counts is not None else ():
        if _is_code(profile.attribute(name)):
            before = columns[name][rows]
            after = of_values(_shorter(value) for value in before)
            changed[rows[before != after]] = True
            columns[name][rows] = after
    return changed


def _rare(columns: Mapping[str, Column], fields: tuple[str, ...], k: int) -> Flags:
    """Rows whose combination fewer than ``k`` rows share; all blank is no combination."""
    rows = len(next(iter(columns.values())))
    combination, blank = np.zeros(rows, dtype=np.intp), np.ones(rows, dtype=bool)
    for name in fields:
        distinct = Distinct.of(columns[name])
        blank &= distinct.where(lambda value: value is None)
        paired = combination * len(distinct.values) + distinct.numbers
        combination = np.unique(paired, return_inverse=True)[1]
    return np.asarray((np.bincount(combination, minlength=1)[combination] < k) & ~blank)


def _shorter(value: object) -> object:
    if isinstance(value, str) and len(value) > _CODE_STEP:
        return value[:-_CODE_STEP]
    return value
