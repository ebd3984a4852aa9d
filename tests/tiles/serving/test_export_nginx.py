"""The real nginx with the written configuration answers as the running portal does."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pmtiles.reader import Reader

from tests.engines import free_port
from tests.factories.installation import Answer, Installation
from tiles.pyramid.archive import Archive

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
SAME_HEADERS = (
    "content-type",
    "content-encoding",
    "content-length",
    "cache-control",
    "vary",
    "access-control-allow-origin",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-expose-headers",
    "cross-origin-resource-policy",
    "x-content-type-options",
    "retry-after",
    "allow",
)


@dataclass
class Nginx:
    """A running nginx."""

    url: str
    folder: Path

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        return ask(self.url, path, method, **headers)


def ask(origin: str, path: str, method: str = "GET", **headers: str) -> Answer:
    request = urllib.request.Request(  # noqa: S310 - our own servers
        origin + path,
        method=method,
        headers={key.replace("_", "-"): value for key, value in headers.items()},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
            return Answer(response.status, lower(response.headers), response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, lower(error.headers), error.read())


def lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@pytest.fixture(scope="module")
def nginx(city: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    folder = tmp_path_factory.mktemp("nginx") / "tiles"
    listen = f"127.0.0.1:{free_port()}"
    options = ("--form", "both", "--nginx", "--listen", listen, "--portal", city.url)
    city.manage("tiles_export", "--layer", "landuse", "--out", str(folder), *options)
    # The folders of tests are closed to others, so the workers stay with the user of the test.
    own_user = ["user root;"] if os.geteuid() == 0 else []
    directives = " ".join(["daemon off;", *own_user])
    configuration = str(folder / "nginx" / "nginx.conf")
    log = (folder.parent / "log").open("wb")
    process = subprocess.Popen(
        [NGINX, "-e", "stderr", "-c", configuration, "-g", directives], stderr=log
    )
    running = Nginx(f"http://{listen}", folder)
    try:
        wait_until_up(running, process, folder.parent / "log")
        yield running
    finally:
        process.terminate()
        process.wait(10)
        log.close()


def wait_until_up(running: Nginx, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        try:
            if running.get("/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(log.read_text("utf-8", "replace"))


@pytest.fixture(scope="module")
def addresses(city: Installation, nginx: Nginx) -> list[str]:
    """Fifty tiles that exist, from both grids and all zooms, with and without the grid's name."""
    found = [
        f"/tiles/{path.relative_to(nginx.folder).as_posix().removesuffix('.gz')}"
        for path in sorted(nginx.folder.rglob("*.mvt.gz"))
    ]
    random.seed(50)
    chosen = random.sample(found, 50)
    assert {path.split("/")[4] for path in chosen} == {"WebMercatorQuad", "CGCS2000Quad"}
    return [
        path.replace("/WebMercatorQuad", "") if i % 2 else path for i, path in enumerate(chosen)
    ]


def compared(answer: Answer) -> dict[str, str]:
    return {name: answer.headers[name] for name in SAME_HEADERS if name in answer.headers}


def test_fifty_tiles_are_answered_with_the_bytes_and_headers_of_the_portal(
    city: Installation, nginx: Nginx, addresses: list[str]
) -> None:
    for path in addresses:
        theirs = ask(city.url, path, Accept_Encoding="gzip")
        ours = nginx.get(path, Accept_Encoding="gzip")
        assert (ours.status, ours.body) == (theirs.status, theirs.body), path
        assert compared(ours) == compared(theirs), path
        assert ours.headers["content-encoding"] == "gzip"
        assert "last-modified" not in ours.headers


def test_a_client_without_gzip_gets_it_unpacked(
    city: Installation, nginx: Nginx, addresses: list[str]
) -> None:
    for path in addresses[:5]:
        ours = nginx.get(path, Accept_Encoding="identity")
        assert ours.body == ask(city.url, path, Accept_Encoding="identity").body
        assert "content-encoding" not in ours.headers


def test_an_unchanged_tile_is_not_sent_again(nginx: Nginx, addresses: list[str]) -> None:
    first = nginx.get(addresses[0], Accept_Encoding="gzip")
    again = nginx.get(addresses[0], Accept_Encoding="gzip", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["cache-control"] == first.headers["cache-control"]
    assert again.headers["access-control-allow-origin"] == "*"


def test_what_is_no_tile_is_answered_alike(
    city: Installation, nginx: Nginx, addresses: list[str]
) -> None:
    release = addresses[0].split("/")[3]
    known = f"/tiles/landuse/{release}"
    for path, status in (
        (f"{known}/14/1/1.mvt", 404),
        (f"{known}/CGCS2000Quad/14/1/1.mvt", 404),
        (f"{known}/3/1/1.mvt", 404),
        (f"{known}/Unknown/14/1/1.mvt", 404),
        (f"/tiles/landuse/{release}x/14/1/1.mvt", 404),
        ("/tiles/nowhere/r1/14/1/1.mvt", 404),
        (f"{known}/14/01/1.mvt", 400),
        (f"{known}/14/1.mvt", 400),
        ("/tiles/.mvt", 400),
    ):
        theirs, ours = ask(city.url, path), nginx.get(path)
        assert (ours.status, ours.body) == (theirs.status, theirs.body), path
        assert ours.status == status, path
        assert compared(ours) == compared(theirs), path
    for method, status in (("OPTIONS", 204), ("POST", 405), ("HEAD", 200)):
        theirs = ask(city.url, addresses[0], method, Accept_Encoding="gzip")
        ours = nginx.get(addresses[0], method, Accept_Encoding="gzip")
        assert (ours.status, ours.body) == (theirs.status, theirs.body), method
        assert ours.status == status
        assert compared(ours) == compared(theirs), method


def test_an_empty_tile_within_the_bounds_is_204_as_in_the_portal(
    city: Installation, nginx: Nginx, addresses: list[str]
) -> None:
    release = addresses[0].split("/")[3]
    seen = set()
    for grid in ("WebMercatorQuad", "CGCS2000Quad"):
        folder = nginx.folder / "landuse" / release / grid / "14"
        columns = sorted(int(path.name) for path in (folder / "columns").iterdir())
        rows = sorted(int(path.name) for path in (folder / "rows").iterdir())
        for x in range(columns[0] - 1, columns[-1] + 2):
            for y in range(rows[0] - 1, rows[-1] + 2):
                path = f"/tiles/landuse/{release}/{grid}/14/{x}/{y}.mvt"
                theirs, ours = ask(city.url, path, "HEAD"), nginx.get(path, "HEAD")
                assert ours.status == theirs.status, path
                seen.add(ours.status)
                if ours.status == 204:
                    assert compared(ours) == compared(theirs)
    assert {200, 404} <= seen


def test_a_withdrawal_takes_effect_without_a_reload(
    city: Installation, nginx: Nginx, addresses: list[str]
) -> None:
    """By the mark alone, in a release of another name beside the real one."""
    folder = nginx.folder / "landuse" / "r0-withdrawn"
    folder.mkdir()
    (folder / "withdrawn").touch()
    ours = nginx.get("/tiles/landuse/r0-withdrawn/14/1/1.mvt")
    assert ours.status == 410
    assert ours.json()["error"] == "withdrawn"
    assert ours.headers["cache-control"] == "no-store"
    assert nginx.get("/tiles/landuse/r0-withdrawn/WebMercatorQuad.pmtiles").status == 410


def test_an_archive_is_read_by_ranges(nginx: Nginx, addresses: list[str]) -> None:
    release = addresses[0].split("/")[3]
    for grid in ("WebMercatorQuad", "CGCS2000Quad"):
        path = f"/tiles/landuse/{release}/{grid}.pmtiles"
        asked: list[int] = []

        def part(offset: int, length: int, path: str = path, asked: list[int] = asked) -> bytes:
            answer = nginx.get(path, Range=f"bytes={offset}-{offset + length - 1}")
            assert answer.status == 206
            assert answer.headers["content-type"] == "application/vnd.pmtiles"
            assert answer.headers["access-control-allow-origin"] == "*"
            asked.append(length)
            return answer.body

        archive = Archive(nginx.folder / "landuse" / release / f"{grid}.pmtiles")
        z, x, y = next(
            tuple(int(part) for part in address.removesuffix(".mvt").split("/")[-3:])
            for address in addresses
            if (grid in address) or (grid == "WebMercatorQuad" and "Quad" not in address)
        )
        assert Reader(part).get(z, x, y) == archive.get(z, x, y)
        assert 0 < sum(asked) < archive.path.stat().st_size + 40_000
        archive.close()
    assert nginx.get(f"/tiles/landuse/{release}/Unknown.pmtiles").status == 404


def test_everything_else_comes_from_the_portal(city: Installation, nginx: Nginx) -> None:
    document = nginx.get("/tiles/landuse/tilejson.json").json()
    assert document["tiles"][0].startswith(f"{nginx.url}/tiles/landuse/")
    assert nginx.get("/map/").status == 200
