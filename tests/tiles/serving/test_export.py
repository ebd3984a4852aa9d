"""Exported files: what is written, what is kept, what goes."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pmtiles.tile import tileid_to_zxy

from tests.tiles.serving.conftest import OLD_RELEASE, RELEASE, Site, release
from tiles.desensitise.errors import Refusal
from tiles.pyramid.archive import Archive
from tiles.releases.directory import PublishedRelease, load_directory
from tiles.releases.errors import UnknownLayer
from tiles.serving.export import tile_files
from tiles.serving.export.errors import (
    ExportFailed,
    FolderNameUnfit,
    FolderNotOurs,
    NothingPublished,
)
from tiles.serving.export.export import ExportResult, export_tiles
from tiles.serving.export.nginx import write_nginx
from tiles.serving.export.tile_files import bounds_range
from tiles.serving.tile_bounds import tile_bounds

TREE = "WebMercatorQuad"


def silent(_step: str, _done: int, _total: int) -> None:
    """Tells nobody."""


def export(site: Site, out: Path, **options: object) -> ExportResult:
    directory = load_directory(site.folder)
    return export_tiles(site.folder, directory, out, progress=silent, **options)  # type: ignore[arg-type]


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.mvt.gz")
    }


def tiles_of(archive: Path) -> dict[str, bytes]:
    opened = Archive(archive)
    tiles = {}
    for tile_id in opened.tile_ids():
        z, x, y = tileid_to_zxy(tile_id)
        tiles[f"{z}/{x}/{y}.mvt.gz"] = opened.get(z, x, y) or b""
    opened.close()
    return tiles


def test_every_tile_becomes_a_file_as_stored(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = export(site, out)
    assert result.written == [f"landuse/{RELEASE}/{TREE}"]
    assert files_of(out / "landuse" / RELEASE / TREE) == tiles_of(site.archive)
    assert not list(out.rglob("*.partial"))
    index = json.loads((out / "index.json").read_text())
    (entry,) = index["releases"]
    assert index["current"] == {"landuse": RELEASE}
    assert entry["tiles"][TREE]["tiles"] == len(tiles_of(site.archive))
    assert entry["tiles"][TREE]["zooms"] == [10, 13]


def test_a_second_call_writes_nothing(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(site, out)
    before = {path: path.stat().st_ino for path in out.rglob("*.gz")}
    result = export(site, out)
    assert (result.written, result.kept) == ([], [f"landuse/{RELEASE}/{TREE}"])
    assert {path: path.stat().st_ino for path in out.rglob("*.gz")} == before


def test_equal_tiles_are_one_file(
    site: Site, add_archive: Callable[[str], Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    export(site, out)
    add_archive(OLD_RELEASE)
    site.publish(release(OLD_RELEASE), release(), current=OLD_RELEASE)
    export(site, out)
    first, second = (out / "landuse" / name / TREE for name in (RELEASE, OLD_RELEASE))
    assert files_of(first) == files_of(second)
    for path in first.rglob("*.gz"):
        assert path.samefile(second / path.relative_to(first))


def test_where_files_cannot_be_linked_they_are_copied(
    site: Site, add_archive: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(_source: Path, _target: Path) -> None:
        raise OSError(errno.EMLINK, os.strerror(errno.EMLINK))

    monkeypatch.setattr(tile_files.os, "link", no_links)
    out = tmp_path / "out"
    export(site, out)
    add_archive(OLD_RELEASE)
    site.publish(release(OLD_RELEASE), release(), current=OLD_RELEASE)
    export(site, out)
    assert files_of(out / "landuse" / OLD_RELEASE / TREE) == tiles_of(site.archive)


def test_a_killed_export_goes_on_where_it_ended(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "out"

    def killed(_step: str, done: int, _total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_tiles(site.folder, load_directory(site.folder), out, progress=killed)
    target = out / "landuse" / RELEASE / TREE
    assert not target.exists(), "half an archive is never served"
    assert json.loads((out / "index.json").read_text())["current"] == {}
    half = {path.stat().st_ino for path in out.rglob("*.gz")}
    assert len(list(out.rglob("*.gz"))) == 5
    export(site, out)
    assert files_of(target) == tiles_of(site.archive)
    assert half <= {path.stat().st_ino for path in target.rglob("*.gz")}


def test_a_disk_that_refuses_ends_the_export_with_advice(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(site, out)
    shutil.rmtree(out / "landuse")
    (out / "landuse").write_text("in the way")
    refused(ExportFailed, lambda: export(site, out))
    (out / "landuse").unlink()
    export(site, out)
    assert files_of(out / "landuse" / RELEASE / TREE) == tiles_of(site.archive)


def test_what_a_killed_call_left_of_another_archive_is_not_used(site: Site, tmp_path: Path) -> None:
    stale = tmp_path / "out" / "landuse" / RELEASE / f".{TREE}.partial"
    (stale / "10").mkdir(parents=True)
    (stale / ".source").write_text("1 1")
    (stale / "10" / "stale.mvt.gz").write_bytes(b"stale")
    (tmp_path / "out" / "index.json").write_text(
        '{"format_version": 1, "current": {}, "releases": []}'
    )
    export(site, tmp_path / "out")
    assert "10/stale.mvt.gz" not in files_of(tmp_path / "out" / "landuse" / RELEASE / TREE)


def test_a_withdrawn_release_is_removed_and_marked(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(site, out, form="both")
    site.publish(PublishedRelease(RELEASE, withdrawn=True), current="")
    result = export(site, out)
    assert result.removed == [f"landuse/{RELEASE}"]
    assert [path.name for path in (out / "landuse" / RELEASE).iterdir()] == ["withdrawn"]
    index = json.loads((out / "index.json").read_text())
    assert index["current"] == {}
    assert index["releases"][0]["withdrawn"] is True
    assert export(site, out).removed == []


def test_withdrawing_leaves_the_equal_tiles_of_another_release(
    site: Site, add_archive: Callable[[str], Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    export(site, out)
    add_archive(OLD_RELEASE)
    site.publish(release(OLD_RELEASE), release(), current=OLD_RELEASE)
    export(site, out)
    site.publish(
        release(OLD_RELEASE), PublishedRelease(RELEASE, withdrawn=True), current=OLD_RELEASE
    )
    export(site, out)
    archive = site.folder / "landuse" / OLD_RELEASE / f"{TREE}.pmtiles"
    assert files_of(out / "landuse" / OLD_RELEASE / TREE) == tiles_of(archive)


def test_an_earlier_release_stays_for_maps_that_are_open(
    site: Site, add_archive: Callable[[str], Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    export(site, out)
    add_archive(OLD_RELEASE)
    site.publish(release(OLD_RELEASE), release(), current=OLD_RELEASE)
    assert export(site, out).removed == []
    assert files_of(out / "landuse" / RELEASE / TREE)


def test_archives_are_copied_and_not_linked(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert export(site, out, form="archives").written == [f"landuse/{RELEASE}/{TREE}.pmtiles"]
    copy = out / "landuse" / RELEASE / f"{TREE}.pmtiles"
    assert copy.read_bytes() == site.archive.read_bytes()
    assert not copy.samefile(site.archive)
    assert export(site, out, form="archives").written == []


def refused(kind: type[Refusal], call: Callable[[], object]) -> None:
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.as_dict()["zh"]
    assert caught.value.as_dict()["en"]


def test_what_cannot_be_exported_is_refused(site: Site, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "letters.txt").write_text("mine")
    refused(FolderNotOurs, lambda: export(site, foreign))
    (foreign / "index.json").write_text('{"format_version": 9}')
    refused(FolderNotOurs, lambda: export(site, foreign))
    assert (foreign / "letters.txt").exists()
    refused(UnknownLayer, lambda: export(site, tmp_path / "out", layers=["roads"]))
    site.publish(current="")
    refused(NothingPublished, lambda: export(site, tmp_path / "out"))


def test_a_damaged_archive_ends_the_export(site: Site, tmp_path: Path) -> None:
    site.archive.write_bytes(b"damaged")
    refused(ExportFailed, lambda: export(site, tmp_path / "out"))
    assert not (tmp_path / "out" / "landuse" / RELEASE / TREE).exists()


@pytest.mark.parametrize(
    ("folder", "listen", "portal"),
    [
        ("a b", "127.0.0.1:80", ""),
        ("a;b", "127.0.0.1:80", ""),
        ("a$b", "127.0.0.1:80", ""),
        ("a", "80; root /", ""),
        ("a", "127.0.0.1:80", "http://x/;"),
        ("a", "127.0.0.1:80", "ftp://x"),
    ],
)
def test_nothing_slips_into_the_configuration(
    tmp_path: Path, folder: str, listen: str, portal: str
) -> None:
    out = tmp_path / folder
    refused(FolderNameUnfit, lambda: write_nginx(out, "tiles", listen=listen, portal=portal))
    assert not out.exists()


@pytest.mark.parametrize("tms", ["WebMercatorQuad", "CGCS2000Quad"])
def test_columns_and_rows_of_bounds_are_those_that_touch_them(tms: str) -> None:
    random.seed(3)
    for _ in range(30):
        west, south = random.uniform(-180, 170), random.uniform(-80, 70)
        bounds = (west, south, west + random.uniform(0, 9), south + random.uniform(0, 9))
        zoom = random.randint(1, 7)
        columns, rows = bounds_range(bounds, tms, zoom)
        tall = 2**zoom if tms == "WebMercatorQuad" else 2 ** (zoom - 1)
        for x in range(2**zoom):
            left, _, right, _ = tile_bounds(tms, zoom, x, 0)
            assert (x in columns) == (left <= bounds[2] and right >= bounds[0])
        for y in range(tall):
            _, bottom, _, top = tile_bounds(tms, zoom, 0, y)
            assert (y in rows) == (bottom <= bounds[3] and top >= bounds[1])
