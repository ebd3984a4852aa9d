"""TileJSON, the tile matrix sets and the map style, made from the release directory; no database."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from tiles.pyramid.errors import ArchiveError
from tiles.releases.directory import Directory, PublishedLayer, load_directory
from tiles.serving.answers import CORS, DAMAGED, UNKNOWN_RELEASE, UNKNOWN_TMS, Answer
from tiles.serving.archive_facts import ArchiveFacts, archive_facts
from tiles.serving.grid_document import grid_document
from tiles.serving.style import style_document
from tiles.serving.tile_path import DEFAULT_TMS, TILE_MATRIX_SETS
from tiles.serving.tilejson import gdal_document, tilejson_document

logger = logging.getLogger(__name__)


@require_safe
def style(request: HttpRequest) -> HttpResponseBase:
    """``/tiles/style.json``: how every published layer is drawn."""
    directory = _directory()
    facts = _readable(directory)
    shown = {code: layer for code, layer in directory.layers.items() if code in facts}
    document = style_document(Directory(shown), _base_url(request), facts=facts)
    return _json(request, document)


@require_safe
def tilejson(request: HttpRequest, layer: str, tms: str = DEFAULT_TMS) -> HttpResponseBase:
    """``/tiles/<layer>[/<tms>]/tilejson.json``: the release of a layer that is in force."""
    found = _in_force(layer, tms)
    if isinstance(found, Answer):
        return _fixed(found)
    published, facts = found
    return _json(request, tilejson_document(published, _base_url(request), facts, tms))


@require_safe
def gdal_metadata(request: HttpRequest, layer: str, tms: str) -> HttpResponseBase:
    """``/tiles/<layer>/<tms>/metadata.json``: what GDAL needs to place the tiles."""
    found = _in_force(layer, tms)
    if isinstance(found, Answer):
        return _fixed(found)
    return _json(request, gdal_document(*found, tms))


def _in_force(layer: str, tms: str) -> tuple[PublishedLayer, ArchiveFacts] | Answer:
    """A layer with the facts of its archive in force, or the answer that says why not."""
    found = _directory().layers.get(layer)
    if found is None or not found.current:
        return UNKNOWN_RELEASE
    if tms not in found.releases[found.current].archives:
        return UNKNOWN_TMS
    try:
        return found, archive_facts(settings.PUBLISHED_DIR, found, tms)
    except ArchiveError:
        logger.exception("%s in %s cannot be described", layer, tms)
        return DAMAGED


@require_safe
def tile_matrix_sets(request: HttpRequest) -> HttpResponseBase:
    """``/tiles/tileMatrixSets``: the grids, in the form of OGC API - Tiles."""
    sets = [
        {"id": tms, "title": definition["title"], "crs": definition["crs"], "links": [_link(url)]}
        for tms in TILE_MATRIX_SETS
        for definition in [grid_document(tms)]
        for url in [f"{_base_url(request)}{reverse('serving:tile_matrix_set', args=[tms])}"]
    ]
    return _json(request, {"tileMatrixSets": sets})


@require_safe
def tile_matrix_set(request: HttpRequest, tms: str) -> HttpResponseBase:
    """``/tiles/tileMatrixSets/<tms>``: one grid as an OGC Two Dimensional Tile Matrix Set."""
    if tms not in TILE_MATRIX_SETS:
        return _fixed(UNKNOWN_TMS)
    return _json(request, grid_document(tms))


def _link(url: str) -> dict[str, str]:
    return {
        "rel": "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme",
        "type": "application/json",
        "href": url,
    }


def _directory() -> Directory:
    try:
        return load_directory(settings.PUBLISHED_DIR)
    except FileNotFoundError:  # nothing was ever published
        return Directory()


def _readable(directory: Directory) -> dict[str, ArchiveFacts]:
    """Facts of the layers in force; one whose archive is damaged leaves the map, not the site."""
    facts = {}
    for code, layer in directory.layers.items():
        if not layer.current:
            continue
        try:
            facts[code] = archive_facts(settings.PUBLISHED_DIR, layer)
        except ArchiveError:
            logger.exception("layer %s is left out of the map style", code)
    return facts


def _base_url(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _json(request: HttpRequest, document: dict[str, Any]) -> HttpResponseBase:
    """A document that changes when a release is switched: always asked for again, rarely sent."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response["Cache-Control"] = "public, no-cache"
    for name, value in CORS:
        response[name] = value
    conditional = get_conditional_response(request, response["ETag"], response=response)
    return conditional or response


def _fixed(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=int(answer.status[:3]))
    for name, value in answer.headers:
        response[name] = value
    return response
