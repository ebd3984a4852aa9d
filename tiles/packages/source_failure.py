"""Why the reading process could not go on: codes on its side, sentences on the parent's."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tiles.desensitise.errors import Refusal

from .errors import (
    EncodingUnknown,
    NoIsolation,
    SourceCrashed,
    SourceTooLarge,
    SourceUnreadable,
)
from .strict_json import StrictJsonError, load_object

FAILURE_NAME = "failure.json"
_MAX_BYTES = 64 * 1024
_WORD = re.compile(r"[A-Za-z0-9 ._-]{0,80}")
_TOO_LARGE = {
    "memory": ("内存", "memory"),
    "features": ("要素数", "number of features"),
    "vertices": ("坐标点数", "number of vertices"),
    "layers": ("图层数", "number of layers"),
    "fields": ("字段数", "number of fields"),
}
_UNREADABLE = {
    "no_layer": ("没有带几何的图层", "it holds no layer with geometry"),
    "cut_short": (
        "文件不完整，要素少于其自称的数量",
        "it is cut off: fewer features than it claims",
    ),
    "gdal": ("格式不受支持或内容损坏", "the format is not accepted, or the content is damaged"),
}


class CannotRead(Exception):
    """The job must end: ``code`` is one of the parent's, ``facts`` are short plain words."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def write_failure(folder: Path, failure: CannotRead, source: int) -> None:
    """State the failure in the job's folder; ``source`` is -1 when no source is to blame."""
    document = {"code": failure.code, "source": source, "facts": failure.facts}
    (folder / FAILURE_NAME).write_text(json.dumps(document, ensure_ascii=True), "ascii")


def failure_as_refusal(folder: Path, displays: list[str]) -> Refusal | None:
    """The refusal that the child stated, or ``None`` when it stated none."""
    path = folder / FAILURE_NAME
    if path.is_symlink() or not path.is_file():
        return None
    try:
        document = load_object(path.read_bytes()[:_MAX_BYTES])
        source = document["source"]
        facts = {name: _plain(value) for name, value in document["facts"].items()}
    except (OSError, StrictJsonError, KeyError, AttributeError):
        return SourceCrashed("读取进程的结果无效", "the reading process made no sense")
    known = isinstance(source, int) and 0 <= source < len(displays)
    return _refusal(document["code"], facts, displays[source] if known else "")


def _plain(value: Any) -> str:
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""


def _refusal(code: Any, facts: Mapping[str, str], where: str) -> Refusal:
    if code == "encoding_unknown":
        return _encoding_unknown(facts, where)
    if code == "source_too_large":
        zh, en = _TOO_LARGE.get(facts.get("what", ""), ("大小", "size"))
        return SourceTooLarge(f"{zh}超出限制", f"the {en} is beyond the limit", where=where)
    if code == "no_isolation":
        return NoIsolation(
            "本机不支持隔离读取进程的网络，不读取",
            "this machine cannot keep the reading process off the network; nothing is read",
            mend_zh="在支持用户命名空间或 seccomp 的 Linux 上运行",
            mend_en="run on a Linux that offers user namespaces or seccomp",
        )
    zh, en = _UNREADABLE.get(facts.get("what", ""), _UNREADABLE["gdal"])
    place = facts.get("place", "")
    return SourceUnreadable(
        f"无法读取：{zh}" + (f"（{place}）" if place else ""),
        f"cannot be read: {en}" + (f" ({place})" if place else ""),
        where=where,
    )


def _encoding_unknown(facts: Mapping[str, str], where: str) -> EncodingUnknown:
    mend = {
        "mend_zh": "用 --encoding 指明文字编码，例如 --encoding gb18030",
        "mend_en": "state the encoding with --encoding, for example --encoding gb18030",
    }
    if stated := facts.get("stated", ""):
        return EncodingUnknown(
            f"文字不全是 {stated} 编码", f"not all text is encoded in {stated}", where=where, **mend
        )
    candidates = facts.get("candidates", "") or "?"
    return EncodingUnknown(
        f"无法判定文字编码（可能是：{candidates}）",
        f"the encoding of the text cannot be told (perhaps: {candidates})",
        where=where,
        **mend,
    )
