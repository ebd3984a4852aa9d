"""Real plans of a real city go the whole way: packed, imported, approved, drawn at their place."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import mapbox_vector_tile
import mercantile
import pytest

from tests.factories.installation import Installation
from tests.factories.officials import APPROVER
from tests.factories.packages import Node
from tests.journeys.browser import picture, share, watched

pytestmark = [pytest.mark.data, pytest.mark.slow]

TAOYUAN = "01-landuse/tw-taoyuan-zones-raw.zip"
COUNTIES = "01-landuse/tw-zones-14-counties-merged.geojson.gz"
PROFILE = """
version = 1
[layer]
code = "{code}"
title = "都市計畫使用分區"
title_en = "Urban plan zones"
geometry = "polygon"
coverage = false
category = "plan"
order = 10
visible = true
plan = "測試資料"
review_number = "测试用图"
data_date = "2020-12-31"
licence = "测试"
source = "测试"
[style]
theme = "single"
color = "#b5651d"
label_field = "使用分"
[zooms]
min = 8
max = 14
[ground]
crs = "EPSG:3826"
grid = 10.0
min_area = 100.0
[[attribute]]
name = "計畫區"
title = "計畫區"
type = "text"
rule = "scrub"
max_length = 60
[[attribute]]
name = "使用分"
title = "使用分區"
type = "text"
rule = "scrub"
max_length = 60
[[attribute]]
name = "容積率"
title = "容積率"
type = "text"
rule = "scrub"
max_length = 40
[quality]
max_total_area_change = 0.02
max_feature_area_change = 0.9
[secret]
restricted_margin = 0.0
"""


def publish(portal: Installation, node: Node, source: Path, code: str) -> dict:
    """The whole way by the commands; prints time and peak memory of each step."""
    profile = node.folder / f"{code}.toml"
    profile.write_text(PROFILE.format(code=code), "utf-8")
    package = node.folder / f"{code}.zip"
    keys = [part for key in node.keys for part in ("--sign", str(key))]
    packed = portal.manage_json(
        "release_pack", str(source), "--layer", code, "--profile", str(profile),
        "--out", str(package), *keys,
    )  # fmt: skip
    imported = portal.manage_json("release_import", str(package))
    approved = portal.manage_json("release_approve", imported["id"], "--by", "approver")
    for name, result in (("pack", packed), ("import", imported), ("approve", approved)):
        for step in result["steps"]:
            print(
                f"{code:9} {name:8} {step['step']:<14} {step['seconds']:7.1f} s"
                f" {step['peak_mib']:7.0f} MiB, reader {step['reader_peak_mib']:.0f} MiB"
            )
    return {"packed": packed, "release": approved}


@pytest.fixture
def portal(installation: Installation, tmp_path: Path) -> tuple[Installation, Node]:
    node = Node.make(tmp_path / "node")
    shutil.copyfile(node.trust, installation.folder / "trust.json")
    installation.shell(APPROVER)
    return installation, node


@pytest.mark.browser
def test_the_plans_of_taoyuan_show_at_their_place(portal, shared_data, chromium):
    installation, node = portal
    done = publish(installation, node, shared_data / TAOYUAN, "taoyuan")
    quality = done["packed"]["quality"]
    assert len({part["source"] for part in quality["sources"]}) == 28
    assert sum(part["rows"] for part in quality["sources"]) == 7770
    assert len(quality["repairs"]) == 7
    assert all(repair["reason"] for repair in quality["repairs"])
    west, south, east, north = done["release"]["bounds"]
    assert 120.9 < west < east < 121.6
    assert 24.5 < south < north < 25.2
    with installation.serving():
        find_in_a_tile(installation, done["release"], (121.30, 24.99))
        with watched(chromium, installation.url) as seen:
            seen.open("/map/?c=121.30,24.99,13&p=121.3006,24.9936")
            seen.wait_for_map()
            seen.page.locator("[data-answer]").wait_for(timeout=30_000)
            assert "使用分區" in seen.page.locator("[data-answer]").inner_text()
            zones = (0xB5, 0x65, 0x1D)
            assert share(picture(seen), zones, 90) > 0.2, "the zones are drawn"
            seen.assert_clean()


def find_in_a_tile(portal: Installation, release: dict, place: tuple[float, float]) -> None:
    """The tile over a place carries the layer with readable Chinese attributes."""
    tile = mercantile.tile(*place, 14)
    answer = portal.get(
        f"/tiles/{release['layer']}/{release['id']}/{tile.z}/{tile.x}/{tile.y}.mvt",
        Accept_Encoding="gzip",
    )
    assert answer.status == 200
    layer = mapbox_vector_tile.decode(gzip.decompress(answer.body))[release["layer"]]
    zones = {feature["properties"].get("使用分", "") for feature in layer["features"]}
    assert any("住宅區" in zone for zone in zones), zones


def test_forty_five_thousand_zones_of_fourteen_counties(portal, shared_data):
    installation, node = portal
    done = publish(installation, node, shared_data / COUNTIES, "counties")
    assert done["packed"]["feature_count"] > 40_000
    assert len(done["packed"]["quality"]["repairs"]) == 29
    listed = installation.manage_json("release_list")["releases"][0]
    assert listed["current"]
    assert listed["features"] == done["packed"]["feature_count"]
    print(json.dumps({"features": listed["features"], "dropped": done["packed"]["desensitised"]}))
