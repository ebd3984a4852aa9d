"""What two releases of one layer tell together (差分): listed, and refused where it says too much.

Rows have no lasting numbers, so features are told apart by geometry and attributes. A difference
is no leak by itself; it is listed for the official who approves. Refused is what would let both
releases be intersected to a raw position below the grid: another grid that does not nest with the
previous one, or vertices that moved by less than a grid step.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from tiles.desensitise.features import FeatureTable
from tiles.desensitise.findings import Finding
from tiles.desensitise.floor import FLOOR
from tiles.desensitise.profile import Profile

Geometries: TypeAlias = npt.NDArray[np.object_]
Rows: TypeAlias = npt.NDArray[np.intp]
Places: TypeAlias = npt.NDArray[np.complex128]

_MILLIMETRE = 1e-3
_FEW = 3
# From this share of the larger one's area on, two polygons that overlap are one that was redrawn.
_SAME_GROUND = 0.5
_NEAR_STEPS = 3.0


@dataclass(frozen=True)
class Pairs:
    """Rows of the previous and of the present release that are the same feature."""

    previous: Rows
    present: Rows


@dataclass(frozen=True)
class Comparison:
    """``equal``: the same geometry; ``moved``: about the same ground; the rest is new or gone."""

    equal: Pairs
    moved: Pairs
    appeared: Rows
    disappeared: Rows


def difference_findings(
    previous: FeatureTable,
    published: FeatureTable,
    profile: Profile,
    checked: dict[str, int],
    *,
    same_profile: bool,
) -> list[Finding]:
    """Every rule on two releases, both in their ground CRS."""
    checked["difference"] = len(previous) + len(published)
    findings = _grid_changed(previous, published, profile, checked, same_profile=same_profile)
    if previous.crs != published.crs:
        return findings
    findings += _below_grid(previous, published, profile.ground.grid, checked)
    compared = compare(previous, published, profile.ground.grid)
    changed = _changed_values(previous, published, compared.equal)
    listed = (
        ("appeared", compared.appeared, "新出现的要素", "features that are new"),
        (
            "disappeared",
            compared.disappeared,
            "不再出现的要素（所列为上一版行号）",
            "features that are gone (row numbers of the previous release)",
        ),
        ("moved", compared.moved.present, "图形改变的要素", "features whose geometry changed"),
        ("attributes_changed", changed, "属性改变的要素", "features whose attributes changed"),
    )
    for rule, rows, zh, en in listed:
        findings += _note(rule, rows, zh, en)
    findings += _disclosed(previous, published, compared, checked)
    if profile.layer.geometry == "polygon":
        findings += _holes(previous, published, compared, profile.ground.grid, checked)
    total = sum(len(rows) for _, rows, _, _ in listed)
    return findings + _few(total, profile, checked)


def _note(rule: str, rows: Rows, zh: str, en: str) -> list[Finding]:
    if not len(rows):
        return []
    return [Finding(rule, "note", zh, en, len(rows), tuple(int(row) for row in rows[:10]))]


def _few(total: int, profile: Profile, checked: dict[str, int]) -> list[Finding]:
    """A change of a feature or two can be laid at somebody's door."""
    k = profile.small_counts.k if profile.small_counts is not None else _FEW
    checked["few_changes"] = total
    if not 0 < total < k:
        return []
    zh, en = f"变化的要素少于 {k} 个", f"fewer than {k} features changed"
    return [Finding("few_changes", "note", zh, en, total)]


def _grid_changed(
    previous: FeatureTable,
    published: FeatureTable,
    profile: Profile,
    checked: dict[str, int],
    *,
    same_profile: bool,
) -> list[Finding]:
    """Two roundings of one vertex narrow it down unless one grid holds all points of the other."""
    checked["grid_changed"] = int(shapely.get_num_coordinates(previous.geometry).sum())
    relation = "apart"
    if previous.crs == published.crs:
        relation = _relation(previous.geometry, profile.ground.grid)
    if relation == "finer" and not same_profile:
        zh, en = "上一版的格网更细", "the previous release had a finer grid"
        return [Finding("grid_coarser", "note", zh, en)]
    if relation == "within":
        return []
    zh = "上一版的坐标系或格网与本版不相容，两版相交可逼近原始位置"
    en = (
        "the previous release has another CRS or a grid that does not nest with this one: "
        "both together narrow raw positions down"
    )
    return [Finding("grid_incompatible", "refuse", zh, en)]


def _relation(geometry: Geometries, grid: float) -> Literal["within", "finer", "apart"]:
    """Is every vertex on the grid, on a finer one that holds it, or neither?

    A grid below the portal's floor was never published: such vertices are off every grid.
    """
    spacing, offsets = _lattice(geometry)
    step = round(grid / _MILLIMETRE)
    if not spacing or (spacing % step == 0 and all(offset % step == 0 for offset in offsets)):
        return "within"
    nests = step % spacing == 0 and all(offset % spacing == 0 for offset in offsets)
    return "finer" if nests and spacing * _MILLIMETRE >= FLOOR.min_grid else "apart"


def _lattice(geometry: Geometries) -> tuple[int, tuple[int, int]]:
    """The coarsest grid, in millimetres, that holds all vertices, and its offset from zero."""
    steps = np.rint(shapely.get_coordinates(geometry) / _MILLIMETRE).astype(np.int64)
    if not len(steps):
        return 0, (0, 0)
    spacing = int(np.gcd.reduce(np.abs(steps - steps[0]).ravel()))
    if not spacing:
        return 0, (0, 0)
    return spacing, (int(steps[0, 0] % spacing), int(steps[0, 1] % spacing))


def _below_grid(
    previous: FeatureTable, published: FeatureTable, grid: float, checked: dict[str, int]
) -> list[Finding]:
    """Vertices of one release that stand less than a grid step beside one of the other."""
    old, new = _distinct(previous.geometry), _distinct(published.geometry)
    fresh, gone = np.setdiff1d(new, old), np.setdiff1d(old, new)
    checked["moved_below_grid"] = len(fresh) + len(gone)
    # Beside a finer grid that nests with this one a shorter step is honest.
    finer = _relation(previous.geometry, grid) == "finer"
    step = _lattice(previous.geometry)[0] * _MILLIMETRE if finer else grid
    near = _beside(fresh, old, step) + _beside(gone, new, step)
    if not near:
        return []
    zh = "有节点相对上一版移动不足一个格网步长"
    en = "vertices that moved by less than a grid step since the previous release"
    return [Finding("moved_below_grid", "refuse", zh, en, near)]


def _beside(asked: Places, known: Places, step: float) -> int:
    """How many places have a known one nearer than a step."""
    if not len(asked) or not len(known):
        return 0
    tree = shapely.STRtree(_points(known))
    reach = step - 2.0 * _MILLIMETRE
    return len(np.unique(tree.query(_points(asked), "dwithin", distance=reach)[0]))


def _points(places: Places) -> Geometries:
    return np.asarray(shapely.points(np.column_stack([places.real, places.imag])))


def _distinct(geometry: Geometries) -> Places:
    xy = np.rint(shapely.get_coordinates(geometry) / _MILLIMETRE) * _MILLIMETRE
    return np.unique(xy[:, 0] + 1j * xy[:, 1])


def compare(previous: FeatureTable, published: FeatureTable, grid: float) -> Comparison:
    """Match the features of two releases, first exactly, then by the ground that they cover."""
    old, new = _shapes(previous.geometry), _shapes(published.geometry)
    alike = _matched(
        list(zip(old, _tuples(previous, published), strict=True)),
        list(zip(new, _tuples(published, previous), strict=True)),
    )
    left_old = np.setdiff1d(np.arange(len(old)), alike.previous)
    left_new = np.setdiff1d(np.arange(len(new)), alike.present)
    redrawn = _matched([old[row] for row in left_old], [new[row] for row in left_new])
    equal = Pairs(
        np.concatenate([alike.previous, left_old[redrawn.previous]]),
        np.concatenate([alike.present, left_new[redrawn.present]]),
    )
    gone = np.setdiff1d(np.arange(len(old)), equal.previous)
    fresh = np.setdiff1d(np.arange(len(new)), equal.present)
    moved = _moved(previous.geometry, published.geometry, gone, fresh, reach=_NEAR_STEPS * grid)
    return Comparison(
        equal, moved, np.setdiff1d(fresh, moved.present), np.setdiff1d(gone, moved.previous)
    )


def _shapes(geometry: Geometries) -> list[bytes | None]:
    """The geometries as bytes, on whole millimetres and in one order of parts and vertices."""
    rounded = shapely.transform(geometry, lambda xy: np.rint(xy / _MILLIMETRE))
    return list(shapely.to_wkb(shapely.normalize(rounded)))


def _tuples(table: FeatureTable, other: FeatureTable) -> list[tuple[Any, ...]]:
    names = sorted(set(table.attributes) | set(other.attributes))
    blank = np.full(len(table), None, dtype=object)
    columns = [table.attributes.get(name, blank).tolist() for name in names]
    return list(zip(*columns, strict=True)) if columns else [()] * len(table)


def _matched(previous: Iterable[Any], present: Iterable[Any]) -> Pairs:
    """Equal keys, each used once, in the order of the rows."""
    rows: dict[Any, list[int]] = defaultdict(list)
    for row, key in enumerate(previous):
        rows[key].append(row)
    pairs = []
    for row, key in enumerate(present):
        known = rows.get(key)
        if known:
            pairs.append((known.pop(0), row))
    found = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    return Pairs(found[:, 0], found[:, 1])


def _moved(old: Geometries, new: Geometries, gone: Rows, fresh: Rows, *, reach: float) -> Pairs:
    """Features that cover about the same ground, or lie about the same place; the best each."""
    if not len(gone) or not len(fresh):
        return Pairs(np.empty(0, np.intp), np.empty(0, np.intp))
    asked, found = shapely.STRtree(old[gone]).query(new[fresh], "dwithin", distance=reach)
    one, two = old[gone[found]], new[fresh[asked]]
    likely = (shapely.get_dimensions(one) != 2) | (_box_overlap(one, two) >= _SAME_GROUND)
    asked, found, one, two = asked[likely], found[likely], one[likely], two[likely]
    flat = shapely.get_dimensions(one) == 2
    apart = np.empty(len(one))
    apart[~flat] = shapely.hausdorff_distance(one[~flat], two[~flat]) / reach
    larger = np.maximum(shapely.area(one[flat]), shapely.area(two[flat]))
    apart[flat] = 1.0 - shapely.area(shapely.intersection(one[flat], two[flat])) / larger
    close = np.where(flat, apart < _SAME_GROUND, apart <= 1.0)
    used_old, used_new = set[int](), set[int]()
    pairs = []
    for pair in np.flatnonzero(close)[np.argsort(apart[close], kind="stable")].tolist():
        before, after = int(gone[found[pair]]), int(fresh[asked[pair]])
        if before not in used_old and after not in used_new:
            used_old.add(before)
            used_new.add(after)
            pairs.append((before, after))
    matched = np.array(sorted(pairs, key=lambda pair: pair[1]), dtype=np.intp).reshape(-1, 2)
    return Pairs(matched[:, 0], matched[:, 1])


def _box_overlap(one: Geometries, two: Geometries) -> npt.NDArray[np.float64]:
    """The common area of the boxes as a share of the larger polygon: no less than their own is."""
    left, right = shapely.bounds(one), shapely.bounds(two)
    low, high = np.maximum(left[:, :2], right[:, :2]), np.minimum(left[:, 2:], right[:, 2:])
    common = np.maximum(high - low, 0.0).prod(axis=1)
    larger = np.maximum(shapely.area(one), shapely.area(two))
    return np.asarray(np.divide(common, larger, out=np.zeros_like(common), where=larger > 0))


def _changed_values(previous: FeatureTable, published: FeatureTable, pairs: Pairs) -> Rows:
    old, new = _tuples(previous, published), _tuples(published, previous)
    return np.array(
        [
            after
            for before, after in zip(pairs.previous.tolist(), pairs.present.tolist(), strict=True)
            if old[before] != new[after]
        ],
        dtype=np.intp,
    )


def _disclosed(
    previous: FeatureTable, published: FeatureTable, compared: Comparison, checked: dict[str, int]
) -> list[Finding]:
    """Values that one of two releases withheld and the other shows."""
    before = np.concatenate([compared.equal.previous, compared.moved.previous])
    after = np.concatenate([compared.equal.present, compared.moved.present])
    checked["value_disclosed"] = len(after)
    shown, hidden = np.zeros(len(after), dtype=bool), np.zeros(len(after), dtype=bool)
    for name in set(previous.attributes) & set(published.attributes):
        old = _blank(previous.attributes[name][before])
        new = _blank(published.attributes[name][after])
        shown |= old & ~new
        hidden |= ~old & new
    return _note(
        "value_disclosed", after[shown], "上一版隐去而本版公布的值", "values withheld before"
    ) + _note(
        "value_withdrawn",
        after[hidden],
        "上一版已公布而本版隐去的值",
        "values withheld now, which the previous release shows",
    )


def _blank(column: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    return np.array([value is None for value in column.tolist()], dtype=bool)


def _holes(
    previous: FeatureTable,
    published: FeatureTable,
    compared: Comparison,
    grid: float,
    checked: dict[str, int],
) -> list[Finding]:
    """Ground inside the layer that one release leaves empty and the other fills."""
    fresh = np.sort(np.concatenate([compared.appeared, compared.moved.present]))
    gone = np.sort(np.concatenate([compared.disappeared, compared.moved.previous]))
    checked["appeared_in_hole"] = len(fresh) + len(gone)
    filled = _outside(published.geometry, fresh, previous.geometry, grid)
    emptied = _outside(previous.geometry, gone, published.geometry, grid)
    return _note(
        "appeared_in_hole",
        filled,
        "上一版留空之处出现要素，请核对是否为避让区域",
        "features where the previous release had left a hole: was something withheld there?",
    ) + _note(
        "vanished_into_hole",
        emptied,
        "上一版有要素之处留空，请核对是否为避让区域（所列为上一版行号）",
        "holes where the previous release had features (row numbers of the previous release)",
    )


def _outside(geometry: Geometries, rows: Rows, other: Geometries, grid: float) -> Rows:
    """Rows that cover a grid cell or more which ``other`` leaves empty within its own extent."""
    if not len(rows) or not len(other):
        return np.empty(0, np.intp)
    asked, found = shapely.STRtree(other).query(geometry[rows], "intersects")
    order = np.argsort(asked, kind="stable")
    asked, found = asked[order], found[order]
    shared = shapely.area(shapely.intersection(geometry[rows[asked]], other[found]))
    bare = shapely.area(geometry[rows]) - np.bincount(asked, shared, len(rows))
    suspects = np.flatnonzero(bare >= grid * grid)
    hull = shapely.convex_hull(shapely.multipoints(shapely.get_coordinates(other)))
    shapely.prepare(hull)
    kept = []
    for suspect in suspects.tolist():
        first, last = np.searchsorted(asked, [suspect, suspect + 1])
        beside = other[found[first:last]]
        empty = shapely.difference(geometry[rows[suspect]], shapely.union_all(beside))
        # Most lie wholly within, which a prepared hull tells many times faster than an overlay.
        inside = empty if shapely.contains(hull, empty) else shapely.intersection(empty, hull)
        enclosed = shapely.area(inside)
        # Where a layer grows at its edge only a strip of the new ground lies within the old hull.
        if enclosed >= max(grid * grid, 0.5 * shapely.area(empty)):
            kept.append(rows[suspect])
    return np.array(kept, dtype=np.intp)
