from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.tiles.pyramid.decoding import shapes, tiles_of
from tests.tiles.pyramid.mosaics import EAST, NORTH, city, spec, table
from tiles.desensitise.features import FeatureTable
from tiles.pyramid.archive import Archive
from tiles.pyramid.archive_writer import partial_file
from tiles.pyramid.build import build_archive
from tiles.pyramid.errors import BuildBusyError, BuildError
from tiles.pyramid.weight import MAX_RAW_BYTES

ROOT = Path(__file__).resolve().parents[3]

KILLED_BUILD = """
import sys
from pathlib import Path
from tests.tiles.pyramid.mosaics import city, spec
from tiles.pyramid.build import build_archive
layer = city(20_000)
print("ready", flush=True)
build_archive(layer, spec(), Path(sys.argv[1]), threads=int(sys.argv[2]))
"""


def test_same_input_gives_same_bytes_on_one_process_and_on_two(tmp_path: Path) -> None:
    layer = city(2500)
    one = build_archive(layer, spec(), tmp_path / "one.pmtiles", threads=1)
    two = build_archive(layer, spec(), tmp_path / "two.pmtiles", threads=2)
    assert (tmp_path / "one.pmtiles").read_bytes() == (tmp_path / "two.pmtiles").read_bytes()
    assert one.sha256 == two.sha256
    assert one.zooms == two.zooms


def test_report_says_what_became_of_the_features(tmp_path: Path) -> None:
    layer = city(2500)
    report = build_archive(layer, spec(), tmp_path / "a.pmtiles", threads=1)
    assert [zoom.zoom for zoom in report.zooms] == list(range(9, 15))
    highest, lowest = report.zooms[-1], report.zooms[0]
    assert (highest.features, highest.dropped, highest.merged) == (len(layer), 0, False)
    assert lowest.merged
    assert lowest.features < len(layer) / 4
    assert (
        report.tiles == sum(zoom.tiles for zoom in report.zooms) == len(tiles_of(Path(report.path)))
    )
    assert report.size == Path(report.path).stat().st_size
    assert report.as_dict()["zooms"][0]["zoom"] == 9


def test_feature_counts_of_tiles_agree_with_the_report(tmp_path: Path) -> None:
    report = build_archive(city(2500), spec(), tmp_path / "a.pmtiles", threads=1)
    tiles = tiles_of(tmp_path / "a.pmtiles")
    numbers = {
        number
        for (z, _, _), data in tiles.items()
        if z == 14
        for number, _, _ in shapes(data, "plots")
    }
    assert len(numbers) == report.zooms[-1].features


def test_merged_feature_keeps_only_what_its_class_has_in_common(tmp_path: Path) -> None:
    report = build_archive(city(2500), spec(), tmp_path / "a.pmtiles", threads=1)
    merged = {zoom.zoom for zoom in report.zooms if zoom.merged}
    assert merged
    for (z, _, _), data in tiles_of(tmp_path / "a.pmtiles").items():
        for number, _, properties in shapes(data, "plots"):
            if z in merged and not number:
                assert properties.keys() == {"code", "name"}
            if z not in merged:
                assert "plots" in properties


def test_no_tile_exceeds_the_limit_however_much_there_is(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    points = table(shapely.points(chance.normal((EAST, NORTH), 900, (30_000, 2))))
    report = build_archive(points, spec("point", min_zoom=10), tmp_path / "p.pmtiles", threads=1)
    tiles = tiles_of(tmp_path / "p.pmtiles")
    assert max(map(len, tiles.values())) <= MAX_RAW_BYTES
    assert report.zooms[-1].oversize == 0
    assert report.zooms[-1].dropped > 0
    assert report.zooms[0].features > 500


def test_progress_is_reported_zoom_by_zoom(tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    build_archive(
        city(50),
        spec(),
        tmp_path / "a.pmtiles",
        threads=1,
        progress=lambda step, done, total: heard.append((step, done, total)),
    )
    assert heard == [("tiles", done, 6) for done in range(7)]


def test_bounds_hold_every_feature(tmp_path: Path) -> None:
    report = build_archive(city(300), spec(), tmp_path / "a.pmtiles", threads=1)
    west, south, east, north = report.bounds
    assert 113.99 < west < 114 < east < 114.01
    assert 31.6 < south < north < 31.7
    header = Archive(tmp_path / "a.pmtiles").bounds
    assert header[0] <= west
    assert header[1] <= south
    assert header[2] >= east
    assert header[3] >= north


def test_nothing_to_draw_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "a.pmtiles"
    empty = table([None, shapely.Polygon(), shapely.Point(EAST, NORTH)])
    with pytest.raises(BuildError, match="no polygon"):
        build_archive(empty, spec(), out)
    with pytest.raises(BuildError, match="lies outside"):
        build_archive(
            FeatureTable(np.array([shapely.Point(0, 90)], dtype=object), crs="EPSG:4326"),
            spec("point"),
            out,
        )
    square = shapely.box(EAST, NORTH, EAST + 9, NORTH + 9)
    nowhere = shapely.transform(square, lambda xy: np.where(xy == NORTH + 9, np.nan, xy))
    with pytest.raises(BuildError, match="lies outside"):
        build_archive(table([nowhere]), spec(), out)
    with pytest.raises(BuildError, match="unknown tile matrix set"):
        build_archive(city(10), spec(), out, tms_id="Nowhere")
    assert not list(tmp_path.iterdir())


def test_failed_build_leaves_the_old_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "a.pmtiles"
    build_archive(city(50), spec(), out, threads=1)
    before = out.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        build_archive(city(80), spec(), out, threads=1)
    assert out.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.pmtiles"]


def test_two_builds_of_one_archive_are_kept_apart(tmp_path: Path) -> None:
    out = tmp_path / "a.pmtiles"
    with partial_file(out) as stream:
        stream.write(b"first")
        with pytest.raises(BuildBusyError):
            build_archive(city(10), spec(), out, threads=1)
    assert out.read_bytes() == b"first"


@pytest.mark.slow
def test_killed_build_leaves_the_old_archive_and_can_be_repeated(tmp_path: Path) -> None:
    out = tmp_path / "a.pmtiles"
    build_archive(city(50), spec(), out, threads=1)
    before = out.read_bytes()
    chance = random.Random(11)
    for attempt in range(6):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED_BUILD, str(out), str(1 + attempt % 2)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.uniform(0.05, 0.9))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        assert out.read_bytes() == before
        assert _gone(child.pid), "a worker outlived the killed build"
    report = build_archive(city(3000), spec(), out, threads=2)
    assert len(Archive(out)) == report.tiles
    assert [path.name for path in tmp_path.iterdir()] == ["a.pmtiles"]


def _gone(session: int) -> bool:
    for _ in range(100):
        running = [
            path.name
            for path in Path("/proc").iterdir()
            if path.name.isdigit() and _session(path) == session
        ]
        if not running:
            return True
        time.sleep(0.05)
    return False


def _session(process: Path) -> int | None:
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else int(fields[3])
