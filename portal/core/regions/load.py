"""Load the table of administrative divisions that the package of GB/T 2260 codes carries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from portal.core.regions.enums import RegionLevel
from portal.core.regions.models import NATION_CODE, Region


class RegionTableError(Exception):
    """The table of divisions cannot be used; nothing was changed (区划表无法使用)."""

    def __init__(self, path: Path, problem_zh: str, problem: str) -> None:
        super().__init__(f"{path}: {problem_zh} / {problem}")


@dataclass(frozen=True)
class Division:
    """A row of the table before it is stored."""

    code: str
    name: str
    level: RegionLevel
    parent: str | None


def read_divisions(path: Path) -> list[Division]:
    """Divisions of a nested JSON table: ``[{"c": code, "n": name, "d": [...]}]``, parents first.

    Raises ``RegionTableError`` with the place of the first thing that is wrong.
    """
    try:
        table = json.loads(path.read_text("utf-8"))
    except OSError as problem:
        raise RegionTableError(path, "文件打不开", str(problem)) from problem
    except ValueError as problem:
        raise RegionTableError(path, "不是有效的JSON", str(problem)) from problem
    nation = Division(NATION_CODE, "全国", RegionLevel.NATION, None)
    divisions = [nation, *_walk(path, table, NATION_CODE)]
    if len({division.code for division in divisions}) < len(divisions):
        raise RegionTableError(path, "区划代码重复", "a code occurs twice")
    return divisions


def _walk(path: Path, rows: Any, parent: str) -> Iterator[Division]:
    if not isinstance(rows, list):
        raise RegionTableError(path, f"{parent}之下不是列表", f"below {parent}: not a list")
    for row in rows:
        try:
            code, name = str(row["c"]), str(row["n"])
        except (KeyError, TypeError) as problem:
            raise RegionTableError(
                path, f"{parent}之下一行缺少代码或名称", f"below {parent}: a row lacks code or name"
            ) from problem
        if len(code) != 6 or not code.isdigit():
            raise RegionTableError(path, f"代码“{code}”不是六位数字", f"{code!r} is not six digits")
        if not _is_statistical(code, name):
            yield Division(code, name, _level(code), parent)
        yield from _walk(path, row.get("d", []), code)


def _is_statistical(code: str, name: str) -> bool:
    """The package's table also holds rows of the statistics office that are no divisions.

    市辖区 sums up a city's districts; the county numbers 71 to 79 are development zones.
    """
    return name == "市辖区" or "71" <= code[4:] <= "79"


def _level(code: str) -> RegionLevel:
    """GB/T 2260: two digits each for province, city and county."""
    if code.endswith("0000"):
        return RegionLevel.PROVINCE
    return RegionLevel.CITY if code.endswith("00") else RegionLevel.COUNTY


@dataclass(frozen=True)
class LoadReport:
    """How many divisions were added, changed and left as they were."""

    added: int
    changed: int
    unchanged: int


@transaction.atomic
def load_divisions(divisions: list[Division]) -> LoadReport:
    """Store the table; a second time changes nothing. Divisions that it lacks are kept."""
    known = Region.objects.in_bulk()
    added, changed = [], []
    for division in divisions:
        region = known.get(division.code)
        parent = known.get(division.parent) if division.parent else None
        fresh = region is None
        if region is None:
            region = known[division.code] = Region(code=division.code)
        before = (region.name, region.level, region.parent_id, region.path)
        region.name, region.level, region.parent = division.name, division.level, parent
        region.prepare()
        if fresh:
            added.append(region)
        elif before != (region.name, region.level, region.parent_id, region.path):
            changed.append(region)
    Region.objects.bulk_create(added, batch_size=500)
    Region.objects.bulk_update(
        changed, ["name", "level", "parent", "path", "pinyin", "initials"], batch_size=500
    )
    return LoadReport(len(added), len(changed), len(divisions) - len(added) - len(changed))
