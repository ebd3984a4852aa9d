"""Quality checks of geometry: validity, duplicates, overlaps, gaps, slivers (拓扑)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from .quality_report import Check, Verdict, examples_of
from .quality_subject import Subject

# Below this, two neighbours digitised apart overlap by rounding only.
_OVERLAP_AREA = 1.0
# Isoperimetric quotient 4 pi A / P^2: a strip of 1:300.
_SLIVER_QUOTIENT = 0.01
_DIMENSION = {"polygon": 2, "line": 1, "point": 0}
# Prepared geometries take several times their own memory; few are held at a time.
_PAIRS_AT_ONCE = 10_000


def check_geometry_types(subject: Subject) -> Check:
    """Every feature has a geometry, and of the layer's type."""
    geometry = subject.table.geometry
    wanting = shapely.get_dimensions(geometry) != _DIMENSION[subject.profile.layer.geometry]
    wanting |= shapely.is_empty(geometry) | shapely.is_missing(geometry)
    none_at_all = len(geometry) == 0
    return Check(
        "geometry_types",
        "concept",
        "没有任何要素" if none_at_all else "几何类型与图层不符的要素",
        "there is no feature at all" if none_at_all else "features of another geometry type",
        count=int(wanting.sum()),
        checked=len(geometry),
        verdict="refuse" if wanting.any() or none_at_all else "pass",
        examples=subject.examples(wanting),
    )


def check_validity(subject: Subject) -> Check:
    """No invalid geometry is left (OGC Simple Features)."""
    wanting = subject.none
    # What was found valid before and left as it was needs no second look.
    asked = slice(None) if subject.valid is None else ~subject.valid
    wanting[asked] = ~np.asarray(shapely.is_valid(subject.table.geometry[asked]))
    return Check(
        "validity",
        "topology",
        "几何无效的要素",
        "features with an invalid geometry",
        count=int(wanting.sum()),
        checked=len(wanting),
        verdict="refuse" if wanting.any() else "pass",
        examples=subject.examples(wanting),
    )


def check_duplicates(subject: Subject) -> Check:
    """Features whose geometry another one has already."""
    geometry = subject.table.geometry
    wanting = subject.none
    alike = _with_equal_bounds(geometry)
    seen: set[bytes] = set()
    shapes = shapely.to_wkb(shapely.normalize(geometry[alike]))
    for row, shape in zip(alike.tolist(), shapes.tolist(), strict=True):
        wanting[row] = shape in seen
        seen.add(shape)
    return Check(
        "duplicates",
        "topology",
        "几何重复的要素",
        "features with the same geometry as another",
        count=int(wanting.sum()),
        checked=len(geometry),
        verdict=_reported(bool(wanting.any()), subject.profile.quality.duplicates),
        examples=subject.examples(wanting),
    )


def _with_equal_bounds(geometry: npt.NDArray[np.object_]) -> npt.NDArray[np.intp]:
    """Rows, in their order, whose bounds and number of vertices another row has, too."""
    # A missing geometry has no bounds; zeros are as good, since none may be missing anyway.
    bounds = np.nan_to_num(shapely.bounds(geometry))
    vertices = shapely.get_num_coordinates(geometry).astype(np.float64)
    keys = np.ascontiguousarray(np.column_stack([bounds, vertices]))
    record = np.dtype((np.void, keys.shape[1] * keys.itemsize))
    _, number, count = np.unique(keys.view(record).ravel(), return_inverse=True, return_counts=True)
    return np.flatnonzero(count[number] > 1)


def check_slivers(subject: Subject) -> Check:
    """Polygons that are nearly lines (碎面)."""
    zh, en = "狭长碎面", "slivers"
    if subject.profile.layer.geometry != "polygon":
        return Check("slivers", "topology", zh, en)
    geometry = subject.table.geometry
    perimeter = shapely.length(geometry)
    area = subject.areas
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = 4 * np.pi * area / perimeter**2
    wanting = (quotient < _SLIVER_QUOTIENT) & (area < subject.profile.ground.min_area)
    return Check(
        "slivers",
        "topology",
        zh,
        en,
        count=int(wanting.sum()),
        checked=len(geometry),
        verdict="note" if wanting.any() else "pass",
        examples=subject.examples(wanting),
    )


def check_overlaps(subject: Subject) -> Check:
    """Pairs of polygons that cover the same ground, beyond rounding (重叠)."""
    zh, en = "相互重叠的面（对）", "pairs of polygons that overlap"
    geometry = subject.table.geometry
    if subject.profile.layer.geometry != "polygon" or not len(geometry):
        return Check("overlaps", "topology", zh, en)
    none = np.empty(0, dtype=np.intp)
    first, second = (none, none) if subject.covers_once else _overlapping_pairs(geometry)
    areas = shapely.area(shapely.intersection(geometry[first], geometry[second]))
    counted = areas > _OVERLAP_AREA
    rows = subject.rows[np.unique(first[counted])]
    return Check(
        "overlaps",
        "topology",
        zh,
        en,
        count=int(counted.sum()),
        checked=len(geometry),
        verdict=_reported(bool(counted.any()), subject.profile.quality.overlaps),
        examples=examples_of(rows.tolist()),
        measured={} if subject.public else {"overlap_area_m2": float(areas[counted].sum())},
    )


def _overlapping_pairs(
    geometry: npt.NDArray[np.object_],
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Pairs whose interiors meet; prepared relate is far cheaper than intersecting them all."""
    first, second = shapely.STRtree(geometry).query(geometry)
    once = first < second
    first, second = first[once], second[once]
    meet = np.zeros(len(first), dtype=bool)
    for start in range(0, len(first), _PAIRS_AT_ONCE):
        piece = slice(start, start + _PAIRS_AT_ONCE)
        prepared = geometry[np.unique(first[piece])]
        shapely.prepare(prepared)
        meet[piece] = shapely.relate_pattern(
            geometry[first[piece]], geometry[second[piece]], "T********"
        )
        shapely.destroy_prepared(prepared)
    return first[meet], second[meet]


def check_gaps(subject: Subject) -> Check:
    """Holes between the polygons of a coverage that are narrower than its grid (缝隙)."""
    zh, en = "面之间的缝隙", "gaps between polygons"
    if not subject.profile.layer.coverage or not len(subject.table):
        return Check("gaps", "topology", zh, en)
    ground = subject.profile.ground
    holes = _holes(subject.union)
    width = 2 * shapely.area(holes) / shapely.length(holes)
    narrow = (width < ground.grid) | (shapely.area(holes) < ground.min_area)
    own = _own_holes(subject.table.geometry)
    gaps = [hole for hole in holes[narrow] if shapely.normalize(hole) not in own]
    return Check(
        "gaps",
        "topology",
        zh,
        en,
        count=len(gaps),
        checked=len(subject.table),
        verdict=_reported(bool(gaps), subject.profile.quality.gaps),
        examples=_beside(subject, gaps),
    )


def _holes(geometry: shapely.Geometry) -> npt.NDArray[np.object_]:
    polygons = shapely.get_parts(geometry)
    polygons = polygons[shapely.get_type_id(polygons) == 3]
    rings = [ring for polygon in polygons for ring in polygon.interiors]
    return np.asarray(shapely.polygons(rings)) if rings else np.empty(0, dtype=object)


def _own_holes(geometry: npt.NDArray[np.object_]) -> set[shapely.Geometry]:
    """Holes that one polygon has by itself are its shape, no gap between two."""
    parts = shapely.get_parts(geometry)
    holed = parts[shapely.get_num_interior_rings(parts) > 0]
    return {shapely.normalize(shapely.Polygon(ring)) for part in holed for ring in part.interiors}


def _beside(subject: Subject, gaps: list[shapely.Geometry]) -> tuple[int, ...]:
    if not gaps:
        return ()
    tree = shapely.STRtree(subject.table.geometry)
    _, rows = tree.query(np.array(gaps[:10], dtype=object), predicate="intersects")
    return examples_of(np.unique(subject.rows[rows]).tolist())


def _reported(found: bool, policy: str) -> Verdict:
    if not found:
        return "pass"
    return "refuse" if policy == "refuse" else "note"
