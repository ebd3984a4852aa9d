from __future__ import annotations

import gzip
import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import mapbox_vector_tile
import pytest

from tests.tiles.serving.conftest import OLD_RELEASE, RELEASE, Site, release
from tiles.pyramid.archive import Archive
from tiles.releases.directory import DIRECTORY_NAME, PublishedRelease

YEAR = "public, max-age=31536000, immutable"


def test_tile_is_sent_gzipped_as_stored(site: Site) -> None:
    reply = site.get(accept_encoding="gzip, br")
    assert reply.status == 200
    assert reply.headers["Content-Encoding"] == "gzip"
    assert reply.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert reply.headers["Cache-Control"] == YEAR
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.headers["Vary"] == "Accept-Encoding"
    assert reply.headers["Content-Length"] == str(len(reply.body))
    assert reply.body == Archive(site.archive).get(*site.tile)
    assert "landuse" in mapbox_vector_tile.decode(gzip.decompress(reply.body))


def test_client_without_gzip_gets_it_unpacked(site: Site) -> None:
    stored = site.get(accept_encoding="gzip").body
    for headers in ({}, {"accept_encoding": "identity"}, {"accept_encoding": "gzip;q=0, *;q=0"}):
        reply = site.get(**headers)
        assert reply.status == 200
        assert "Content-Encoding" not in reply.headers
        assert reply.body == gzip.decompress(stored)
        assert reply.headers["Content-Length"] == str(len(reply.body))


def test_address_with_tile_matrix_set_gives_the_same(site: Site) -> None:
    z, x, y = site.tile
    path = f"/tiles/landuse/{RELEASE}/WebMercatorQuad/{z}/{x}/{y}.mvt"
    assert site.get(path).body == site.get().body
    assert site.get(path.replace("WebMercatorQuad", "CGCS2000Quad")).status == 404


def test_etag_is_strong_and_differs_by_encoding(site: Site) -> None:
    packed, plain = site.get(accept_encoding="gzip"), site.get()
    assert packed.headers["ETag"].startswith('"')
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert packed.headers["ETag"] == site.get(accept_encoding="gzip").headers["ETag"]


def test_known_tag_gives_304_without_body(site: Site) -> None:
    etag = site.get().headers["ETag"]
    for header in (etag, f"W/{etag}", f'"other", {etag}', f'"a,b" ,W/{etag}', "*"):
        reply = site.get(if_none_match=header)
        assert reply.status == 304
        assert reply.body == b""
        assert reply.headers["ETag"] == etag
        assert reply.headers["Cache-Control"] == YEAR
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
    for header in ('"other"', "", etag.strip('"'), '"*"'):
        assert site.get(if_none_match=header).status == 200


def test_head_sends_the_headers_of_get(site: Site) -> None:
    reply = site.get(method="HEAD", accept_encoding="gzip")
    assert reply.status == 200
    assert reply.body == b""
    assert reply.headers == site.get(accept_encoding="gzip").headers


def test_preflight_is_allowed(site: Site) -> None:
    reply = site.get(
        method="OPTIONS", origin="https://example.org", access_control_request_method="GET"
    )
    assert reply.status == 204
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_tiles_cannot_be_written(site: Site, method: str) -> None:
    reply = site.get(method=method)
    assert reply.status == 405
    assert reply.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_empty_tile_inside_is_204(site: Site) -> None:
    z, x, y = 13, 6694, 3377
    reply = site.get(f"/tiles/landuse/{RELEASE}/{z}/{x}/{y}.mvt")
    assert reply.status == 204
    assert reply.body == b""
    assert "Content-Type" not in reply.headers
    assert reply.headers["Cache-Control"] == YEAR
    assert reply.headers["Access-Control-Allow-Origin"] == "*"


def error(site: Site, path: str) -> tuple[int, str]:
    reply = site.get(path)
    document = json.loads(reply.body)
    assert document["zh"]
    assert document["en"]
    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    return reply.status, document["error"]


@pytest.mark.parametrize("tile", ["13/0/0", "9/418/210", "14/13388/6754"])
def test_tile_outside_bounds_or_zooms_is_404(site: Site, tile: str) -> None:
    assert error(site, f"/tiles/landuse/{RELEASE}/{tile}.mvt") == (404, "outside")


def test_unknown_layer_or_release_is_404(site: Site) -> None:
    assert error(site, site.path(layer="roads")) == (404, "unknown_release")
    assert error(site, site.path(release="r1-00000000")) == (404, "unknown_release")


NONSENSE = [
    "a/b/c",
    "13/1/",
    "13/-1/1",
    "13/+1/1",
    "13/01/1",
    "013/1/1",
    "13/1.0/1",
    "13/8192/1",
    "13/1/8192",
    "0/0/1",
    "25/0/0",
    "99/1/1",
    "13/99999999999999999999/1",
    "13/１/1",
    "13/1/1\n",
    "13/ 1/1",
    "13/0x1/1",
    "13/1/1/1/1",
    "",
]


@pytest.mark.parametrize("tile", NONSENSE)
def test_nonsense_is_400(site: Site, tile: str) -> None:
    assert error(site, f"/tiles/landuse/{RELEASE}/{tile}.mvt") == (400, "bad_tile_path")


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/../../etc/passwd.mvt",
        f"/tiles/landuse/../{RELEASE}/13/1/1.mvt",
        "/tiles/landuse/..%2f..%2f/13/1/1.mvt",
        f"/tiles/LANDUSE/{RELEASE}/13/1/1.mvt",
        f"/tiles//{RELEASE}/13/1/1.mvt",
        f"/tiles/landuse\x00/{RELEASE}/13/1/1.mvt",
        f"/tiles/{'a' * 5000}/{RELEASE}/13/1/1.mvt",
        "/tiles/.mvt",
    ],
)
def test_no_path_leads_out_of_the_directory(site: Site, path: str) -> None:
    assert error(site, path) == (400, "bad_tile_path")


def test_withdrawn_release_is_410_and_its_archive_is_closed(site: Site) -> None:
    assert site.get().status == 200
    archive = site.application.published.archive(f"landuse/{RELEASE}/WebMercatorQuad.pmtiles")
    site.publish(PublishedRelease(RELEASE, withdrawn=True), current="")
    site.application.published.refresh()
    assert error(site, site.path()) == (410, "withdrawn")
    assert archive._map.closed


def test_withdrawal_is_noticed_within_a_second(site: Site) -> None:
    assert site.get().status == 200
    site.publish(PublishedRelease(RELEASE, withdrawn=True), current="")
    time.sleep(0.6)
    assert site.get().status == 410


def test_new_release_is_served_at_once_and_the_old_one_stays(
    site: Site, add_archive: Callable[[str], Path]
) -> None:
    assert site.get(site.path(release=OLD_RELEASE)).status == 404
    add_archive(OLD_RELEASE)
    site.publish(release(), release(OLD_RELEASE))
    assert site.get(site.path(release=OLD_RELEASE)).status == 200
    assert site.get().status == 200


def test_other_paths_go_to_the_site(site: Site) -> None:
    for path in (
        "/",
        "/tiles/style.json",
        "/tiles/landuse/tilejson.json",
        "/tilesx/1.mvt",
        "/x.mvt",
    ):
        assert site.get(path).body == b"django"
    assert len(site.calls) == 5
    site.get()
    assert len(site.calls) == 5


def test_nothing_published_is_404(site: Site) -> None:
    (site.folder / DIRECTORY_NAME).unlink()
    site.application.published.refresh()
    assert error(site, site.path()) == (404, "unknown_release")


def test_broken_directory_keeps_the_last_good_one(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    assert site.get().status == 200
    for text in ("{", "[]", '{"format_version": 1}', '{"format_version": 9, "layers": []}'):
        (site.folder / DIRECTORY_NAME).write_text(text)
        site.application.published.refresh()
        assert site.get().status == 200
    assert "cannot be read" in caplog.text
    site.publish(PublishedRelease(RELEASE, withdrawn=True), current="")
    site.application.published.refresh()
    assert site.get().status == 410


def damage(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Replace an archive as a whole, as every writer of ours does."""
    other = path.with_suffix(".other")
    other.write_bytes(change(path.read_bytes()))
    other.replace(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:200],
        lambda data: b"",
        lambda data: b"X" * len(data),
        lambda data: data[:-40] + bytes(40),
    ],
)
def test_damaged_archive_is_503(
    site: Site, change: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    damage(site.archive, change)
    assert error(site, site.path()) == (503, "archive_damaged")
    assert site.get().headers["Retry-After"]
    assert "cannot be served" in caplog.text


def test_missing_archive_is_503(site: Site) -> None:
    site.archive.unlink()
    assert error(site, site.path()) == (503, "archive_damaged")


def test_archive_outside_the_published_folder_is_never_opened(site: Site, tmp_path: Path) -> None:
    (tmp_path / "secret.pmtiles").write_bytes(site.archive.read_bytes())
    site.publish(PublishedRelease(RELEASE, archives={"WebMercatorQuad": "../secret.pmtiles"}))
    assert error(site, site.path()) == (503, "archive_damaged")


def test_threads_never_see_a_wrong_answer_while_releases_come_and_go(
    site: Site, add_archive: Callable[[str], Path]
) -> None:
    add_archive(OLD_RELEASE)
    expected = site.get(accept_encoding="gzip").body
    stop = threading.Event()
    wrong: list[object] = []

    def ask() -> None:
        while not stop.is_set():
            reply = site.get(accept_encoding="gzip")
            good = reply.status == 410 or (reply.status == 200 and reply.body == expected)
            if not good:
                wrong.append(reply)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for turn in range(60):
        here = release() if turn % 2 else PublishedRelease(RELEASE, withdrawn=True)
        site.publish(here, release(OLD_RELEASE))
        site.application.published.refresh()
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong


class ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """The test's output is no access log."""


@pytest.fixture
def port(site: Site) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, site.application, ThreadingServer, QuietHandler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def ask(port: int, method: str, path: str, headers: dict[str, str]) -> tuple[int, bytes, object]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body, response.headers


def test_over_a_real_socket(site: Site, port: int) -> None:
    status, body, headers = ask(port, "GET", site.path(), {"Accept-Encoding": "gzip"})
    assert status == 200
    assert headers["Content-Encoding"] == "gzip"
    etag = headers["ETag"]
    assert ask(port, "GET", site.path(), {"Accept-Encoding": "gzip", "If-None-Match": etag})[
        :2
    ] == (
        304,
        b"",
    )
    assert ask(port, "HEAD", site.path(), {"Accept-Encoding": "gzip"})[:2] == (200, b"")
    assert ask(port, "GET", site.path(), {})[1] == gzip.decompress(body)
    assert ask(port, "GET", "/tiles/%2e%2e/%2e%2e/13/1/1.mvt", {})[0] == 400
    assert ask(port, "GET", f"/tiles/landuse/{RELEASE}/13/6694/3377.mvt", {})[:2] == (204, b"")
    assert ask(port, "GET", "/tiles/style.json", {})[1] == b"django"
