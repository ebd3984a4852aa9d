"""What must never get out is in no byte of anything that the portal wrote."""

from __future__ import annotations

import gzip
import json
import shutil
import tomllib
import zlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.factories.installation import Installation
from tests.factories.officials import APPROVER
from tests.factories.packages import Node
from tests.tiles.packages.making import resigned
from tiles.desensitise.profile import parse_profile
from tiles.packages.feature_file import read_features, write_features
from tiles.packages.limits import Limits

pytestmark = [pytest.mark.data, pytest.mark.slow]

LOTS = "01-landuse/nyc-mappluto-16v1-brooklyn-1200.geojson.gz"
SECRET_FIELDS = ("OwnerName", "Address")
PROFILE = """
version = 1
[layer]
code = "lots"
title = "地块"
title_en = "Lots"
geometry = "polygon"
coverage = false
category = "plan"
order = 10
visible = true
review_number = "测试用图"
data_date = "2016-01-01"
licence = "测试"
source = "测试"
[style]
theme = "single"
color = "#b5651d"
[zooms]
min = 12
max = 14
[ground]
crs = "EPSG:32618"
grid = 10.0
min_area = 100.0
[[attribute]]
name = "LandUse"
title = "用途"
type = "text"
rule = "scrub"
max_length = 4
[[attribute]]
name = "NumFloors"
title = "层数"
type = "number"
rule = "round"
step = 1.0
[[attribute]]
name = "ZoneDist1"
title = "分区"
type = "text"
rule = "scrub"
max_length = 12
{more}
[quality]
max_total_area_change = 0.05
max_feature_area_change = 1.0
[secret]
restricted_margin = 0.0
"""
OWNERS = """
[[attribute]]
name = "OwnerName"
title = "权利人"
type = "text"
rule = "as_is"
max_length = 200
[[attribute]]
name = "Address"
title = "地址"
type = "text"
rule = "as_is"
max_length = 200
"""


def secrets_of(source: Path) -> set[bytes]:
    """Every owner and address; those of fewer than six letters would be found by chance."""
    features = json.loads(gzip.decompress(source.read_bytes()))["features"]
    values = {feature["properties"].get(name) for feature in features for name in SECRET_FIELDS}
    return {value.encode() for value in values if value and len(value) >= 6}


def inflated(data: bytes) -> bytes:
    """A file's bytes, and everything in it that is deflated: gzip members and zip entries."""
    parts = [data]
    start = 0
    while (found := data.find(b"\x1f\x8b\x08", start)) >= 0:
        reader = zlib.decompressobj(wbits=31)
        with suppress(zlib.error):  # bytes that only look like gzip
            parts.append(reader.decompress(data[found:]))
        start = found + 1
    start = 0
    while (found := data.find(b"PK\x03\x04", start)) >= 0:
        header = data[found : found + 30]
        body = (
            found
            + 30
            + int.from_bytes(header[26:28], "little")
            + int.from_bytes(header[28:30], "little")
        )
        reader = zlib.decompressobj(wbits=-15)
        with suppress(zlib.error):  # a stored entry
            parts.append(reader.decompress(data[body:]))
        start = found + 1
    return b"\0".join(parts)


def leaks(folders: list[Path], secrets: set[bytes]) -> list[str]:
    found = []
    for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        data = inflated(path.read_bytes())
        hits = sum(secret in data for secret in secrets)
        if hits:
            found.append(f"{path.name}: {hits}")
    return found


def database_dump(portal: Installation, folder: Path) -> None:
    """The database as text; a PostgreSQL cluster's files are not ours to read."""
    done = portal.manage("dumpdata", "--natural-foreign")
    (folder / "dump.json").write_text(done.stdout, "utf-8")


def forge(node: Node, source: Path) -> Path:
    """Sign a package whose features carry owners, as a careless internal node might."""
    profile = parse_profile(tomllib.loads(PROFILE.format(more=OWNERS)))
    raw = json.loads(gzip.decompress(source.read_bytes()))["features"]

    def add_owners(files: dict[str, bytes]) -> None:
        path = node.folder / "features.fgb"
        path.write_bytes(files["features.fgb"])
        table = read_features(path, Limits())
        stolen = {
            name: np.array([raw[row]["properties"][name] for row in range(len(table))], object)
            for name in SECRET_FIELDS
        }
        path.unlink()
        write_features(path, replace(table, attributes={**table.attributes, **stolen}), profile)
        files["features.fgb"] = path.read_bytes()
        files["profile.json"] = json.dumps(profile.public()).encode()
        path.unlink()

    target = node.folder.parent / "forged" / "lots.zip"
    target.parent.mkdir()
    return resigned(node.folder / "lots.zip", target, node.keys[:2], add_owners)


@pytest.fixture
def portal(installation: Installation, tmp_path: Path) -> tuple[Installation, Node]:
    node = Node.make(tmp_path / "node")
    shutil.copyfile(node.trust, installation.folder / "trust.json")
    installation.shell(APPROVER)
    return installation, node


def pack_arguments(node: Node, source: Path, more: str) -> list[str]:
    profile = node.folder / "lots.toml"
    profile.write_text(PROFILE.format(more=more), "utf-8")
    keys = [part for key in node.keys for part in ("--sign", str(key))]
    return ["release_pack", str(source), "--layer", "lots", "--profile", str(profile),
            "--out", str(node.folder / "lots.zip"), *keys]  # fmt: skip


def test_no_owner_and_no_address_is_left_anywhere(portal, shared_data, tmp_path):
    installation, node = portal
    source = shared_data / LOTS
    secrets = secrets_of(source)
    assert len(secrets) > 1000
    installation.manage_json(*pack_arguments(node, source, ""))
    release = installation.manage_json("release_import", str(node.folder / "lots.zip"))["id"]
    installation.manage_json("release_approve", release, "--by", "approver")
    with installation.serving():
        box = installation.get("/tiles/lots/tilejson.json").json()["bounds"]
        middle = f"lon={(box[0] + box[2]) / 2}&lat={(box[1] + box[3]) / 2}"
        assert installation.get(f"/map/here/?{middle}").status == 200
        assert installation.get(f"/api/v1/here?{middle}").status == 200
    dump = tmp_path / "dump"
    dump.mkdir()
    database_dump(installation, dump)
    assert leaks([installation.folder, node.folder, dump], secrets) == []


def test_the_search_itself_finds_what_is_hidden_in_archives(tmp_path):
    (tmp_path / "a.bin").write_bytes(b"xx" + gzip.compress(b"SECRET OWNER LLC") + b"yy")
    shutil.make_archive(str(tmp_path / "b"), "zip", tmp_path, "a.bin")
    assert leaks([tmp_path], {b"SECRET OWNER LLC"})[0].startswith("a.bin")


def test_a_signed_package_with_owners_is_refused_and_leaves_nothing(portal, shared_data, tmp_path):
    installation, node = portal
    secrets = secrets_of(shared_data / LOTS)
    installation.manage_json(*pack_arguments(node, shared_data / LOTS, ""))
    package = forge(node, shared_data / LOTS)
    assert leaks([package.parent], secrets), "the package does carry them"
    done = installation.manage_json("release_import", str(package), check=False)
    assert done["refused"]["code"] in {"above_floor", "personal_data"}
    assert not package.exists()
    dump = tmp_path / "dump"
    dump.mkdir()
    database_dump(installation, dump)
    assert leaks([installation.folder, dump], secrets) == []
    incidents = installation.shell(
        "from tiles.releases.models import Incident; print(Incident.objects.count())"
    )
    assert incidents == "1"
    assert installation.manage_json("release_list")["releases"] == []
