"""No combination of attributes so rare that it singles a feature out (小计数处理)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tiles.desensitise.columns import Column, Distinct, Flags
from tiles.desensitise.profile import Profile

_CODE_STEP = 2


def hide_small_counts(
    columns: Mapping[str, Column], profile: Profile
) -> tuple[dict[str, Column], int, int]:
    """The columns after the profile's rule, and how many rows were generalised and blanked.

    ``generalise`` first shortens the codes of rare rows by one level (two characters), then
    blanks what is still rare; ``suppress`` blanks at once. The label of a blanked or shortened
    class goes too, since it would say what the code no longer says.
    """
    result = {name: column.copy() for name, column in columns.items()}
    rule = profile.small_counts
    if rule is None or not result:
        return result, 0, 0
    generalised = 0
    label = _companion_label(profile)
    rare = _rare(result, rule.fields, rule.k)
    if rule.action == "generalise" and rare.any():
        for name in rule.fields:
            attribute = profile.attribute(name)
            if attribute is not None and (
                attribute.rule == "code" or attribute.domain == "landuse_2023"
            ):
                result[name][rare] = [_shorter(value) for value in result[name][rare]]
        if label is not None:
            result[label][rare] = None
        generalised = int(rare.sum())
        rare = _rare(result, rule.fields, rule.k)
    for name in (*rule.fields, *([label] if label is not None else [])):
        result[name][rare] = None
    return result, generalised, int(rare.sum())


def _companion_label(profile: Profile) -> str | None:
    """The style's label field when the class that it names is one of the counted fields."""
    rule, style = profile.small_counts, profile.style
    named = rule is not None and style.class_field in rule.fields
    return style.label_field if named and style.label_field != style.class_field else None


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
