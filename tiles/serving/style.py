"""The map style (MapLibre style version 8) over everything that is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tiles.releases.directory import Directory, PublishedLayer
from tiles.serving.archive_facts import ArchiveFacts
from tiles.serving.cartography import Painter
from tiles.serving.legend import LegendEntry, legend

__all__ = ["LegendEntry", "layer_style", "legend", "style_document"]

BACKGROUND = "#f4f2ec"

_FACTS = ("title", "title_en", "category", "plan", "approval", "data_date", "review_number")


def style_document(
    directory: Directory, base_url: str, *, facts: Mapping[str, ArchiveFacts] | None = None
) -> dict[str, Any]:
    """The style of the public map; ``base_url`` such as ``https://host`` stands before tile paths.

    ``facts``: layer code -> facts of its current archive; they keep the browser from asking for
    tiles outside the bounds, and the legend from listing classes that do not occur.
    """
    known = facts or {}
    layers = sorted(
        (layer for layer in directory.layers.values() if layer.current),
        key=lambda layer: (layer.profile["layer"].get("order", 10), layer.code),
    )
    painters = [Painter(layer.profile, legend(layer.profile), layer.code) for layer in layers]
    sources = {
        layer.code: _source(
            layer.profile,
            f"{base_url}/tiles/{layer.code}/{layer.current}/{{z}}/{{x}}/{{y}}.mvt",
            known.get(layer.code),
        )
        for layer in layers
    }
    described = [
        _describe(layer, legend(layer.profile, _present(known.get(layer.code)))) for layer in layers
    ]
    return _document(painters, sources, {"portal:layers": described})


def layer_style(profile: Mapping[str, Any], tiles: str) -> dict[str, Any]:
    """The style of one layer alone, from the tile URL template ``tiles`` (staff preview)."""
    code = profile["layer"]["code"]
    shown = {**profile, "layer": {**profile["layer"], "visible": True}}
    painter = Painter(shown, legend(profile), code)
    return _document([painter], {code: _source(profile, tiles, None)}, {})


def _document(
    painters: list[Painter], sources: dict[str, Any], metadata: dict[str, Any]
) -> dict[str, Any]:
    """No ``glyphs`` and no ``sprite``: nothing is fetched but tiles."""
    background = {
        "id": "background",
        "type": "background",
        "paint": {"background-color": BACKGROUND},
    }
    shapes = [layer for painter in painters for layer in painter.shapes()]
    texts = [layer for painter in painters for layer in painter.texts()]
    return {
        "version": 8,
        "name": "国土空间规划",
        "metadata": metadata,
        "sources": sources,
        "layers": [background, *shapes, *texts],
    }


def _source(profile: Mapping[str, Any], tiles: str, facts: ArchiveFacts | None) -> dict[str, Any]:
    zooms = facts.zooms if facts else (profile["zooms"]["min"], profile["zooms"]["max"])
    source: dict[str, Any] = {
        "type": "vector",
        "tiles": [tiles],
        "minzoom": zooms[0],
        "maxzoom": zooms[1],
    }
    if facts:
        source["bounds"] = list(facts.bounds)
    return source


def _present(facts: ArchiveFacts | None) -> frozenset[str] | None:
    return facts.classes if facts else None


def _describe(layer: PublishedLayer, entries: list[LegendEntry]) -> dict[str, Any]:
    """What a viewer shows of a layer beside the map: titles, legend, attributes, review number."""
    described = layer.profile["layer"]
    return {
        "code": layer.code,
        "release": layer.current,
        "geometry": described["geometry"],
        "visible": bool(described.get("visible", True)),
        **{name: str(described.get(name) or "") for name in _FACTS},
        "legend": [entry.as_dict() for entry in entries],
        "attributes": [
            {
                "name": item["name"],
                "title": item.get("title") or item["name"],
                "title_en": item.get("title_en") or item["name"],
            }
            for item in layer.profile.get("attribute", ())
        ],
    }
