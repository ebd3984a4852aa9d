"""Real signed packages of small invented layers, made by the internal node's own tool."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio.raw
import shapely

from tiles.packages.keys import make_keys
from tiles.packages.pack import pack

ORIGIN = (500_000.0, 3_340_000.0)
"""South-west corner of the invented layer, EPSG:4547 metres (about 114.0 E, 30.18 N)."""

PROFILE = """
version = 1
[layer]
code = "{code}"
title = "{title}"
title_en = "Sample parcels"
geometry = "polygon"
coverage = true
category = "plan"
order = 10
visible = true
plan = "示例规划"
approval = "示批〔2026〕1号"
approved_on = "2026-01-05"
data_date = "2025-12-31"
review_number = "示审图〔2026〕009号"
licence = "示例许可"
source = "示例市自然资源和规划局"
[style]
theme = "landuse"
class_field = "YDYHFLDM"
label_field = "DKBH"
[zooms]
min = 11
max = {max_zoom}
[ground]
crs = "EPSG:4547"
grid = {grid}
min_area = 100.0
[[attribute]]
name = "YDYHFLDM"
title = "用地用海分类代码"
title_en = "Class code"
type = "text"
rule = "code"
level = 4
domain = "landuse_2023"
[[attribute]]
name = "DKBH"
title = "地块编号"
title_en = "Parcel"
type = "text"
rule = "scrub"
max_length = 20
[quality]
required = ["YDYHFLDM"]
[secret]
restricted_margin = 50.0
"""

CODES = np.array(["0701", "0901", "1401", "1207", "1001"], dtype=object)


@dataclass(frozen=True)
class Node:
    """An internal node in a folder: signing keys and what is packed there."""

    folder: Path

    @property
    def trust(self) -> Path:
        return self.folder / "keys" / "trust.json"

    @property
    def keys(self) -> list[Path]:
        return sorted((self.folder / "keys").glob("*.key.pem"))

    @classmethod
    def make(cls, folder: Path) -> Node:
        node = cls(folder)
        folder.mkdir(parents=True, exist_ok=True)
        make_keys(folder / "keys")
        return node

    def write_profile(
        self,
        code: str = "plots",
        *,
        title: str = "示例地块",
        grid: float = 10.0,
        max_zoom: int = 14,
    ) -> Path:
        path = self.folder / f"{code}.toml"
        text = PROFILE.format(code=code, title=title, grid=grid, max_zoom=max_zoom)
        path.write_text(text, "utf-8")
        return path

    def write_parcels(self, code: str = "plots", *, side: int = 6, shift: float = 0.0) -> Path:
        """``side`` x ``side`` square parcels of 100 m with shared borders, owners included."""
        path = self.folder / f"{code}.gpkg"
        path.unlink(missing_ok=True)
        east, north = np.meshgrid(np.arange(side), np.arange(side))
        x = ORIGIN[0] + shift + 100.0 * east.ravel() + 3.21
        y = ORIGIN[1] + 100.0 * north.ravel() + 4.56
        geometry = shapely.to_wkb(shapely.box(x, y, x + 100, y + 100))
        number = np.arange(len(x))
        pyogrio.raw.write(
            path,
            geometry,
            [
                CODES[number % len(CODES)],
                np.array([f"A{n:04d}" for n in number], dtype=object),
                np.array([f"不公开权利人{n}" for n in number], dtype=object),
            ],
            ["YDYHFLDM", "DKBH", "QLR"],
            geometry_type="Polygon",
            crs="EPSG:4547",
            driver="GPKG",
        )
        return path

    def pack(
        self,
        code: str = "plots",
        *,
        version: int | None = None,
        side: int = 6,
        shift: float = 0.0,
        valid_days: int = 90,
        max_zoom: int = 14,
    ) -> Path:
        """A package that the portal accepts."""
        out = self.folder / f"{code}-{version or 'now'}.zip"
        pack(
            [self.write_parcels(code, side=side, shift=shift)],
            layer=code,
            profile=self.write_profile(code, max_zoom=max_zoom),
            restricted=None,
            out=out,
            keys=self.keys,
            version=version,
            valid_days=valid_days,
        )
        return out
