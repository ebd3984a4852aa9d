"""Quality checks of the sources: which layers there were, how they were read, what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from .assemble import Assembled
from .quality_report import Check

_LEFT_OUT = ("geometry_missing", "other_geometry_type", "geometries_of_no_use")
# What the reading process did to text and values, or could not keep.
_RECODED = ("recoded:", "encoding:")
_LOST = ("values_cut_by_field_width", "binary_fields_dropped", "fields_renamed", "reader_warnings")


def check_layers(assembled: Assembled, required: Sequence[str]) -> Check:
    """Every source layer that is asked for must be there and hold features of the layer's kind."""
    there = {name for part in assembled.parts for name in _names(part.source)}
    missing = [name for name in dict.fromkeys(required) if name not in there]
    listed = "、".join(missing)
    return Check(
        "layers",
        "completeness",
        f"要求的来源图层缺失：{listed}" if missing else "要求的来源图层齐全",
        f"source layers missing: {', '.join(missing)}"
        if missing
        else "all source layers are there",
        count=len(missing),
        checked=len(set(required)),
        verdict="refuse" if missing else "pass",
    )


def _names(source: str) -> set[str]:
    """A source is called by its file, with or without ending, and by its layer's name."""
    file, _, layer = source.partition("|")
    return {source, file, PurePath(file).stem, layer} - {""}


def check_spatial_reference(assembled: Assembled) -> Check:
    """Missing, unknown and implausible systems were refused before; what is left is a note."""
    systems = {part.crs for part in assembled.parts}
    moved = systems != {assembled.table.crs}
    return Check(
        "spatial_reference",
        "spatial_reference",
        "坐标系已声明、范围可信、轴序正确" + ("；已投影到地面坐标系" if moved else ""),
        "CRS declared, extent plausible, axis order right" + ("; reprojected" if moved else ""),
        count=len(systems) if moved else 0,
        checked=len(assembled.parts),
        verdict="note" if moved else "pass",
    )


def check_reading(assembled: Assembled) -> Check:
    """Text in another encoding than UTF-8 was told by its content; cut values are named."""
    found = [n for n in assembled.noticed if n.code.startswith(_RECODED + _LOST)]
    lost = sum(n.count for n in found if n.code in _LOST)
    encodings = sorted({n.code.partition(":")[2] for n in found if n.code.startswith(_RECODED)})
    told = "、".join(encodings)
    return Check(
        "format_and_encoding",
        "format",
        "文件格式与文字编码可读" + (f"；按内容判定编码 {told}" if encodings else ""),
        "format and text encoding are readable"
        + (f"; encoding told by content: {', '.join(encodings)}" if encodings else ""),
        count=len(found),
        checked=len(assembled.parts),
        verdict="note" if found else "pass",
        measured={"values_or_fields_changed": lost} if lost else {},
    )


def check_left_out(assembled: Assembled) -> Check:
    found = [noticed for noticed in assembled.noticed if noticed.code in _LEFT_OUT]
    count = sum(noticed.count for noticed in found)
    return Check(
        "features_left_out",
        "completeness",
        "无几何、空几何或几何类型不符而未采用的要素",
        "features left out for having no geometry or one of another type",
        count=count,
        checked=count + len(assembled.table),
        verdict="note" if count else "pass",
    )
