"""The tile endpoint: a plain WSGI application in front of the site.

No database, session or template on this path; a tile is a look-up in an open archive and one
copy of its bytes, sent gzipped as it is stored.
"""

from __future__ import annotations

import gzip
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tiles.pyramid.archive import Archive
from tiles.pyramid.errors import ArchiveError
from tiles.serving import answers
from tiles.serving.answers import Answer, Headers
from tiles.serving.conditions import accepts_gzip, none_match
from tiles.serving.prepared import PreparedTile, PreparedTiles
from tiles.serving.published import Published
from tiles.serving.tile_bounds import is_inside
from tiles.serving.tile_path import TilePath, is_tile_path, parse_tile_path

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"

_COMMON: Headers = [answers.IMMUTABLE, ("Vary", "Accept-Encoding"), *answers.CORS]
_GZIPPED: Headers = [("Content-Type", MEDIA_TYPE), ("Content-Encoding", "gzip"), *_COMMON]
_PLAIN: Headers = [("Content-Type", MEDIA_TYPE), *_COMMON]


class TileApplication:
    """Answers ``/tiles/….mvt``, hands every other request to ``fallback``.

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
        prepared = self.published.prepared()
        tile = prepared.get(path)
        if tile is not None and method == "GET" and _is_plain(environ):
            try:
                body = tile.body()
            except ArchiveError:  # closed a moment ago: the long way finds out why
                pass
            else:
                start_response("200 OK", tile.headers.copy())
                return [body]
        answer = self._answer(path, method, environ, prepared)
        start_response(answer.status, answer.headers.copy())
        return [answer.body] if answer.body and method != "HEAD" else []

    def _answer(
        self, path: str, method: str, environ: WSGIEnvironment, prepared: PreparedTiles
    ) -> Answer:
        tile = parse_tile_path(path)
        if tile is None:
            return answers.NONSENSE
        if method == "OPTIONS":
            return answers.PREFLIGHT
        if method not in ("GET", "HEAD"):
            return answers.METHOD_NOT_ALLOWED
        try:
            found = self._find(tile)
        except ArchiveError:
            # The release may have left the directory between look-up and read: look again.
            found = self._find_again(tile)
        if isinstance(found, Answer):
            return found
        prepared.remember(path, found.prepared(), found.data)
        return found.answer(environ)

    def _find_again(self, tile: TilePath) -> Answer | _Found:
        self.published.refresh()
        try:
            return self._find(tile)
        except ArchiveError:
            logger.exception("%s cannot be served", tile)
            return answers.DAMAGED

    def _find(self, tile: TilePath) -> Answer | _Found:
        release = self.published.release(tile.layer, tile.release)
        if release is None:
            return answers.UNKNOWN_RELEASE
        if release.withdrawn:
            return answers.WITHDRAWN
        relative = release.archives.get(tile.tms)
        if relative is None:
            return answers.UNKNOWN_TMS
        archive = self.published.archive(relative)
        place = archive.locate(tile.z, tile.x, tile.y)
        data = archive.get(tile.z, tile.x, tile.y)
        if place is None or data is None:
            inside = is_inside(archive, tile.tms, tile.z, tile.x, tile.y)
            return answers.EMPTY if inside else answers.OUTSIDE
        return _Found(tile, archive, place, data)


@dataclass(frozen=True, slots=True)
class _Found:
    """A tile that exists, gzipped as stored; ``place``: its offset and length in the archive."""

    tile: TilePath
    archive: Archive
    place: tuple[int, int]
    data: bytes

    def prepared(self) -> PreparedTile:
        """What the next plain request for it needs."""
        headers = [("ETag", self._etag("g")), ("Content-Length", str(len(self.data))), *_GZIPPED]
        return PreparedTile(self.archive, *self.place, headers)

    def answer(self, environ: WSGIEnvironment) -> Answer:
        """The tile for one request: packed or unpacked, or 304 where the client has it."""
        gzipped = accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        etag = self._etag("g" if gzipped else "i")
        wanted = environ.get("HTTP_IF_NONE_MATCH")
        if wanted is not None and none_match(wanted, etag):
            return Answer("304 Not Modified", [("ETag", etag), *_COMMON])
        body, headers = (self.data, _GZIPPED) if gzipped else (gzip.decompress(self.data), _PLAIN)
        length = ("Content-Length", str(len(body)))
        return Answer("200 OK", [("ETag", etag), length, *headers], body)

    def _etag(self, suffix: str) -> str:
        # The last eight bytes of a gzip stream are checksum and length of the tile: the tag
        # changes with the content even if a release id were ever used twice.
        tile = self.tile
        return f'"{tile.release}-{tile.z}-{tile.x}-{tile.y}-{self.data[-8:].hex()}{suffix}"'


def _is_plain(environ: WSGIEnvironment) -> bool:
    """Whether a request gets the tile as it is stored, and not 304."""
    return "HTTP_IF_NONE_MATCH" not in environ and accepts_gzip(
        environ.get("HTTP_ACCEPT_ENCODING", "")
    )
