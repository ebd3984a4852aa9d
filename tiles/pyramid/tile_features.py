"""Features on their way into tiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Geometries = npt.NDArray[np.object_]

Properties = Mapping[str, str | int | float | bool]


@dataclass(frozen=True)
class TileFeatures:
    """Features of one zoom on whole units: geometry, ids (0 = none) and properties, row by row.

    ``geometry``: object array (n,); ``ids``: int64 (n,); ``properties``: n mappings.
    """

    geometry: Geometries
    ids: npt.NDArray[np.int64]
    properties: Sequence[Properties]

    def __len__(self) -> int:
        return len(self.geometry)

    def take(self, rows: npt.NDArray[np.intp]) -> TileFeatures:
        """The rows of an index array, in that order."""
        return TileFeatures(
            self.geometry[rows], self.ids[rows], [self.properties[row] for row in rows.tolist()]
        )


def no_features() -> TileFeatures:
    """The empty set of features."""
    return TileFeatures(np.empty(0, dtype=object), np.empty(0, dtype=np.int64), [])
