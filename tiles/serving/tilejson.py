"""TileJSON 3.0 of a published layer."""

from __future__ import annotations

from typing import Any

from tiles.releases.directory import PublishedLayer
from tiles.serving.archive_facts import ArchiveFacts


def tilejson_document(layer: PublishedLayer, base_url: str, facts: ArchiveFacts) -> dict[str, Any]:
    """The description of the release in force; its tile URLs never change their content."""
    described = layer.profile["layer"]
    west, south, east, north = facts.bounds
    lowest, highest = facts.zooms
    return {
        "tilejson": "3.0.0",
        "name": described.get("title", layer.code),
        "description": described.get("description", ""),
        "version": "1.0.0",
        "scheme": "xyz",
        "tiles": [f"{base_url}/tiles/{layer.code}/{layer.current}/{{z}}/{{x}}/{{y}}.mvt"],
        "minzoom": lowest,
        "maxzoom": highest,
        "bounds": [west, south, east, north],
        "center": [(west + east) / 2, (south + north) / 2, lowest],
        "attribution": facts.metadata.get("attribution", ""),
        "vector_layers": facts.metadata["vector_layers"],
        "release": layer.current,
        "review_number": described.get("review_number", ""),
        "licence": described.get("licence", ""),
    }
