"""The reading process on hostile and odd sources; all real files, a real child."""

from __future__ import annotations

import gzip
import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely

from tests.tiles.packages.making import feature, parcels, square, write_geojson, write_zip
from tiles.packages.errors import (
    BadArchive,
    EncodingUnknown,
    NestedArchive,
    PathOutside,
    SourceCrashed,
    SourceTimeout,
    SourceTooLarge,
    SourceUnreadable,
    SymlinkEntry,
)
from tiles.packages.limits import MIB, Limits
from tiles.packages.sources import read_sources, read_with_notes

LIMITS = Limits(seconds=60)
CRASHING = ("kml/kml__all-arrays-golden.kml",)


def write_shapefile(path: Path, names: list[str], encoding: str, *, cpg: str | None = None) -> Path:
    """Points with a Chinese field and Chinese values in ``encoding``; no .cpg unless stated."""
    values = np.array(names, dtype=object)
    points = shapely.to_wkb(shapely.points(np.arange(len(names)) + 500_000.0, 3_400_000.0))
    pyogrio.raw.write(
        path,
        geometry=np.asarray(points),
        field_data=[values],
        fields=["分區" if encoding == "Big5" else "名称"],
        driver="ESRI Shapefile",
        geometry_type="Point",
        crs="EPSG:4547",
        encoding=encoding,
    )
    path.with_suffix(".cpg").unlink(missing_ok=True)
    raw = bytearray(path.with_suffix(".dbf").read_bytes())
    raw[29] = 0
    path.with_suffix(".dbf").write_bytes(raw)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    return path


def test_a_plain_file_is_read_with_all_its_values(tmp_path: Path) -> None:
    path = write_geojson(
        tmp_path / "a.geojson",
        [
            feature(square(0, 0), text="文字", whole=1, real=1.5, yes=True, none=None),
            feature(square(1, 0), text=None, whole=None, real=None, yes=None, none=None),
        ],
    )
    (table,) = read_sources([path], limits=LIMITS)
    assert table.crs == "EPSG:4547"
    assert {name: list(column) for name, column in table.attributes.items()} == {
        "text": ["文字", None],
        "whole": [1, None],
        "real": [1.5, None],
        "yes": [True, None],
        "none": [None, None],
    }
    assert table.geometry[0].area == 40_000


def test_every_lock_is_on(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", parcels(1))
    assert "system-call filter" in read_with_notes([path], limits=LIMITS).isolation


def test_gzip_zip_folder_and_file_give_the_same(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "用地.geojson", parcels(4))
    packed = tmp_path / "a.geojson.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    archive = write_zip(tmp_path / "a.zip", {"甲/用地.geojson": path.read_bytes()})
    folder = tmp_path / "folder" / "甲"
    folder.mkdir(parents=True)
    (folder / "用地.geojson").write_bytes(path.read_bytes())
    (folder / "说明.pdf").write_bytes(b"%PDF")
    for source in (path, packed, archive, tmp_path / "folder"):
        (table,) = read_sources([source], limits=LIMITS)
        assert len(table) == 4, source


def test_several_sources_keep_their_order(tmp_path: Path) -> None:
    paths = [write_geojson(tmp_path / f"{n}.geojson", parcels(n + 1)) for n in range(3)]
    assert [len(table) for table in read_sources(paths, limits=LIMITS)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("gb18030", ["城镇住宅用地", "永久基本农田", "公园绿地", "机关团体用地"]),
        ("UTF-8", ["城镇住宅用地", "永久基本农田", "公园绿地", "机关团体用地"]),
        ("Big5", ["桃園市都市計畫", "第一種住宅區", "公園用地", "學校用地"]),
    ],
)
def test_a_shapefile_without_cpg_comes_out_readable(
    tmp_path: Path, encoding: str, names: list[str]
) -> None:
    path = write_shapefile(tmp_path / "a.shp", names, encoding)
    (table,) = read_sources([path], limits=LIMITS)
    assert {name: list(column) for name, column in table.attributes.items()} == {
        "分區" if encoding == "Big5" else "名称": names
    }


def test_a_wrong_cpg_does_not_garble(tmp_path: Path) -> None:
    names = ["城镇住宅用地", "永久基本农田", "公园绿地", "机关团体用地"]
    path = write_shapefile(tmp_path / "a.shp", names, "gb18030", cpg="ISO-8859-1")
    (table,) = read_sources([path], limits=LIMITS)
    assert list(table.attributes["名称"]) == names


def test_an_ambiguous_table_is_refused_and_the_option_mends_it(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "a.shp", ["甪直"], "gb18030")
    with pytest.raises(EncodingUnknown) as caught:
        read_sources([path], limits=LIMITS)
    assert "--encoding" in caught.value.mend_en
    (table,) = read_sources([path], limits=LIMITS, encoding_override="gbk")
    assert list(table.attributes["名称"]) == ["甪直"]


def test_an_encoding_that_does_not_fit_or_exist_is_refused(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "a.shp", ["城镇住宅用地"], "gb18030")
    for stated in ("utf-8", "no-such-encoding"):
        with pytest.raises(EncodingUnknown):
            read_sources([path], limits=LIMITS, encoding_override=stated)


def test_geojson_in_big5_is_recoded_before_it_is_parsed(tmp_path: Path) -> None:
    """Characters like 許功蓋 end in the byte of a backslash in Big5: it must not be parsed first."""
    path = write_geojson(tmp_path / "a.geojson", [feature(square(0, 0), 名稱="信義計畫區許功蓋")])
    path.write_bytes(path.read_text("utf-8").encode("big5"))
    (table,) = read_sources([path], limits=LIMITS)
    assert list(table.attributes["名稱"]) == ["信義計畫區許功蓋"]


def test_fields_of_one_name_are_kept_apart(tmp_path: Path) -> None:
    text = "x,y,WKT,A,A\n1,2,POINT (1 2),one,two\n"
    (tmp_path / "a.csv").write_text(text)
    (table,) = read_sources([tmp_path / "a.csv"], limits=LIMITS)
    values = {str(column[0]) for column in table.attributes.values()}
    assert {"one", "two"} <= values


# --- limits -----------------------------------------------------------------------------------


def test_too_many_features_are_refused(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", parcels(5))
    with pytest.raises(SourceTooLarge):
        read_sources([path], limits=Limits(max_features=4))


def test_too_many_vertices_are_refused(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", parcels(5))
    with pytest.raises(SourceTooLarge):
        read_sources([path], limits=Limits(max_vertices=20))


def test_too_many_bytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", parcels(50))
    packed = tmp_path / "a.geojson.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    for source in (path, packed):
        with pytest.raises(SourceTooLarge):
            read_sources([source], limits=Limits(source_bytes=1000))


def test_memory_beyond_the_limit_ends_only_the_child(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", parcels(20_000))
    with pytest.raises((SourceTooLarge, SourceCrashed, SourceUnreadable)):
        read_sources([path], limits=Limits(memory_bytes=200 * MIB))


def test_a_reading_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", parcels(20_000))
    started = time.monotonic()
    with pytest.raises(SourceTimeout) as caught:
        read_sources([path], limits=Limits(seconds=0.3))
    assert caught.value.where == ("" if not caught.value.where else "a.geojson")
    assert time.monotonic() - started < 10


def test_a_result_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", parcels(2000))
    with pytest.raises((SourceTooLarge, SourceCrashed, SourceUnreadable)):
        read_sources([path], limits=Limits(result_bytes=10_000))


# --- hostile files ----------------------------------------------------------------------------


@contextmanager
def web_server() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine that notes who comes."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


KML = """<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<NetworkLink><Link><href>{url}/link.kml</href></Link></NetworkLink>
<Placemark><styleUrl>{url}/style.kml#a</styleUrl><Point><coordinates>114,30</coordinates></Point>
</Placemark></Document></kml>"""
GML = """<?xml version="1.0"?><ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/"
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:gml="http://www.opengis.net/gml"
xmlns:xlink="http://www.w3.org/1999/xlink" xsi:schemaLocation="http://ogr.maptools.org/ {url}/a.xsd">
<gml:featureMember><ogr:a fid="a.0"><ogr:geometryProperty><gml:Point srsName="EPSG:4490">
<gml:pos>30 114</gml:pos></gml:Point></ogr:geometryProperty><ogr:link xlink:href="{url}/x.gml"/>
</ogr:a></gml:featureMember></ogr:FeatureCollection>"""
VRT = """<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{url}</SrcDataSource>
<SrcLayer>a</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"""
XXE = """<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY secret SYSTEM "file://{path}">]>
<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>&secret;</name>
<Point><coordinates>114,30</coordinates></Point></Placemark></kml>"""


@pytest.mark.parametrize(("name", "text"), [("a.kml", KML), ("a.gml", GML), ("a.vrt", VRT)])
def test_a_source_that_points_to_a_server_reaches_nobody(
    tmp_path: Path, name: str, text: str
) -> None:
    with web_server() as (url, asked):
        (tmp_path / name).write_text(text.format(url=url))
        try:
            read_sources([tmp_path / name], limits=LIMITS)
        except SourceUnreadable:
            assert name == "a.vrt"
        assert asked == []


def test_a_vrt_does_not_open_other_files(tmp_path: Path) -> None:
    other = write_geojson(tmp_path / "other.geojson", parcels(1))
    (tmp_path / "a.vrt").write_text(VRT.format(url=other))
    with pytest.raises(SourceUnreadable):
        read_sources([tmp_path / "a.vrt"], limits=LIMITS)


def test_an_external_entity_does_not_read_other_files(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("TOP-SECRET")
    (tmp_path / "a.kml").write_text(XXE.format(path=tmp_path / "secret.txt"))
    try:
        found = repr([t.attributes for t in read_sources([tmp_path / "a.kml"], limits=LIMITS)])
    except SourceUnreadable as refusal:
        found = str(refusal)
    assert "TOP-SECRET" not in found


def test_a_seamless_mapinfo_table_does_not_lead_to_other_files(tmp_path: Path) -> None:
    (tmp_path / "a.tab").write_text(
        '!table\n!version 100\nDefinition Table\n  Type SEAMLESS Charset "Neutral"\n'
        f'  File "{tmp_path}/other.tab"\n  Fields 1\n    Table Char (254) ;\n'
    )
    with pytest.raises((SourceUnreadable, SourceCrashed)):
        read_sources([tmp_path / "a.tab"], limits=LIMITS)


@pytest.mark.data
@pytest.mark.parametrize("name", CRASHING)
def test_a_file_that_crashes_the_reader_ends_only_the_child(shared_data: Path, name: str) -> None:
    with pytest.raises(SourceCrashed) as caught:
        read_sources([shared_data / "04-messy-vector" / name], limits=LIMITS)
    assert caught.value.where == Path(name).name
    assert "SIGSEGV" in caught.value.en


@pytest.mark.data
def test_the_entity_bomb_is_refused(shared_data: Path) -> None:
    bomb = shared_data / "04-messy-vector" / "kml" / "kml__billion.kml"
    with pytest.raises((SourceUnreadable, SourceTimeout, SourceTooLarge)):
        read_sources([bomb], limits=Limits(seconds=20))


def test_archives_within_archives_are_refused(tmp_path: Path) -> None:
    inner = write_zip(tmp_path / "inner.zip", {"a.geojson": b"{}"})
    outer = write_zip(tmp_path / "outer.zip", {"inner.zip": inner.read_bytes()})
    with pytest.raises(NestedArchive):
        read_sources([outer], limits=LIMITS)


def test_zips_and_folders_that_lead_outside_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PathOutside):
        read_sources([write_zip(tmp_path / "a.zip", {"../a.geojson": b"{}"})], limits=LIMITS)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.geojson").symlink_to("/etc/passwd")
    with pytest.raises(SymlinkEntry):
        read_sources([tmp_path / "folder"], limits=LIMITS)


def test_a_damaged_gzip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.geojson.gz").write_bytes(gzip.compress(b"{}" * 1000)[:20])
    with pytest.raises(BadArchive):
        read_sources([tmp_path / "a.geojson.gz"], limits=LIMITS)


@pytest.mark.parametrize("name", ["a.geojson", "a.shp", "a.gpkg", "a.dxf", "a.kml", "a.fgb", "a"])
def test_nonsense_and_nothing_are_refused(tmp_path: Path, name: str) -> None:
    for content in (b"", b"\x00" * 100, b"nonsense " * 20):
        (tmp_path / name).write_bytes(content)
        with pytest.raises((SourceUnreadable, SourceCrashed)):
            read_sources([tmp_path / name], limits=LIMITS)


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "none.shp", tmp_path / "empty"):
        with pytest.raises(SourceUnreadable):
            read_sources([path], limits=LIMITS)


def test_a_shapefile_cut_short_is_refused(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "a.shp", ["甲地", "乙地", "丙地", "丁地"] * 20, "UTF-8")
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    with pytest.raises((SourceUnreadable, SourceCrashed)):
        read_sources([path], limits=LIMITS)
