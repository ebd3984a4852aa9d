"""Repeated requests: the same answer by a shorter way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.tiles.serving.conftest import OLD_RELEASE, RELEASE, Site, release
from tiles.pyramid.archive import Archive
from tiles.releases.directory import PublishedRelease
from tiles.serving.prepared import MOST_BYTES, MOST_PREPARED, PreparedTile, PreparedTiles


def test_a_repeated_request_gets_the_same_answer(site: Site) -> None:
    for headers in (
        {"accept_encoding": "gzip"},
        {},
        {"accept_encoding": "gzip", "if_none_match": '"other"'},
        {"accept_encoding": "gzip", "if_none_match": "*"},
    ):
        first, second = (site.get(**headers) for _ in range(2))
        assert (first.status, first.headers, first.body) == (
            second.status,
            second.headers,
            second.body,
        )
    assert len(site.application.published.prepared()) == 1
    head = site.get(method="HEAD", accept_encoding="gzip")
    assert head.headers == site.get(accept_encoding="gzip").headers


def test_a_server_that_changes_the_headers_does_not_change_the_next_answer(site: Site) -> None:
    def careless(_status: str, headers: list[tuple[str, str]], _info: object = None) -> None:
        headers.clear()

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": site.path(), "HTTP_ACCEPT_ENCODING": "gzip"}
    expected = site.get(accept_encoding="gzip").headers
    for _ in range(2):
        site.application(environ, careless)
    assert site.get(accept_encoding="gzip").headers == expected


def test_nonsense_and_absent_tiles_are_not_kept(site: Site) -> None:
    for path in (
        "/tiles/a/b/c.mvt",
        f"/tiles/landuse/{RELEASE}/13/0/0.mvt",
        f"/tiles/landuse/{RELEASE}/13/6694/3377.mvt",
        site.path(release="r1-00000000"),
    ):
        site.get(path, accept_encoding="gzip")
    assert len(site.application.published.prepared()) == 0


def test_a_withdrawn_release_leaves_nothing_behind(site: Site) -> None:
    assert site.get(accept_encoding="gzip").status == 200
    site.publish(PublishedRelease(RELEASE, withdrawn=True), current="")
    site.application.published.refresh()
    assert len(site.application.published.prepared()) == 0
    assert site.get(accept_encoding="gzip").status == 410


def test_a_switch_of_releases_starts_the_collection_anew(
    site: Site, add_archive: Callable[[str], Path]
) -> None:
    site.get(accept_encoding="gzip")
    add_archive(OLD_RELEASE)
    site.publish(release(), release(OLD_RELEASE))
    site.application.published.refresh()
    assert site.get(accept_encoding="gzip").status == 200
    assert site.get(site.path(release=OLD_RELEASE), accept_encoding="gzip").status == 200
    assert len(site.application.published.prepared()) == 2


def test_memory_is_bounded(site: Site) -> None:
    archive = Archive(site.archive)
    z, x, y = site.tile
    offset, length = archive.locate(z, x, y) or (0, 0)
    tile, data = PreparedTile(archive, offset, length, []), archive.get(z, x, y) or b""
    tiles = PreparedTiles()
    tiles.remember("/huge", tile, bytes(MOST_BYTES))
    tiles.remember("/beyond", tile, data)
    assert tiles["/huge"].held is not None
    assert tiles["/beyond"].held is None
    assert tiles["/beyond"].body() == data, "read from the archive"
    for number in range(MOST_PREPARED):
        tiles.remember(f"/{number}", tile, data)
    assert len(tiles) <= MOST_PREPARED
    archive.close()
