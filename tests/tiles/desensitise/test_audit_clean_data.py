"""No false alarm: real layers, desensitised and tiled honestly, pass the whole audit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pytest
import shapely

from tiles.desensitise.audit import audit_difference, audit_outputs, audit_public
from tiles.desensitise.desensitise import desensitise
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import Profile, parse_profile
from tiles.pyramid.build import build_archive
from tiles.pyramid.layer_spec import LayerSpec

pytestmark = pytest.mark.data
GRIDS = ("WebMercatorQuad", "CGCS2000Quad")


def _read(path: str, crs: str) -> FeatureTable:
    meta, _, geometry, columns = pyogrio.raw.read(path)
    names = zip(meta["fields"], columns, strict=True)
    attributes = {name: values.astype(object) for name, values in names}
    return FeatureTable(np.asarray(shapely.from_wkb(geometry)), attributes, crs, path)


def _profile(crs: str, kind: str, name: str, *, coverage: bool) -> Profile:
    def text(target: str, source: str) -> dict[str, Any]:
        return {"name": target, "source": source, "title": "t", "type": "text", "rule": "scrub"}

    return parse_profile(
        {
            "version": 1,
            "layer": {"code": "zones", "title": "分区", "title_en": "Zones",
                      "geometry": "polygon", "coverage": coverage},
            "style": {"theme": "single", "class_field": "kind", "label_field": "name"},
            "zooms": {"min": 9, "max": 14},
            "ground": {"crs": crs, "grid": 10.0, "min_area": 100.0},
            "attribute": [text("kind", kind), text("name", name)],
        }
    )  # fmt: skip


def _assert_clean(raw: FeatureTable, profile: Profile, folder: Path) -> None:
    table = desensitise(raw, profile, None).table
    assert audit_public(table, profile).passed
    spec = LayerSpec.from_profile(profile.public())
    archives = {tms_id: folder / tms_id for tms_id in GRIDS}
    for tms_id, path in archives.items():
        build_archive(table, spec, path, tms_id=tms_id, threads=1)
    report = audit_outputs(archives, table, profile)
    assert report.passed, report.as_dict()
    assert report.checked["averaging"] > len(table)
    assert audit_difference(table, table, profile, same_profile=True).findings == ()


def test_tax_lots_of_brooklyn_pass(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "01-landuse" / "nyc-mappluto-16v1-brooklyn-1200.geojson.gz"
    profile = _profile("EPSG:32618", "LandUse", "ZoneDist1", coverage=True)
    _assert_clean(_read(f"/vsigzip/{path}", "EPSG:4326"), profile, tmp_path)


@pytest.mark.parametrize("plan", ["H0101", "H0307"])
@pytest.mark.parametrize("coverage", [True, False])
def test_plans_of_taoyuan_pass(
    shared_data: Path, tmp_path: Path, plan: str, coverage: bool
) -> None:
    path = shared_data / "01-landuse" / "tw-taoyuan-zones-raw.zip"
    profile = _profile("EPSG:3826", "分區類", "分區類", coverage=coverage)
    _assert_clean(_read(f"/vsizip/{path}/{plan}.json", "EPSG:3826"), profile, tmp_path)
