"""Colours of the map as MapLibre expressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tiles.desensitise.landuse_codes import LANDUSE
from tiles.serving.legend import DEFAULT_COLOR, LegendEntry

Expression = str | list[Any]

UNCLASSIFIED = "#d9d9d9"
"""A land-use code that the classification does not know."""


def class_colors(style: Mapping[str, Any], entries: Sequence[LegendEntry]) -> Expression:
    """The colour of a feature by its class, or the one colour of the layer."""
    field = style.get("class_field")
    fallback = style.get("color") or DEFAULT_COLOR
    if style.get("theme") == "landuse" and field:
        return _landuse_colors(field)
    if style.get("theme") == "classes" and field and entries:
        return _match(_text(field), {entry.value: entry.color for entry in entries}, fallback)
    return fallback


def class_numbers(
    style: Mapping[str, Any], entries: Sequence[LegendEntry], numbers: Sequence[float]
) -> float | list[Any]:
    """A number by class, the first class of the legend the first number; the last one repeats."""
    field = style.get("class_field")
    if style.get("theme") != "classes" or not field or not entries:
        return numbers[0]
    pairs: list[Any] = []
    for position, entry in enumerate(entries):
        pairs += [entry.value, numbers[min(position, len(numbers) - 1)]]
    return ["match", _text(field), *pairs, numbers[-1]]


def darker(color: str, share: float = 0.3) -> str:
    """``#rrggbb`` mixed with black."""
    channels = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(channel * (1 - share)):02x}" for channel in channels)


def darker_classes(
    style: Mapping[str, Any], entries: Sequence[LegendEntry], share: float = 0.3
) -> Expression:
    """``class_colors`` mixed with black, for outlines and casings."""
    darkened: Expression = _darken(class_colors(style, entries), share)
    return darkened


def _darken(value: Any, share: float) -> Any:
    if isinstance(value, str) and len(value) == 7 and value.startswith("#"):
        return darker(value, share)
    return [_darken(item, share) for item in value] if isinstance(value, list) else value


def _landuse_colors(field: str) -> Expression:
    """Official colours by code; an unknown finer code takes the colour of the class above it."""
    by_length: dict[int, dict[str, str]] = {2: {}, 4: {}, 6: {}}
    for code, entry in LANDUSE.items():
        by_length[len(code)][code] = entry.color
    expression: Expression = UNCLASSIFIED
    for length, table in by_length.items():
        expression = _match(["slice", _text(field), 0, length], table, expression)
    return expression


def _match(
    value: list[Any], colors: Mapping[str, str], fallback: Expression
) -> list[Any] | Expression:
    """A match expression with the values of one colour together."""
    grouped: dict[str, list[str]] = {}
    for name, color in colors.items():
        grouped.setdefault(color, []).append(name)
    if not grouped:
        return fallback
    branches: list[Any] = []
    for color, names in grouped.items():
        branches += [names, color]
    return ["match", value, *branches, fallback]


def _text(field: str) -> list[Any]:
    return ["to-string", ["get", field]]
