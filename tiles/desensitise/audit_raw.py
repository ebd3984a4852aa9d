"""The leak audit's rules that need the raw data: run at the internal node only.

Like the public half this imports nothing of the code that desensitises.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from tiles.desensitise.audit_edges import Geometries
from tiles.desensitise.audit_raw_vertices import (
    ShownVertices,
    audit_displaced,
    audit_raw_vertices,
)
from tiles.desensitise.audit_rounding import audit_rounding
from tiles.desensitise.audit_values import DistinctValues
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.findings import Finding, flagged
from tiles.desensitise.personal_data import REPLACEMENT
from tiles.desensitise.profile import AttributeRule, Profile

Checked: TypeAlias = dict[str, int]

# From these shares on a hole counts as a drawing of its zone: most of the cut runs along the zone's
# outline, and it shows a good part of that outline (at the edge of a layer never all of it).
_TRACED_CUT = 0.8
_TRACED_OUTLINE = 0.4


def audit_against_raw(
    raw: FeatureTable, published: FeatureTable, profile: Profile, checked: Checked
) -> list[Finding]:
    """Vertices, places and values of the published table against the raw ones."""
    ground = _on_ground(raw, profile.ground.crs)
    shown = ShownVertices.of(published)
    findings = audit_raw_vertices(ground, shown, profile.ground.grid, checked)
    findings += audit_rounding(ground, published.geometry, profile.ground.grid, checked)
    findings += audit_displaced(ground, shown, profile.ground.grid, checked)
    findings += _thinned(raw, published, checked)
    for rule in profile.attributes:
        findings += _unexplained(raw, published, rule, checked)
    return findings


def _on_ground(table: FeatureTable, crs: str) -> Geometries:
    flat = np.asarray(table.geometry[~shapely.is_missing(table.geometry)])
    if (shapely.has_z(flat) | shapely.has_m(flat)).any():
        flat = np.asarray(shapely.force_2d(flat))
    if table.crs == crs:
        return flat
    transformer = pyproj.Transformer.from_crs(table.crs, crs, always_xy=True)

    def project(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1], errcheck=True))

    return np.asarray(shapely.transform(flat, project))


def _thinned(raw: FeatureTable, published: FeatureTable, checked: Checked) -> list[Finding]:
    checked["thinned"] = len(raw)
    gone = len(raw) - len(published)
    if gone < 0:
        zh, en = "公布的要素多于原始要素", "more features were published than there were"
        return [Finding("multiplied", "refuse", zh, en, -gone)]
    if gone <= 0.2 * len(raw):
        return []
    zh, en = "超过两成的原始要素未公布", "more than a fifth of the raw features was not published"
    return [Finding("thinned", "note", zh, en, gone)]


def _unexplained(
    raw: FeatureTable, published: FeatureTable, rule: AttributeRule, checked: Checked
) -> list[Finding]:
    """Values that pass as they are, or scrubbed, must come from their own raw column."""
    column = published.attributes.get(rule.name)
    source = raw.attributes.get(rule.source)
    if rule.rule not in ("as_is", "scrub") or rule.type == "date" or column is None:
        return []
    checked["unexplained"] = checked.get("unexplained", 0) + len(column)
    raw_values = [] if source is None else DistinctValues.of(source).values
    known = {_comparable(value) for value in raw_values}

    def explained(value: Any) -> bool:
        if value is None or _comparable(value) in known:
            return True
        return rule.rule == "scrub" and REPLACEMENT in str(value)

    wrong = ~DistinctValues.of(column).where(explained)
    return flagged(
        "unexplained",
        wrong,
        f"属性“{rule.name}”有不属于其原始列的值",
        f'attribute "{rule.name}" holds values that its raw column does not',
    )


def _comparable(value: Any) -> Any:
    """Numbers by value, whether they came as text or not; texts without outer blanks."""
    text = str(value).strip()
    try:
        return float(text)
    except ValueError:
        return text


def audit_restricted(
    published: FeatureTable, profile: Profile, restricted: FeatureTable | None, checked: Checked
) -> list[Finding]:
    """Nothing published lies in a restricted zone or its margin, and no hole traces a zone."""
    if restricted is None or not len(restricted):
        checked["restricted"] = 0
        zh, en = "未提供涉密区域", "no restricted zones were given"
        return [Finding("no_restricted_zones", "note", zh, en, 0)]
    if profile.secret is None:
        zh, en = "无避让距离，未能核对涉密区域", "no margin known: the zones were not checked"
        return [Finding("restricted_unchecked", "refuse", zh, en, len(restricted))]
    zones = np.asarray(shapely.make_valid(_on_ground(restricted, profile.ground.crs)))
    zones = np.asarray(zones[~shapely.is_empty(zones)])
    checked["restricted"] = len(zones)
    margin = profile.secret.restricted_margin
    tree = shapely.STRtree(published.geometry)
    inside = np.zeros(len(published), dtype=bool)
    inside[tree.query(zones, "dwithin", distance=margin)[1]] = True
    findings = flagged(
        "restricted",
        inside,
        "涉密区域或其避让范围内有要素",
        "features within a restricted zone or its margin",
    )
    if profile.layer.geometry == "polygon":
        findings += _traced(zones, published, profile, checked, margin=margin)
    return findings


def _traced(
    zones: Geometries,
    published: FeatureTable,
    profile: Profile,
    checked: Checked,
    *,
    margin: float,
) -> list[Finding]:
    """Is the border of a hole the zone's own outline, or that outline at an even distance?"""
    checked["restricted_outline"] = len(zones)
    tree = shapely.STRtree(published.geometry)
    traced = []
    for zone in zones:
        reach = margin + float(shapely.area(zone)) ** 0.5 + 100.0
        around = published.geometry[tree.query(zone, "dwithin", distance=reach)]
        around = around[shapely.is_valid(around)]
        cut, outline = _drawn(zone, around, reach, 1.5 * profile.ground.grid)
        traced.append(cut > _TRACED_CUT and outline > _TRACED_OUTLINE)
    return flagged(
        "restricted_outline",
        np.array(traced, dtype=bool),
        "空洞的轮廓显出了涉密区域（行号为涉密区域的行号）",
        "the outline of a hole draws a restricted zone (row numbers of the zones)",
    )


def _drawn(
    zone: shapely.Geometry, around: Geometries, reach: float, near: float
) -> tuple[float, float]:
    """Which share of the hole's border runs along the zone's outline, and of the outline along it.

    The outline is taken at the distance of the nearest published feature; ``reach`` and ``near``
    are metres.
    """
    if not len(around):
        return 0.0, 0.0
    window = shapely.buffer(zone, reach)
    holes = np.asarray(shapely.get_parts(shapely.difference(window, shapely.union_all(around))))
    hole = shapely.union_all(holes[shapely.intersects(holes, zone)])
    # Without the border of the window, which is no border of anything published.
    border = shapely.intersection(shapely.boundary(hole), shapely.buffer(zone, reach - 1.0))
    outline = shapely.boundary(shapely.buffer(zone, float(shapely.distance(zone, around).min())))
    return _share_along(border, outline, near), _share_along(outline, border, near)


def _share_along(line: shapely.Geometry, other: shapely.Geometry, near: float) -> float:
    """The share of the length of ``line`` that lies within ``near`` metres of ``other``."""
    length = float(shapely.length(line))
    along = shapely.intersection(line, shapely.buffer(other, near))
    return float(shapely.length(along)) / length if length else 0.0
