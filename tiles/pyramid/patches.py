"""Patches (图斑): the polygons of a coarse zoom, neighbours of one class made one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from tiles.pyramid.attributes import ABSENT, Attributes, Codes
from tiles.pyramid.generalise import Source
from tiles.pyramid.mosaic import Floats, Mosaic
from tiles.pyramid.ragged import Integers
from tiles.pyramid.tile_features import Geometries, simple_parts


@dataclass(frozen=True)
class Patches:
    """Faces of a mosaic as features.

    ``ids``: row number + 1 of the feature, 0 for a merger of several; ``classes``: class number;
    ``widths``: mean width in CRS units of the patches that are bands (see ``bands``), 0 for all
    others; ``constant``: codes of the properties that all features of a class share, a row for each
    class.
    """

    mosaic: Mosaic
    ids: Integers
    attributes: Attributes
    classes: Integers
    widths: Floats
    constant: Codes

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: Integers) -> Patches:
        """The patches of an ascending index array."""
        if len(rows) == len(self):
            return self
        return replace(
            self,
            mosaic=self.mosaic.subset(rows),
            ids=self.ids[rows],
            attributes=self.attributes.take(rows),
            classes=self.classes[rows],
            widths=self.widths[rows],
        )

    def with_mosaic(self, mosaic: Mosaic) -> Patches:
        """The same features on other faces, without those that have no ring there."""
        whole = replace(self, mosaic=mosaic)
        return whole.take(np.unique(mosaic.ring_face))

    def united(self, region: Integers, classes: Integers) -> Patches:
        """One patch a region; ``region``: number of each patch, ``classes``: class of each region.

        A patch that stays alone keeps its id and all its properties, a merger only what its class
        has in common.
        """
        count = np.bincount(region, minlength=len(classes))
        member = np.empty(len(classes), dtype=np.int64)
        member[region] = np.arange(len(region))
        alone = count == 1
        codes = np.where(alone[:, None], self.attributes.codes[member], self.constant[classes])
        return replace(
            self,
            mosaic=self.mosaic.merged(region, len(classes)),
            ids=np.where(alone, self.ids[member], 0),
            attributes=replace(self.attributes, codes=codes),
            classes=classes,
            widths=np.where(alone, self.widths[member], 0.0),
        )


def patches_of(source: Source, label_field: str | None, *, coverage: bool) -> Patches:
    """The polygons of a layer, neighbours of one class merged along their common borders.

    Where the layer is no coverage, polygons of one class are united by the full overlay first.
    """
    constant = constant_codes(source, label_field)
    if coverage:
        geometry, rows = simple_parts(source.geometry)
        ids = np.where(_is_largest_part(geometry, rows), source.ids[rows], 0)
        classes = source.classes[rows]
    else:
        geometry, ids, classes = _overlaid(source)
    by_id = np.zeros(int(source.ids.max(initial=0)) + 1, dtype=np.int64)
    by_id[source.ids] = np.arange(len(source))
    codes = np.where((ids > 0)[:, None], source.attributes.codes[by_id[ids]], constant[classes])
    attributes = replace(source.attributes, codes=codes)
    widths = np.zeros(len(ids))
    mosaic = Mosaic.of(geometry)
    del geometry
    return merge_by_class(Patches(mosaic, ids, attributes, classes, widths, constant))


def merge_by_class(patches: Patches) -> Patches:
    """Merge neighbouring patches of one class; bands stay what they are."""
    mosaic, ground = patches.mosaic, patches.widths == 0
    inner = np.flatnonzero((mosaic.twin >= 0) & (mosaic.face < mosaic.other_face))
    one, other = mosaic.face[inner], mosaic.other_face[inner]
    alike = (patches.classes[one] == patches.classes[other]) & ground[one] & ground[other]
    region, first = touching_groups(len(patches), one[alike], other[alike])
    return patches.united(region, patches.classes[first])


def constant_codes(source: Source, label_field: str | None) -> Codes:
    """Class -> codes of the class and label properties that all features of the class share."""
    codes = source.attributes.only((source.class_field, label_field)).codes
    count = int(source.classes.max(initial=-1)) + 1
    low = np.full((count, codes.shape[1]), np.iinfo(np.int32).max, dtype=np.int32)
    high = np.full((count, codes.shape[1]), ABSENT, dtype=np.int32)
    np.minimum.at(low, source.classes, codes)
    np.maximum.at(high, source.classes, codes)
    shared: Codes = np.where(low == high, low, ABSENT)
    return shared


def touching_groups(count: int, first: Integers, second: Integers) -> tuple[Integers, Integers]:
    """The group of each of ``count`` rows that touching pairs make, and each group's first row."""
    least = np.arange(count, dtype=np.int64)
    while (least[first] != least[second]).any():
        a, b = least[first], least[second]
        np.minimum.at(least, np.maximum(a, b), np.minimum(a, b))
        while (least[least] != least).any():
            least = least[least]
    own = least == np.arange(count)
    return (np.cumsum(own) - 1)[least], np.flatnonzero(own)


def _is_largest_part(parts: Geometries, rows: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    """Of a feature's parts one alone stands for it, so that no id is drawn twice."""
    order = np.lexsort((shapely.area(parts), rows))
    largest = np.zeros(len(parts), dtype=bool)
    largest[order[np.flatnonzero(np.diff(rows[order], append=-1) != 0)]] = True
    return largest


def _overlaid(source: Source) -> tuple[Geometries, Integers, Integers]:
    """The united parts of each class with their ids (0 for several) and classes."""
    pieces = [
        (*_one_class(source.take(np.flatnonzero(source.classes == value))), value)
        for value in np.unique(source.classes).tolist()
    ]
    classes = [np.full(len(parts), value, dtype=np.int64) for parts, _, value in pieces]
    return (
        np.concatenate([parts for parts, _, _ in pieces]),
        np.concatenate([ids for _, ids, _ in pieces]),
        np.concatenate(classes),
    )


def _one_class(source: Source) -> tuple[Geometries, Integers]:
    parts = shapely.get_parts(_union(source.geometry))
    parts = parts[shapely.get_dimensions(parts) == 2]
    inside = shapely.point_on_surface(source.geometry)
    members, owners = shapely.STRtree(parts).query(inside, predicate="intersects")
    count = np.bincount(owners, minlength=len(parts))
    ids = np.zeros(len(parts), dtype=np.int64)
    ids[owners] = source.ids[members]
    area = np.zeros(len(parts))
    area[owners] = shapely.area(source.geometry[members])
    # A feature keeps its id only where it is the whole part: not where it is one of several, and
    # not where it has several parts itself, of which another one may lie in here.
    ids[(count != 1) | ~np.isclose(shapely.area(parts), area, rtol=1e-9)] = 0
    return parts, ids


def _union(geometry: Geometries) -> shapely.Geometry:
    """Union by matching borders where that gives a valid result, else by the full overlay.

    Matching is many times faster, but only right where borders meet vertex for vertex.
    """
    try:
        merged = shapely.coverage_union_all(geometry)
    except shapely.GEOSException:  # the borders do not match at all
        return shapely.disjoint_subset_union_all(geometry)
    return merged if shapely.is_valid(merged) else shapely.disjoint_subset_union_all(geometry)
