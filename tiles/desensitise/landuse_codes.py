"""The national classification of land and sea use (国土空间调查、规划、用途管制用地用海分类, 2023).

Codes, names, levels and parents are those of the guide of November 2023; the colours follow the
published drafting conventions (unofficial transcription). English names and explanations are ours.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType


@dataclass(frozen=True)
class LanduseClass:
    """One class (用地用海分类). ``level``: 1 to 3; ``parent``: code of the class above or ``""``.

    ``color``: ``#rrggbb``. ``explanation``: one plain sentence, given for level 1; use
    ``explain`` for the sentence that holds for any code.
    """

    code: str
    name: str
    name_en: str
    level: int
    parent: str
    color: str
    explanation: str = ""
    explanation_en: str = ""


def _read() -> dict[str, LanduseClass]:
    source = resources.files("tiles.desensitise").joinpath("landuse_2023.csv")
    lines = source.read_text(encoding="utf-8").splitlines()
    return {row["code"]: _landuse_class(row) for row in csv.DictReader(lines)}


def _landuse_class(row: dict[str, str]) -> LanduseClass:
    return LanduseClass(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        level=int(row["level"]),
        parent=row["parent"],
        color=row["color"],
        explanation=row["explanation"],
        explanation_en=row["explanation_en"],
    )


LANDUSE: Mapping[str, LanduseClass] = MappingProxyType(_read())


def landuse_class(code: str) -> LanduseClass | None:
    """The class of ``code``; the six-digit form (``070100``) of a shorter code counts as well."""
    if code in LANDUSE:
        return LANDUSE[code]
    if len(code) != 6:
        return None
    shorter = code[:-2] if code.endswith("00") else code
    shorter = shorter[:-2] if shorter.endswith("00") else shorter
    return LANDUSE.get(shorter)


def explain(code: str) -> tuple[str, str]:
    """The plain sentence (Chinese, English) of the level-1 class above ``code``, or two empties."""
    top = LANDUSE.get(code[:2])
    return (top.explanation, top.explanation_en) if top else ("", "")


def _read_successors() -> dict[str, str]:
    source = resources.files("tiles.desensitise").joinpath("landuse_2020.csv")
    lines = source.read_text(encoding="utf-8").splitlines()
    return {row["code"]: row["code_2023"] for row in csv.DictReader(lines)}


# Codes of the trial guide of 2020 and what became of each in 2023 (unofficial transcription). Some
# codes changed their meaning: 2303 was 田间道 and is 田坎 now.
SUCCESSORS_OF_2020: Mapping[str, str] = MappingProxyType(_read_successors())


def domain_values(name: str) -> frozenset[str]:
    """The values of a named domain of the profile: ``landuse_2023`` (codes), its names, or the
    codes of the trial version, ``landuse_2020``."""
    if name == "landuse_2023":
        return frozenset(LANDUSE)
    if name == "landuse_2020":
        return frozenset(SUCCESSORS_OF_2020)
    if name == "landuse_2023_names":
        return frozenset(entry.name for entry in LANDUSE.values())
    raise KeyError(name)
