from __future__ import annotations

import gzip
import random
import threading
from pathlib import Path

import pytest
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import tileid_to_zxy

from tests.tiles.pyramid.decoding import tiles_of
from tests.tiles.pyramid.mosaics import city, spec
from tiles.pyramid.archive import Archive
from tiles.pyramid.archive_writer import TileStore, partial_file, write_archive
from tiles.pyramid.build import build_archive
from tiles.pyramid.errors import ArchiveClosedError, ArchiveError


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("archive") / "plots.pmtiles"
    build_archive(city(900), spec(), out, threads=1)
    return out


def synthetic(out: Path, tiles: dict[int, bytes]) -> Path:
    with partial_file(out) as stream, (out.parent / "scratch").open("w+b") as scratch:
        store = TileStore(scratch)
        for tile_id, data in tiles.items():
            store.add(tile_id, gzip.compress(data, mtime=0))
        write_archive(stream, store, zooms=(0, 12), bounds=(-1, -1, 1, 1), metadata={"a": "甲"})
    return out


def test_every_tile_equals_what_the_pmtiles_package_reads(built: Path) -> None:
    archive = Archive(built)
    expected = tiles_of(built)
    assert len(archive) == len(expected) > 6
    for (z, x, y), data in expected.items():
        found = archive.get(z, x, y)
        assert found is not None
        assert gzip.decompress(found) == data


def test_header_and_metadata_are_those_of_the_pmtiles_package(built: Path) -> None:
    archive = Archive(built)
    with built.open("rb") as stream:
        reader = Reader(MmapSource(stream))
        assert archive.header == reader.header()
        assert archive.metadata == reader.metadata()
    assert archive.header["clustered"]
    assert archive.zooms == (9, 14)
    assert archive.metadata["review_number"] == "示审图〔2026〕001号"
    assert [layer["id"] for layer in archive.metadata["vector_layers"]] == ["plots", "plots_label"]
    assert archive.metadata["classes"].keys() == {"0700", "0701", "0702", "0703"}


def test_tile_that_is_not_there_is_none(built: Path) -> None:
    assert Archive(built).get(14, 0, 0) is None
    assert Archive(built).get(0, 0, 0) is None


def test_leaf_directories_runs_and_duplicates_are_read(tmp_path: Path) -> None:
    chance = random.Random(4)
    tiles = {
        tile_id: b"same" if chance.random() < 0.3 else f"{tile_id}".encode()
        for tile_id in sorted(chance.sample(range(5_000_000), 60_000))
    }
    tiles |= dict.fromkeys(range(6_000_000, 6_000_500), b"sea")
    path = synthetic(tmp_path / "many.pmtiles", tiles)
    archive = Archive(path)
    assert archive.header["leaf_directory_length"] > 0
    assert archive.tile_ids() == sorted(tiles)
    for tile_id in chance.sample(sorted(tiles), 3000):
        found = archive.get(*tileid_to_zxy(tile_id))
        assert found is not None
        assert gzip.decompress(found) == tiles[tile_id]
    absent = next(tile_id for tile_id in range(5_000_000) if tile_id not in tiles)
    assert archive.get(*tileid_to_zxy(absent)) is None
    with path.open("rb") as stream:
        reader = Reader(MmapSource(stream))
        for tile_id in chance.sample(sorted(tiles), 5):
            assert gzip.decompress(reader.get(*tileid_to_zxy(tile_id))) == tiles[tile_id]


def test_equal_tiles_are_stored_once(tmp_path: Path) -> None:
    path = synthetic(tmp_path / "same.pmtiles", dict.fromkeys(range(21, 85), b"sea" * 100))
    assert Archive(path).header["tile_contents_count"] == 1
    assert Archive(path).header["tile_entries_count"] == 1


@pytest.mark.parametrize("length", [0, 6, 126, 127, 400, -200, -1])
def test_cut_short_archive_is_refused(built: Path, tmp_path: Path, length: int) -> None:
    broken = tmp_path / "cut.pmtiles"
    broken.write_bytes(built.read_bytes()[:length])
    with pytest.raises(ArchiveError):
        Archive(broken)


def test_other_files_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.pmtiles"
    other.write_bytes(b"PMTiles\x02" + bytes(400))
    with pytest.raises(ArchiveError):
        Archive(other)
    other.write_bytes(b"\xff" * 500)
    with pytest.raises(ArchiveError):
        Archive(other)


def test_damaged_bytes_never_come_out_as_a_tile(built: Path, tmp_path: Path) -> None:
    good = tiles_of(built)
    whole = built.read_bytes()
    chance = random.Random(7)
    refused = 0
    for number in range(150):
        at = chance.randrange(len(whole))
        broken = tmp_path / f"{number}.pmtiles"
        broken.write_bytes(
            whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]
        )
        try:
            archive = Archive(broken)
            for zxy, expected in good.items():
                found = archive.get(*zxy)
                assert found is None or gzip.decompress(found) == expected
        except ArchiveError:
            refused += 1
    assert refused > 100


def test_closed_archive_says_so(built: Path) -> None:
    archive = Archive(built)
    zxy = next(iter(tiles_of(built)))
    archive.close()
    with pytest.raises(ArchiveClosedError):
        archive.get(*zxy)


def test_closing_while_others_read_never_crashes(built: Path) -> None:
    keys = list(tiles_of(built))
    problems: list[BaseException] = []

    def read(archive: Archive) -> None:
        try:
            while True:
                for zxy in keys:
                    assert archive.get(*zxy)
        except ArchiveClosedError:
            return
        except BaseException as error:  # noqa: BLE001
            problems.append(error)

    for _ in range(10):
        archive = Archive(built)
        threads = [threading.Thread(target=read, args=(archive,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        archive.close()
        for thread in threads:
            thread.join()
    assert not problems
