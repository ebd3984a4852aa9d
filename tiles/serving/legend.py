"""The legend of a layer (图例), from the public half of its profile."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tiles.desensitise.landuse_codes import LANDUSE

DEFAULT_COLOR = "#666666"


@dataclass(frozen=True)
class LegendEntry:
    """One entry: the value of the class field (``""``: the whole layer), its names and colour."""

    value: str
    label: str
    label_en: str
    color: str

    def as_dict(self) -> dict[str, str]:
        """The entry for the style's metadata."""
        return asdict(self)


def legend(profile: Mapping[str, Any], present: Collection[str] | None = None) -> list[LegendEntry]:
    """The entries of a layer in drawing order of the standard.

    ``present``: the class values that occur in the release; ``None`` lists every class.
    """
    style = profile.get("style", {})
    theme = style.get("theme", "single")
    if theme == "landuse":
        entries = [
            LegendEntry(code, entry.name, entry.name_en, entry.color)
            for code, entry in LANDUSE.items()
        ]
    elif theme == "classes":
        entries = [_class_entry(entry) for entry in style.get("classes", ())]
    else:
        return [_whole_layer(profile)]
    return entries if present is None else [item for item in entries if item.value in present]


def _class_entry(entry: Mapping[str, Any]) -> LegendEntry:
    value = str(entry["value"])
    return LegendEntry(
        value, entry.get("title") or value, entry.get("title_en") or value, entry["color"]
    )


def _whole_layer(profile: Mapping[str, Any]) -> LegendEntry:
    layer, style = profile["layer"], profile.get("style", {})
    title = layer.get("title", layer["code"])
    color = style.get("color") or DEFAULT_COLOR
    return LegendEntry("", title, layer.get("title_en") or title, color)
