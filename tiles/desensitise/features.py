"""The table of features that the release path hands from step to step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class FeatureTable:
    """Features of one layer, column by column (要素表).

    ``geometry``: object array, shape (n,), of shapely geometries (``None`` where missing).
    ``attributes``: name -> object array, shape (n,), of ``str | int | float | bool | None``
    (dates are ISO 8601 strings). ``crs``: authority code such as ``"EPSG:4547"``; coordinates
    are always x = east or longitude, y = north or latitude. ``source``: where the table came
    from, for messages only.
    """

    geometry: npt.NDArray[np.object_]
    attributes: Mapping[str, npt.NDArray[np.object_]] = field(default_factory=dict)
    crs: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        for name, column in self.attributes.items():
            if column.shape != self.geometry.shape:
                raise ValueError(
                    f"column {name!r} has {column.shape}, geometry {self.geometry.shape}"
                )

    def __len__(self) -> int:
        return len(self.geometry)

    def take(self, rows: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> FeatureTable:
        """The rows chosen by a boolean mask or an index array, in that order."""
        return FeatureTable(
            geometry=self.geometry[rows],
            attributes={name: column[rows] for name, column in self.attributes.items()},
            crs=self.crs,
            source=self.source,
        )

    def with_geometry(
        self, geometry: npt.NDArray[np.object_], crs: str | None = None
    ) -> FeatureTable:
        """The same attributes on other geometries (same length)."""
        return FeatureTable(geometry, self.attributes, crs or self.crs, self.source)
