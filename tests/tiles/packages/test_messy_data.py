"""Every file of the messy collection through the whole packing: packed, or refused clearly."""

from __future__ import annotations

import csv
import multiprocessing
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tiles.packages import making
from tests.tiles.packages.conftest import Signers
from tiles.desensitise.errors import Refusal
from tiles.packages.limits import Limits
from tiles.packages.pack import SourceOptions, pack
from tiles.packages.sources import read_sources

SIDECARS = frozenset((".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".xsd"))
WRONG = ("unclear", "unexpected")
KINDS = {"Point": "point", "LineString": "line", "Polygon": "polygon"}


@dataclass(frozen=True)
class Outcome:
    """What became of one file: ``packed`` or the code of the refusal."""

    name: str
    result: str
    sentence: str = ""
    left: tuple[str, ...] = ()


def _inputs(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        sidecar = path.suffix.lower() in SIDECARS and path.with_suffix(".shp").exists()
        if path.is_file() and not sidecar:
            yield path


def _kinds(data: Path) -> dict[str, str]:
    """The geometry type of each file's first layer by the collection's own table."""
    kinds: dict[str, str] = {}
    with (data / "VECTOR-SCHEMA.tsv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            plain = (row["geometry"] or "").removeprefix("Multi").split(" ")[0]
            if plain in KINDS:
                kinds.setdefault(row["file"].split("!")[0], KINDS[plain])
    return kinds


def _kind(kinds: dict[str, str], name: str) -> str:
    """Where the table says nothing: placemarks in KML are mostly points."""
    return kinds.get(name, "point" if name.endswith((".kml", ".kmz")) else "polygon")


def _try_to_pack(job: tuple[Path, str, tuple[Path, ...], Path]) -> Outcome:
    source, kind, keys, folder = job
    with tempfile.TemporaryDirectory(dir=folder) as own:
        tempfile.tempdir = own
        profile = making.write_profile(
            Path(own) / "profile.toml",
            geometry=kind,
            coverage="false",
            crs="EPSG:3857",
            attributes="",
        )
        out = Path(own) / "out.zip"
        kept = {out.name, profile.name}
        try:
            pack(
                [source],
                layer="landuse",
                profile=profile,
                out=out,
                keys=keys,
                now=making.NOW,
                options=SourceOptions(),
                limits=Limits(seconds=30),
            )
            result, sentence = "packed", ""
        except Refusal as refusal:
            kept.discard(out.name)
            complete = bool(refusal.zh and refusal.en)
            result, sentence = refusal.code if complete else "unclear", refusal.en
        except Exception as error:  # noqa: BLE001 - the very thing that must not happen
            kept.discard(out.name)
            result, sentence = "unexpected", repr(error)
        left = tuple(path.name for path in Path(own).iterdir() if path.name not in kept)
    return Outcome(source.name, result, sentence, left)


@pytest.mark.data
@pytest.mark.slow
def test_every_messy_file_packs_or_is_refused_clearly(
    shared_data: Path, signers: Signers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shared_data / "04-messy-vector"
    kinds = _kinds(shared_data)
    jobs = [
        (path, _kind(kinds, str(path.relative_to(shared_data))), signers.keys[:2], tmp_path)
        for path in _inputs(folder)
    ]
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        outcomes = list(pool.map(_try_to_pack, jobs, chunksize=4))
    counts = Counter(outcome.result for outcome in outcomes)
    with capsys.disabled():
        print(f"\n{len(outcomes)} files of the messy collection")
        for result, count in counts.most_common():
            print(f"{count:5d}  {result}")
    assert [outcome for outcome in outcomes if outcome.left or outcome.result in WRONG] == []
    assert counts["packed"] >= 60
    assert counts["source_crashed"] <= 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "column", "values"),
    [
        (
            "derived_taoyuan_H0101_gbk_noprj_nocpg.zip",
            "使用分",
            {"住宅區", "商業區", "公園用地"},
        ),
        ("china_provinces_utf8dbf_nocpg.zip", "FCNAME", {"黑龙江省", "内蒙古自治区", "西藏自治区"}),
        ("mapshaper/dbf/ldid/chinese.shp", "NAME", {"简体"}),
        ("mapshaper/dbf/cpg/big5.shp", "NAME", {"國語"}),
        ("mapshaper/shapefile/utf8-property.shp", "☃", {"ηελλο ςορλδ"}),
        ("mapshaper/shapefile/latin1-property.shp", "name", {"México"}),
        ("../03-constraints/taipei_mrt_shp_big5", "RouteName", {"淡水線", "新店線"}),
    ],
)
def test_text_of_every_encoding_comes_out_readable(
    shared_data: Path, name: str, column: str, values: set[str]
) -> None:
    source = shared_data / "04-messy-vector" / name
    tables = read_sources([source], limits=Limits(seconds=60))
    found = {value for table in tables for value in table.attributes.get(column, ())}
    assert values <= found


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("koi8r", "русский"),
        ("euckr", "한국말"),
        ("win1251", "РУССКИЙ"),
        ("latin2", "čeština"),
        ("win874", "ภาษาไทย"),
    ],
)
def test_tables_with_a_true_declaration_are_read_by_it(
    shared_data: Path, tmp_path: Path, name: str, value: str
) -> None:
    folder = shared_data / "04-messy-vector" / "mapshaper" / "dbf" / "cpg"
    for source, ending in (("big5", ".shp"), ("big5", ".shx"), (name, ".dbf"), (name, ".cpg")):
        shutil.copyfile(folder / f"{source}{ending}", tmp_path / f"a{ending}")
    (table,) = read_sources([tmp_path / "a.shp"], limits=Limits(seconds=60))
    assert list(table.attributes["NAME"]) == [value]
