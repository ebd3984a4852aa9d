"""Mends invalid geometries and keeps a record of each (几何修复)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import shapely

from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import Profile


@dataclass(frozen=True)
class Repair:
    """One mended feature; ``row`` counts from 1, areas in m2 (0 for lines).

    ``reason`` is GEOS's name of the fault, without its coordinates.
    """

    row: int
    reason: str
    area_before: float
    area_after: float

    @property
    def change(self) -> float:
        """Share of the larger area that was lost or won."""
        larger = max(self.area_before, self.area_after)
        return abs(self.area_after - self.area_before) / larger if larger else 0.0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"change": self.change}


@dataclass(frozen=True)
class Repaired:
    """The table with valid geometries only. ``lost``: rows (from 1) of which nothing was left.

    ``total_change``: sum of all changes of area over the area of the layer. ``known_valid``: for
    each row left, was it found valid and not touched?
    """

    table: FeatureTable
    rows: np.ndarray
    repairs: tuple[Repair, ...]
    lost: tuple[int, ...]
    total_change: float
    known_valid: np.ndarray

    def beyond(self, profile: Profile) -> tuple[int, ...]:
        """Rows that changed by more than the profile allows for one feature."""
        most = profile.quality.max_feature_area_change
        return tuple(repair.row for repair in self.repairs if repair.change > most)


def repair(table: FeatureTable) -> Repaired:
    """Make every geometry valid, keeping its dimension (``make_valid``, method structure).

    ``rows`` of the result gives, for each row left, its number (from 1) in ``table``.
    """
    geometry = table.geometry.copy()
    dimensions = shapely.get_dimensions(geometry)
    valid = np.asarray(shapely.is_valid(geometry))
    broken = np.flatnonzero(~valid)
    reasons = [str(text).split("[")[0] for text in shapely.is_valid_reason(geometry[broken])]
    before = np.abs(shapely.area(geometry[broken]))
    mended = shapely.make_valid(geometry[broken], method="structure", keep_collapsed=False)
    gone = shapely.is_empty(mended) | (shapely.get_dimensions(mended) != dimensions[broken])
    mended[gone] = None
    geometry[broken] = mended
    after = np.nan_to_num(shapely.area(mended))
    numbers = zip(broken.tolist(), reasons, before.tolist(), after.tolist(), strict=True)
    repairs = tuple(Repair(row + 1, *rest) for row, *rest in numbers)
    whole = float(np.nansum(shapely.area(geometry)))
    changed = float(np.abs(after - before).sum())
    kept = ~shapely.is_missing(geometry)
    return Repaired(
        table.with_geometry(geometry).take(kept),
        np.flatnonzero(kept) + 1,
        repairs,
        tuple(int(row) + 1 for row in broken[gone]),
        changed / whole if whole else 0.0,
        valid[kept],
    )
