"""The portal's own floor (底线方案): what no profile, however well signed, may go below."""

from __future__ import annotations

from dataclasses import dataclass

from tiles.desensitise.findings import Finding
from tiles.desensitise.profile import Profile


@dataclass(frozen=True)
class FloorProfile:
    """Lower bounds for every layer: ``min_grid`` in metres, ``min_area`` in m2 (polygons).

    ``min_k`` binds only layers that have a small-count rule; ``free_text`` allows text that
    passes unscrubbed and is bound to no list of values.
    """

    min_grid: float = 10.0
    min_area: float = 100.0
    max_zoom: int = 18
    min_k: int = 3
    max_attributes: int = 40
    max_text_length: int = 500
    free_text: bool = False


FLOOR = FloorProfile()


def profile_violations(profile: Profile, floor: FloorProfile = FLOOR) -> list[Finding]:
    """Where the profile is more generous than the floor; an empty list means it is not."""
    checks = (_grid, _min_area, _zoom, _small_counts, _attribute_count, _text_length, _free_text)
    found = (check(profile, floor) for check in checks)
    return [finding for finding in found if finding is not None]


def _violation(rule: str, zh: str, en: str, count: int = 1) -> Finding:
    return Finding(f"floor_{rule}", "refuse", zh, en, count)


def _grid(profile: Profile, floor: FloorProfile) -> Finding | None:
    if profile.ground.grid >= floor.min_grid:
        return None
    return _violation(
        "grid",
        f"地面格网 {profile.ground.grid:g} 米小于底线 {floor.min_grid:g} 米",
        f"ground grid {profile.ground.grid:g} m is finer than the floor of {floor.min_grid:g} m",
    )


def _min_area(profile: Profile, floor: FloorProfile) -> Finding | None:
    if profile.layer.geometry != "polygon" or profile.ground.min_area >= floor.min_area:
        return None
    return _violation(
        "min_area",
        f"最小图斑面积小于底线 {floor.min_area:g} 平方米",
        f"minimum area is below the floor of {floor.min_area:g} m2",
    )


def _zoom(profile: Profile, floor: FloorProfile) -> Finding | None:
    if profile.zooms.max <= floor.max_zoom:
        return None
    return _violation(
        "zoom",
        f"最大级别超过底线 {floor.max_zoom}",
        f"the highest zoom is above the floor of {floor.max_zoom}",
    )


def _small_counts(profile: Profile, floor: FloorProfile) -> Finding | None:
    if profile.small_counts is None or profile.small_counts.k >= floor.min_k:
        return None
    return _violation(
        "small_counts",
        f"小计数阈值 k 小于底线 {floor.min_k}",
        f"small-count threshold k is below the floor of {floor.min_k}",
    )


def _attribute_count(profile: Profile, floor: FloorProfile) -> Finding | None:
    excess = len(profile.attributes) - floor.max_attributes
    if excess <= 0:
        return None
    return _violation(
        "attributes",
        f"准出属性多于底线 {floor.max_attributes} 项",
        f"more than {floor.max_attributes} attributes are allowed out",
        excess,
    )


def _text_length(profile: Profile, floor: FloorProfile) -> Finding | None:
    long = [rule.name for rule in profile.attributes if rule.max_length > floor.max_text_length]
    if not long:
        return None
    return _violation(
        "text_length",
        f"属性文本长度上限超过底线 {floor.max_text_length}：{'、'.join(long)}",
        f"text may be longer than {floor.max_text_length}: {', '.join(long)}",
        len(long),
    )


def _free_text(profile: Profile, floor: FloorProfile) -> Finding | None:
    free = [rule.name for rule in profile.attributes if rule.is_free_text]
    if floor.free_text or not free:
        return None
    return _violation(
        "free_text",
        f"自由文本未设清洗规则（scrub）或值域：{'、'.join(free)}",
        f'free text without rule "scrub", "domain" or "values": {", ".join(free)}',
        len(free),
    )
