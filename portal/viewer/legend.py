"""The legend of a layer as readers see it: grouped, with plain-language explanations (图例)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.cache import cache

from portal.core.models import in_english
from portal.viewer.profiles import choose
from tiles.desensitise.landuse_codes import LANDUSE
from tiles.desensitise.profile import Profile
from tiles.releases.models import Release
from tiles.serving.legend import LegendEntry, legend

FIRST_LEVEL = 2
"""Characters of a first-level land-use code (用地用海一级类)."""

FEW_ENTRIES = 6
"""A legend as short as this stands open below the layer's name."""

A_WEEK = 7 * 24 * 3600


@dataclass(frozen=True)
class Swatch:
    """One sign of the legend: its colour, its text, and its shape on the map."""

    color: str
    label: str
    geometry: str


@dataclass
class LegendGroup:
    """Swatches under one heading; heading and explanation may be empty."""

    title: str = ""
    explanation: str = ""
    swatches: list[Swatch] = field(default_factory=list)


def present_values(release: Release, class_field: str) -> frozenset[str]:
    """The classes that occur in a release. It never changes, so they are looked up once."""
    key = f"legend-values:{release.pk}:{class_field}"
    values: frozenset[str] | None = cache.get(key)
    if values is None:
        rows = release.features.values_list(f"properties__{class_field}", flat=True).distinct()
        values = frozenset(str(value) for value in rows.order_by() if value is not None)
        cache.set(key, values, A_WEEK)
    return values


def label_of(entry: LegendEntry) -> str:
    """The entry's text in the reader's language."""
    return (entry.label_en if in_english() else "") or entry.label


def legend_groups(release: Release, profile: Profile) -> list[LegendGroup]:
    """The legend of a release, of the classes that occur in it; land use by first-level class."""
    class_field = profile.style.class_field
    present = present_values(release, class_field) if class_field else None
    entries = legend(release.profile, present)
    if profile.style.theme == "landuse":
        return _landuse_groups(entries)
    swatches = [Swatch(entry.color, label_of(entry), profile.layer.geometry) for entry in entries]
    return [LegendGroup(swatches=swatches)] if swatches else []


def common_legend(legends: Iterable[list[LegendGroup]]) -> list[LegendGroup]:
    """One legend of several releases: each sign once, under the heading that it has."""
    groups: dict[str, LegendGroup] = {}
    for group in (group for legend_of_one in legends for group in legend_of_one):
        kept = groups.setdefault(group.title, LegendGroup(group.title, group.explanation))
        kept.swatches += [each for each in group.swatches if each not in kept.swatches]
    for kept in groups.values():
        if kept.title:
            kept.swatches.sort(key=lambda swatch: swatch.label)
    return [groups[title] for title in sorted(groups)]


def _landuse_groups(entries: Iterable[LegendEntry]) -> list[LegendGroup]:
    groups: dict[str, LegendGroup] = {}
    for entry in entries:
        first = str(entry.value)[:FIRST_LEVEL]
        if first not in groups:
            groups[first] = _landuse_group(first)
        label = f"{entry.value} {label_of(entry)}"
        groups[first].swatches.append(Swatch(entry.color, label, "polygon"))
    return [groups[code] for code in sorted(groups)]


def _landuse_group(code: str) -> LegendGroup:
    known = LANDUSE.get(code)
    if known is None:
        return LegendGroup(title=code)
    return LegendGroup(
        title=f"{code} {choose(known.name, known.name_en)}",
        explanation=choose(known.explanation, known.explanation_en),
    )
