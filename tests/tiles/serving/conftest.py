"""A published folder with one real archive, and the tile endpoint in front of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import numpy as np
import pytest
import shapely
from pmtiles.tile import tileid_to_zxy

from tiles.desensitise.features import FeatureTable
from tiles.pyramid.archive import Archive
from tiles.pyramid.build import build_archive
from tiles.pyramid.layer_spec import LayerSpec
from tiles.releases.directory import (
    Directory,
    PublishedLayer,
    PublishedRelease,
    write_directory,
)
from tiles.serving.application import TileApplication

RELEASE = "r20260101000000-0a1b2c3d"
OLD_RELEASE = "r20250101000000-99999999"

PROFILE: dict[str, Any] = {
    "layer": {
        "code": "landuse",
        "title": "规划用地用海",
        "title_en": "Planned land and sea use",
        "geometry": "polygon",
        "category": "plan",
        "order": 10,
        "visible": True,
        "review_number": "示审图〔2026〕001号",
        "licence": "开放",
        "source": "示例市",
    },
    "style": {"theme": "landuse", "class_field": "YDYHFLDM", "label_field": "YDYHFLMC"},
    "zooms": {"min": 10, "max": 13},
    "attribute": [
        {"name": "YDYHFLDM", "title": "用地用海分类代码", "title_en": "Class code", "type": "text"},
        {"name": "YDYHFLMC", "title": "分类名称", "type": "text"},
    ],
}


@dataclass
class Reply:
    """What a WSGI application answered."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Site:
    """A published folder and the application that serves it."""

    folder: Path
    application: Any
    tile: tuple[int, int, int]
    calls: list[str] = field(default_factory=list)

    @property
    def archive(self) -> Path:
        return self.folder / "landuse" / RELEASE / "WebMercatorQuad.pmtiles"

    def path(self, release: str = RELEASE, layer: str = "landuse") -> str:
        z, x, y = self.tile
        return f"/tiles/{layer}/{release}/{z}/{x}/{y}.mvt"

    def get(self, path: str | None = None, method: str = "GET", **headers: str) -> Reply:
        """One request through the WSGI validator; header names with underscores."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path or self.path(),
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
        }
        setup_testing_defaults(environ)
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        heard: list[Any] = []

        def start(status: str, fields: list[tuple[str, str]], exc_info: object = None) -> Any:
            heard[:] = [int(status[:3]), dict(fields)]
            return lambda data: None

        result = validator(self.application)(environ, start)
        body = b"".join(result)
        result.close()
        return Reply(heard[0], heard[1], body)

    def publish(self, *releases: PublishedRelease, current: str = RELEASE) -> None:
        """Write the directory with these releases of the one layer."""
        layer = PublishedLayer(
            "landuse", current, PROFILE, {item.release: item for item in releases}
        )
        write_directory(self.folder, Directory({"landuse": layer}))


def release(name: str = RELEASE) -> PublishedRelease:
    return PublishedRelease(
        name, archives={"WebMercatorQuad": f"landuse/{name}/WebMercatorQuad.pmtiles"}
    )


def two_islands() -> FeatureTable:
    """Two groups of blocks far apart, so that tiles between them are empty."""
    shapes = [
        shapely.box(114 + x, 30 + y, 114 + x + 0.01, 30 + y + 0.01)
        for x in (0, 0.01, 0.3, 0.31)
        for y in (0, 0.01, 0.3, 0.31)
    ]
    codes = ["0701", "0901", "1401", "1207"] * 4
    names = ["城镇住宅用地", "商业用地", "公园绿地", "城镇道路用地"] * 4
    return FeatureTable(
        np.array(shapes, dtype=object),
        {
            "YDYHFLDM": np.array(codes, dtype=object),
            "YDYHFLMC": np.array(names, dtype=object),
        },
        "EPSG:4490",
    )


@pytest.fixture(scope="session")
def built_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("built") / "islands.pmtiles"
    build_archive(two_islands(), LayerSpec.from_profile(PROFILE), out, threads=1)
    return out


@pytest.fixture
def add_archive(tmp_path: Path, built_archive: Path) -> Callable[[str], Path]:
    def add(name: str) -> Path:
        path = tmp_path / "published" / "landuse" / name / "WebMercatorQuad.pmtiles"
        path.parent.mkdir(parents=True)
        shutil.copy(built_archive, path)
        return path

    return add


@pytest.fixture
def site(tmp_path: Path, add_archive: Callable[[str], Path]) -> Iterator[Site]:
    path = add_archive(RELEASE)
    archive = Archive(path)
    tile = tileid_to_zxy(archive.tile_ids()[-1])
    archive.close()
    found = Site(tmp_path / "published", None, tile)

    def fallback(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        found.calls.append(environ["PATH_INFO"])
        start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", "6")])
        return [b"django"]

    found.publish(release())
    found.application = TileApplication(found.folder, fallback)
    yield found
    found.application.published.close()
