"""Makes small sources, profiles and packages, right ones and wrong ones."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tiles.packages.keys import load_private_key
from tiles.packages.manifest import (
    ALL_FILES,
    MANIFEST,
    SIGNATURES,
    FileEntry,
    Manifest,
    parse_manifest,
)
from tiles.packages.signing import sign_manifest

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
CRS = "EPSG:4547"
# A grid of parcels near the centre of the zone of EPSG:4547.
WEST, SOUTH, SIDE = 500_000.0, 3_400_000.0, 200.0

PROFILE = """
version = 1
[layer]
code = "{code}"
title = "示例图层"
title_en = "Example layer"
geometry = "{geometry}"
coverage = {coverage}
review_number = "示审图〔2026〕001号"
[zooms]
min = 8
max = 14
[ground]
crs = "{crs}"
grid = {grid}
min_area = 100.0
{attributes}
[quality]
{quality}
[secret]
restricted_margin = 50.0
salt = "salt of the tests"
"""
ATTRIBUTES = """
[[attribute]]
name = "code"
title = "用地代码"
source = "YDYHFLDM"
type = "text"
rule = "code"
level = 4
domain = "landuse_2023"
[[attribute]]
name = "far"
title = "容积率"
source = "RJL"
type = "number"
rule = "round"
step = 0.1
minimum = 0.0
maximum = 20.0
"""


def write_profile(path: Path, **changes: str) -> Path:
    """A profile file; ``changes`` replace the parts of ``PROFILE``."""
    parts = {
        "code": "landuse",
        "geometry": "polygon",
        "coverage": "true",
        "crs": CRS,
        "grid": "10.0",
        "attributes": ATTRIBUTES,
        "quality": "",
    }
    path.write_text(PROFILE.format(**(parts | changes)), "utf-8")
    return path


def square(column: int, row: int, side: float = SIDE) -> list[list[list[float]]]:
    """The coordinates of one parcel of the grid."""
    x, y = WEST + column * side, SOUTH + row * side
    return [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]


def parcels(count: int = 16) -> list[dict[str, Any]]:
    """Parcels of four land-use classes with the indicators and the owner of each."""
    codes = ("070102", "0901", "1401", "1207")
    return [
        feature(
            square(number % 4, number // 4),
            YDYHFLDM=codes[number % 4],
            RJL=1.0 + number % 4,
            QSDW=f"权利人-{number:03d}-不得外传",
        )
        for number in range(count)
    ]


def feature(coordinates: Any, geometry: str = "Polygon", **properties: Any) -> dict[str, Any]:
    """One GeoJSON feature."""
    shape = {"type": geometry, "coordinates": coordinates} if coordinates is not None else None
    return {"type": "Feature", "properties": properties, "geometry": shape}


def write_geojson(path: Path, features: Sequence[Mapping[str, Any]], crs: str | None = CRS) -> Path:
    """A GeoJSON file in ``crs`` (the old ``crs`` member, which GDAL reads)."""
    document: dict[str, Any] = {"type": "FeatureCollection"}
    if crs:
        name = f"urn:ogc:def:crs:EPSG::{crs.removeprefix('EPSG:')}"
        document["crs"] = {"type": "name", "properties": {"name": name}}
    document["features"] = list(features)
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return path


def contents(package: Path) -> dict[str, bytes]:
    """All files of a package by name."""
    with zipfile.ZipFile(package) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_zip(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def resigned(
    package: Path,
    target: Path,
    keys: Sequence[Path],
    change: Callable[[dict[str, bytes]], None] = lambda files: None,
    **manifest_changes: Any,
) -> Path:
    """A hand-made package: ``change`` the files, then hash and sign them as a signer could."""
    files = contents(package)
    change(files)
    manifest = parse_manifest(files[MANIFEST])
    entries = tuple(
        FileEntry(entry.path, hashlib.sha256(files[entry.path]).hexdigest(), len(files[entry.path]))
        for entry in manifest.files
    )
    manifest = replace(manifest, **({"files": entries} | manifest_changes))
    files[MANIFEST] = manifest.to_bytes()
    files[SIGNATURES] = sign_manifest(files[MANIFEST], [load_private_key(key) for key in keys])
    return write_zip(target, {name: files[name] for name in ALL_FILES})


def example_manifest(**changes: Any) -> Manifest:
    """A well-formed manifest of no particular package."""
    names = [name for name in ALL_FILES if name not in (MANIFEST, SIGNATURES)]
    return replace(
        Manifest(
            layer="landuse",
            version=20261122080000,
            created=NOW,
            expires=NOW + timedelta(days=90),
            feature_count=3,
            crs=CRS,
            files=tuple(FileEntry(name, "0" * 64, 1) for name in names),
        ),
        **changes,
    )
