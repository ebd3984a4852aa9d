"""The tile endpoint: a plain WSGI application in front of the site.

No database, session or template on this path; a tile is a look-up in an open archive and one
copy of its bytes, sent gzipped as it is stored.
"""

from __future__ import annotations

import gzip
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import mercantile

from tiles.pyramid.archive import Archive
from tiles.pyramid.errors import ArchiveError
from tiles.serving import answers
from tiles.serving.answers import Answer, Headers
from tiles.serving.conditions import accepts_gzip, none_match
from tiles.serving.published import Published
from tiles.serving.tile_path import TilePath, is_tile_path, parse_tile_path

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"

_COMMON: Headers = [answers.IMMUTABLE, ("Vary", "Accept-Encoding"), *answers.CORS]
_GZIPPED: Headers = [("Content-Type", MEDIA_TYPE), ("Content-Encoding", "gzip"), *_COMMON]
_PLAIN: Headers = [("Content-Type", MEDIA_TYPE), *_COMMON]


class TileApplication:
    """Answers ``/tiles/….mvt``; hands every other request to ``fallback``.

    ``published`` is the folder with ``directory.json`` and the archives. Safe for threads.
    """

    def __init__(self, published: Path, fallback: WSGIApplication) -> None:
        self.published = Published(published)
        self._fallback = fallback

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not is_tile_path(path):
            return self._fallback(environ, start_response)
        method = environ["REQUEST_METHOD"]
        answer = self._answer(path, method, environ)
        start_response(answer.status, answer.headers)
        return [answer.body] if answer.body and method != "HEAD" else []

    def _answer(self, path: str, method: str, environ: WSGIEnvironment) -> Answer:
        tile = parse_tile_path(path)
        if tile is None:
            return answers.NONSENSE
        if method == "OPTIONS":
            return answers.PREFLIGHT
        if method not in ("GET", "HEAD"):
            return answers.METHOD_NOT_ALLOWED
        try:
            return self._tile(tile, environ)
        except ArchiveError:
            # The release may have left the directory between look-up and read: look again.
            return self._again(tile, environ)

    def _again(self, tile: TilePath, environ: WSGIEnvironment) -> Answer:
        self.published.refresh()
        try:
            return self._tile(tile, environ)
        except ArchiveError:
            logger.exception("%s cannot be served", tile)
            return answers.DAMAGED

    def _tile(self, tile: TilePath, environ: WSGIEnvironment) -> Answer:
        release = self.published.release(tile.layer, tile.release)
        if release is None:
            return answers.UNKNOWN_RELEASE
        if release.withdrawn:
            return answers.WITHDRAWN
        relative = release.archives.get(tile.tms)
        if relative is None:
            return answers.UNKNOWN_TMS
        archive = self.published.archive(relative)
        data = archive.get(tile.z, tile.x, tile.y)
        if data is None:
            return answers.EMPTY if is_inside(archive, tile) else answers.OUTSIDE
        return _tile_answer(data, tile, environ)


def is_inside(archive: Archive, tile: TilePath) -> bool:
    """Whether a tile lies within the zooms and touches the bounds of an archive."""
    lowest, highest = archive.zooms
    if not lowest <= tile.z <= highest:
        return False
    west, south, east, north = archive.bounds
    box = mercantile.bounds(tile.x, tile.y, tile.z)
    return bool(box.west <= east and box.east >= west and box.south <= north and box.north >= south)


def _tile_answer(data: bytes, tile: TilePath, environ: WSGIEnvironment) -> Answer:
    gzipped = accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    # The last eight bytes of a gzip stream are checksum and length of the tile: the tag changes
    # with the content even if a release id were ever used twice.
    suffix = "g" if gzipped else "i"
    etag = f'"{tile.release}-{tile.z}-{tile.x}-{tile.y}-{data[-8:].hex()}{suffix}"'
    wanted = environ.get("HTTP_IF_NONE_MATCH")
    if wanted is not None and none_match(wanted, etag):
        return Answer("304 Not Modified", [("ETag", etag), *_COMMON])
    body, headers = (data, _GZIPPED) if gzipped else (gzip.decompress(data), _PLAIN)
    return Answer("200 OK", [("ETag", etag), ("Content-Length", str(len(body))), *headers], body)
