"""The restricted zones (涉密区域), read at the internal node only and never written anywhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import Profile

from .errors import GeometryMismatch
from .limits import Limits
from .sources import read_sources
from .spatial_reference import declared_crs, onto_ground


def read_restricted(path: Path | None, profile: Profile, limits: Limits) -> FeatureTable | None:
    """The zones' geometries in the ground CRS, without attributes; ``None`` if none are given.

    A file given but empty is refused: it would silently protect nothing.
    """
    if path is None:
        return None
    geometries = []
    for table in read_sources([path], limits=limits):
        filled = ~(shapely.is_missing(table.geometry) | shapely.is_empty(table.geometry))
        if filled.any():
            flat = table.with_geometry(np.asarray(shapely.force_2d(table.geometry))).take(filled)
            moved = onto_ground(flat, declared_crs(flat), profile.ground.crs)
            geometries.append(moved.geometry)
    if not geometries:
        raise GeometryMismatch(
            "涉密区域文件中没有任何区域",
            "the file of restricted zones holds no zone",
            where=path.name,
            mend_zh="核对 --restricted 所指文件",
            mend_en="check the file given by --restricted",
        )
    zones = np.concatenate(geometries)
    broken = ~shapely.is_valid(zones)
    zones[broken] = shapely.make_valid(zones[broken])
    return FeatureTable(zones, {}, profile.ground.crs, "restricted")
