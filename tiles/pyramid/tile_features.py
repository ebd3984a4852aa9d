"""Features on their way into tiles."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from tiles.pyramid.attributes import Attributes

Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True)
class TileFeatures:
    """Features of one zoom on whole units: geometry, ids (0 = none) and attributes, row by row.

    ``geometry``: object array (n,); ``ids``: int64 (n,).
    """

    geometry: Geometries
    ids: npt.NDArray[np.int64]
    attributes: Attributes

    def __len__(self) -> int:
        return len(self.geometry)

    def take(self, rows: npt.NDArray[np.intp]) -> TileFeatures:
        """The rows of an index array, in that order."""
        return TileFeatures(self.geometry[rows], self.ids[rows], self.attributes.take(rows))

    def joined(self, other: TileFeatures) -> TileFeatures:
        """These features and then others of the same layer."""
        codes = np.concatenate([self.attributes.codes, other.attributes.codes])
        return TileFeatures(
            np.concatenate([self.geometry, other.geometry]),
            np.concatenate([self.ids, other.ids]),
            replace(self.attributes, codes=codes),
        )


def no_features() -> TileFeatures:
    """The empty set of features."""
    none = Attributes((), (), (), np.empty(0, dtype=np.int64), np.empty((0, 0), dtype=np.int32))
    return TileFeatures(np.empty(0, dtype=object), np.empty(0, dtype=np.int64), none)


def simple_parts(geometry: Geometries) -> tuple[Geometries, npt.NDArray[np.int64]]:
    """Simple polygons and the row of each; those that are simple already are not copied.

    ``shapely.get_parts`` copies them all, which for a million doubles their memory.
    """
    multiple = shapely.get_type_id(geometry) != shapely.GeometryType.POLYGON
    count = np.ones(len(geometry), dtype=np.int64)
    count[multiple] = shapely.get_num_geometries(geometry[multiple])
    rows = np.repeat(np.arange(len(geometry)), count)
    parts = geometry[rows]
    parts[multiple[rows]] = shapely.get_parts(geometry[multiple])
    return parts, rows
