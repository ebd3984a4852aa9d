"""No combination of attributes so rare that it singles a feature out (小计数处理)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tiles.desensitise.profile import Profile

Column: TypeAlias = npt.NDArray[np.object_]
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


def _rare(columns: Mapping[str, Column], fields: tuple[str, ...], k: int) -> npt.NDArray[np.bool_]:
    """Rows whose combination fewer than ``k`` rows share; all blank is no combination."""
    combinations = list(zip(*(columns[name] for name in fields), strict=True))
    counts = Counter(combinations)
    blank = (None,) * len(fields)
    return np.array([counts[key] < k and key != blank for key in combinations], dtype=bool)


def _shorter(value: object) -> object:
    if isinstance(value, str) and len(value) > _CODE_STEP:
        return value[:-_CODE_STEP]
    return value
