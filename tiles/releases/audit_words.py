"""Plain names of outputs, rules and verdicts of the leak audit, Chinese and English.

Pairs, not translated messages: the commands print both languages, a page the reader's.
"""

from __future__ import annotations

from typing import Final

from tiles.releases.audit import ARCHIVE

Pair = tuple[str, str]

VERDICTS: Final[dict[bool | None, Pair]] = {
    True: ("通过", "passed"),
    False: ("未通过", "failed"),
    None: ("未核对", "not checked"),
}

OUTPUTS: Final[dict[str, Pair]] = {
    "package": ("发布包", "Package"),
    "features": ("要素库", "Feature store"),
    "averaging": ("多级多网格平均", "Averaging over all zooms and grids"),
    "difference": ("与前一版本的差异", "Difference to the previous release"),
    "files": ("档案目录", "Folder of the archives"),
    "audit": ("审计过程", "The audit itself"),
}

RULES: Final[dict[str, Pair]] = {
    "floor": ("方案不低于门户底线", "profile not below the portal's floor"),
    "stored_count": ("要素数与发布包相同", "as many features as in the package"),
    "crs": ("坐标系", "coordinate reference system"),
    "geometry_missing": ("要素均有图形", "every feature has a geometry"),
    "geometry_type": ("图形类型", "geometry type"),
    "geometry_dimension": ("只有平面坐标", "plane coordinates only"),
    "geometry_valid": ("图形合法", "valid geometry"),
    "grid": ("节点落在地面格网", "vertices on the ground grid"),
    "min_area": ("不小于最小面积", "not below the minimum area"),
    "coverage": ("图斑不重叠、公共边界一致", "no overlaps, shared borders identical"),
    "allow_list": ("属性在准出清单内", "attributes within the allow-list"),
    "attribute_missing": ("准出属性齐全", "no attribute is missing"),
    "attribute_type": ("属性类型", "attribute types"),
    "attribute_length": ("文本长度", "length of texts"),
    "domain": ("属性值在值域内", "values within their domain"),
    "range": ("数值在范围内", "numbers within their range"),
    "code_length": ("代码已截短", "codes truncated"),
    "rounding": ("数值已按步长取整", "numbers rounded to their step"),
    "band": ("数值已分级", "numbers in bands"),
    "year": ("日期只到年份", "dates reduced to years"),
    "date": ("日期格式", "form of dates"),
    "personal_data": ("无个人信息", "no personal data"),
    "small_counts": ("属性组合不少于 k 个要素", "attribute combinations shared by k or more"),
    "telling_label": ("隐去类别的名称也已隐去", "labels of withheld classes withheld"),
    "archive_tiles": ("已解码的瓦片", "tiles decoded"),
    "archive_unreadable": ("档案与瓦片可读", "archive and tiles readable"),
    "archive_metadata": ("档案元数据与方案一致", "metadata explained by the profile"),
    "archive_bounds": ("档案范围与数据一致", "bounds of the archive"),
    "archive_bytes": ("档案无多余字节", "no bytes outside the tiles"),
    "archive_zoom": ("级别在方案之内", "zooms within the profile"),
    "tile_layer": ("瓦片图层与版本", "layers and version of the tiles"),
    "tile_unused": ("瓦片无闲置的属性名或值", "no unused keys or values in tiles"),
    "tile_kind": ("瓦片图形类型", "geometry kinds in tiles"),
    "tile_buffer": ("节点不超出瓦片缓冲", "vertices within the tile buffer"),
    "multiplied": ("一块瓦片内要素不重复", "no feature twice in a tile"),
    "tile_attribute": ("瓦片属性在准出清单内", "attributes in tiles within the allow-list"),
    "tile_value": ("瓦片属性值均已公布", "values in tiles are published values"),
    "tile_properties": ("瓦片属性与要素库一致", "attributes in tiles as in the store"),
    "tile_merged": ("合并要素只带共有属性", "merged features carry common values only"),
    "tile_id": ("瓦片要素号均已公布", "feature ids in tiles are known"),
    "tile_vertex": ("瓦片节点可由公布图形解释", "vertices explained by published geometry"),
    "tile_foreign": ("节点属于其要素", "vertices belong to their features"),
    "tile_cut": ("瓦片边缘的节点在公布的边上", "vertices at tile borders lie on published edges"),
    "tile_label": ("注记点在要素之内", "label points within their features"),
    "same_geometry": ("各成果图形一致", "the same geometry in all outputs"),
    "same_attributes": ("各成果属性一致", "the same attributes in all outputs"),
    "reappears": ("隐去的要素不在其他级别出现", "hidden features stay hidden at other zooms"),
    "not_drawn": ("要素在最大级别单独绘出", "features drawn by themselves at the highest zoom"),
    "thinned_in_tile": ("要素在其每块瓦片中绘出", "features drawn in each of their tiles"),
    "averaging": ("各级节点只差取整误差", "estimates differ by rounding only"),
    "averaging_mean": ("平均后仍落在格网点", "means stay at the grid points"),
    "difference": ("已比较的要素", "features compared"),
    "grid_changed": ("两版格网相容", "grids of both releases nest"),
    "grid_incompatible": ("两版格网相容", "grids of both releases nest"),
    "grid_coarser": ("前一版格网更细", "finer grid before"),
    "moved_below_grid": ("节点移动不小于格网步长", "no vertex moved by less than a grid step"),
    "few_changes": ("变化的要素数", "features that changed"),
    "appeared": ("新出现", "new"),
    "disappeared": ("消失", "gone"),
    "moved": ("图形改变", "geometry changed"),
    "attributes_changed": ("属性改变", "attributes changed"),
    "value_disclosed": ("原先隐去的值被公布", "values disclosed that were withheld"),
    "value_withdrawn": ("原先公布的值被隐去", "values withheld that were published"),
    "appeared_in_hole": ("原留空处出现要素", "features in a former hole"),
    "vanished_into_hole": ("原有要素处留空", "holes where features were"),
    "not_checked": ("未能核对", "not checked"),
    "nothing_checked": ("未核对任何内容", "nothing was looked at"),
}

FLAGGED: Final = frozenset(
    {
        "few_changes",
        "grid_coarser",
        "value_disclosed",
        "value_withdrawn",
        "appeared_in_hole",
        "vanished_into_hole",
    }
)
"""Notes on a difference that an approver has to look at; the others merely list what changed."""

OF_PREVIOUS: Final = frozenset({"disappeared", "vanished_into_hole"})
"""Findings whose rows are those of the previous release."""


def output_name(output: str) -> Pair:
    if output.startswith(ARCHIVE):
        tms = output.removeprefix(ARCHIVE)
        return f"瓦片档案 {tms}", f"Tile archive {tms}"
    return OUTPUTS.get(output, (output, output))


def rule_name(rule: str) -> Pair:
    """The plain name of a rule; an unknown one keeps its code."""
    if rule.startswith("floor_"):  # each bound of the floor has a finding of its own
        return RULES["floor"]
    return RULES.get(rule, (rule, rule))
