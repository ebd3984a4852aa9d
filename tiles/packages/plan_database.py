"""Layers of the plan database (国土空间规划数据库): their fields, types, lengths and geometry.

``plan_database_fields.csv`` and ``plan_database_layers.csv`` restate the trial specifications of
plan databases (国土空间规划数据库规范, 试行) as far as they were made public: an unofficial
transcription. A length or an obligation that was not published is blank there and not checked.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, cast

from tiles.desensitise.profile_sections import GeometryKind


@dataclass(frozen=True)
class StandardField:
    """One field of a layer (属性结构). ``length`` in characters, ``decimals``: ``None`` = not
    published; ``mandatory``: marked M, so it must be there and filled."""

    name: str
    title: str
    type: Literal["text", "number"]
    length: int | None
    decimals: int | None
    mandatory: bool


@dataclass(frozen=True)
class StandardLayer:
    """A layer by its code, such as ``GHYDYH`` (规划用地用海)."""

    code: str
    geometry: frozenset[GeometryKind]
    fields: tuple[StandardField, ...]


def standard_layer(code: str) -> StandardLayer | None:
    """The layer of that code, or ``None`` when the specification is not known to have it."""
    return _layers().get(code)


@cache
def _layers() -> Mapping[str, StandardLayer]:
    geometry: dict[str, set[GeometryKind]] = {}
    for row in _rows("plan_database_layers.csv"):
        geometry.setdefault(row["layer"], set()).add(cast(GeometryKind, row["geometry"]))
    fields: dict[str, list[StandardField]] = {}
    for row in _rows("plan_database_fields.csv"):
        fields.setdefault(row["layer"], []).append(_field(row))
    return {
        code: StandardLayer(code, frozenset(kinds), tuple(fields.get(code, ())))
        for code, kinds in geometry.items()
    }


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("tiles.packages").joinpath(name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _field(row: Mapping[str, str]) -> StandardField:
    return StandardField(
        row["field"],
        row["name"],
        cast(Literal["text", "number"], row["type"]),
        int(row["length"]) if row["length"] else None,
        int(row["decimals"]) if row["decimals"] else None,
        row["required"] == "M",
    )
