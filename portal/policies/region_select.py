"""The divisions that the library has texts of, as the groups of a select (适用区域)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from portal.core.regions.enums import RegionLevel
from portal.core.regions.models import NATION_CODE, Region
from portal.policies.models import Regulation


@dataclass(frozen=True)
class RegionGroup:
    """A group of options: code of each division, and its name with the number of its texts."""

    label: str
    choices: list[tuple[str, str]] = field(default_factory=list)


def region_groups(node: Region | None) -> list[RegionGroup]:
    """The nation, the provinces, then the divisions of each province; two queries.

    A division's number is of what its choice shows: its own texts and those below it; of the nation
    only its own. ``node``: the division that the site publishes for.
    """
    counts, regions = _counted(node)
    groups: dict[str, RegionGroup] = {}
    for code in sorted(counts):
        label = _group_label(regions[code], regions)
        choice = (code, f"{regions[code].name}（{counts[code]}）")
        groups.setdefault(label, RegionGroup(label)).choices.append(choice)
    levels = [str(level.label) for level in RegionLevel]
    return sorted(groups.values(), key=lambda group: _place(group, levels))


def _counted(node: Region | None) -> tuple[Counter[str], dict[str, Region]]:
    rows: Any = Regulation.objects.seen_from(node)
    counts: Counter[str] = Counter()
    for row in rows.values("region__path").annotate(own=Count("pk")):
        for code in _codes(row["region__path"]):
            counts[code] += row["own"]
    return counts, Region.objects.in_bulk(list(counts))


def _codes(path: str) -> list[str]:
    """A division and those above it, without the nation: nobody looks for all of it by region."""
    codes = path.strip("/").split("/")
    return codes[1:] if len(codes) > 1 and codes[0] == NATION_CODE else codes


def _group_label(region: Region, regions: dict[str, Region]) -> str:
    """The level of the nation and the provinces; the province of what lies below one."""
    top = regions[_codes(region.path)[0]]
    if region.level <= RegionLevel.PROVINCE or top.level != RegionLevel.PROVINCE:
        return str(RegionLevel(region.level).label)
    return top.name


def _place(group: RegionGroup, levels: list[str]) -> tuple[int, str]:
    """Levels by rank, then provinces by code."""
    place = levels.index(group.label) if group.label in levels else len(levels)
    return place, group.choices[0][0]
