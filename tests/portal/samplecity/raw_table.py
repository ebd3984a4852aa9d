"""Reads raw layers back with GDAL, independently of the code that wrote them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely


@dataclass(frozen=True)
class RawTable:
    """A layer as it was read: geometries (n,), columns by name, authority code of the CRS."""

    geometry: np.ndarray[Any, Any]
    columns: dict[str, np.ndarray[Any, Any]]
    crs: str

    def text(self, name: str) -> list[str]:
        """The values of a text column that are not empty."""
        return [value for value in self.columns[name] if value]


def read_raw(path: Path) -> RawTable:
    """Read one raw file of the sample city."""
    meta, _, wkb, fields = pyogrio.raw.read(path)
    return RawTable(
        shapely.from_wkb(wkb), dict(zip(meta["fields"], fields, strict=True)), meta["crs"]
    )
