"""TileJSON 3.0 of a published layer, and the like for GDAL."""

from __future__ import annotations

import json
from typing import Any

from tiles.pyramid.tile_grid import tile_grid
from tiles.releases.directory import PublishedLayer
from tiles.serving.archive_facts import ArchiveFacts
from tiles.serving.tile_path import DEFAULT_TMS


def tilejson_document(
    layer: PublishedLayer, base_url: str, facts: ArchiveFacts, tms: str = DEFAULT_TMS
) -> dict[str, Any]:
    """The description of the release in force in one tile matrix set.

    Its tile URLs never change their content. TileJSON itself knows the Web Mercator grid only, so
    the grid is named in ``tile_matrix_set``, with a link to its definition.
    """
    grid = "" if tms == DEFAULT_TMS else f"{tms}/"
    described = layer.profile["layer"]
    west, south, east, north = facts.bounds
    lowest, highest = facts.zooms
    return {
        "tilejson": "3.0.0",
        "name": described.get("title", layer.code),
        "description": described.get("description", ""),
        "version": "1.0.0",
        "scheme": "xyz",
        "tiles": [f"{base_url}/tiles/{layer.code}/{layer.current}/{grid}{{z}}/{{x}}/{{y}}.mvt"],
        "minzoom": lowest,
        "maxzoom": highest,
        "bounds": [west, south, east, north],
        "center": [(west + east) / 2, (south + north) / 2, lowest],
        "attribution": facts.metadata.get("attribution", ""),
        "vector_layers": facts.metadata["vector_layers"],
        "tile_matrix_set": tms,
        "tile_matrix_set_url": f"{base_url}/tiles/tileMatrixSets/{tms}",
        "release": layer.current,
        "review_number": described.get("review_number", ""),
        "licence": described.get("licence", ""),
    }


def gdal_document(layer: PublishedLayer, facts: ArchiveFacts, tms: str) -> dict[str, Any]:
    """The ``metadata.json`` by which GDAL's MVT driver places tiles of either grid.

    It is the MBTiles metadata with the keys that the driver itself writes for other grids: CRS,
    upper left corner and side of the one tile of zoom 0.
    """
    matrix = tile_grid(tms).matrices[max(tile_grid(tms).matrices)]
    lowest, highest = facts.zooms
    return {
        "name": layer.code,
        "description": layer.profile["layer"].get("title", ""),
        "format": "pbf",
        "minzoom": str(lowest),
        "maxzoom": str(highest),
        "bounds": ",".join(f"{edge:.7f}" for edge in facts.bounds),
        "attribution": facts.metadata.get("attribution", ""),
        "crs": tile_grid(tms).crs,
        "tile_origin_upper_left_x": matrix.left,
        "tile_origin_upper_left_y": matrix.top,
        "tile_dimension_zoom_0": matrix.span * 2**matrix.zoom,
        "json": json.dumps({"vector_layers": facts.metadata["vector_layers"]}, ensure_ascii=False),
    }
