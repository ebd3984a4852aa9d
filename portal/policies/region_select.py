"""The divisions that the library has texts of, as the groups of a select (适用区域)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from portal.core.regions.enums import RegionLevel
from portal.core.regions.models import Region


@dataclass(frozen=True)
class RegionGroup:
    """A group of options: code of each division, and its name with the number of its texts."""

    label: str
    choices: list[tuple[str, str]] = field(default_factory=list)


def region_groups(node: Region | None) -> list[RegionGroup]:
    """The nation, the provinces, then the divisions of each province; one query.

    A division's number is of what its choice shows: its own texts and those below it; of the nation
    only its own. ``node``: the division that the site publishes for.
    """
    counts, regions = _counted(node)
    groups: dict[str, RegionGroup] = {}
    for code in sorted(counts):
        label = _group_label(regions[code])
        choice = (code, f"{regions[code].name}（{counts[code]}）")
        groups.setdefault(label, RegionGroup(label)).choices.append(choice)
    levels = [str(level.label) for level in RegionLevel]
    return sorted(groups.values(), key=lambda group: _place(group, levels))


def _counted(node: Region | None) -> tuple[Counter[str], dict[str, Region]]:
    rows: Any = Region.objects.annotate(own=Count("regulations")).filter(own__gt=0)
    if node is not None:
        rows = rows.filter(Q(path__startswith=node.path) | Q(pk__in=node.ancestor_codes))
    counts: Counter[str] = Counter()
    regions: dict[str, Region] = {}
    for row in rows.select_related("parent__parent__parent"):
        for region in _upwards(row):
            counts[region.code] += row.own
            regions[region.code] = region
    return counts, regions


def _upwards(region: Region) -> Iterator[Region]:
    """The division and those above it, without the nation: nobody looks for all of it by region."""
    yield region
    while (above := region.parent) is not None and above.level > RegionLevel.NATION:
        yield above
        region = above


def _group_label(region: Region) -> str:
    """The level of the nation and the provinces; the province of what lies below one."""
    top = list(_upwards(region))[-1]
    if region.level <= RegionLevel.PROVINCE or top.level != RegionLevel.PROVINCE:
        return str(RegionLevel(region.level).label)
    return top.name


def _place(group: RegionGroup, levels: list[str]) -> tuple[int, str]:
    """Levels by rank, then provinces by code."""
    place = levels.index(group.label) if group.label in levels else len(levels)
    return place, group.choices[0][0]
