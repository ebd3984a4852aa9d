"""Invented names of streets, planning units, schools and stations, in plain good Chinese."""

from __future__ import annotations

import numpy as np

from portal.samplecity.curves import Geometries
from portal.samplecity.design import METRO

HEADS = (
    "春夏秋冬云雨晴霁松竹梅兰桂枫桐榆荷菱芦杏桃梨枣棠月星霞雪金玉"
    "银翠碧丹青素锦绣长永安宁泰和瑞祥嘉景文德仁义礼智信诚"
)
TAILS = "溪泉湖池港汀洲渚桥亭台阁苑园林坡岭岗坪塘浦湾堤岸廊坊里门井巷田圃"
STREET_KIND = {2: ("路", "大街"), 3: ("街", "巷", "路")}
UNIT_STEMS = {
    "old_town": "老城", "cbd": "江湾", "new_town": "新城", "lakeside": "东湖", "station": "枢纽",
    "suburb": "近郊", "university": "大学城", "west": "西城", "industry": "产业园", "logistics": "物流港",
    "high_tech": "科技城", "town": "镇区",
}  # fmt: skip


def stems(rng: np.random.Generator, count: int) -> list[str]:
    """``count`` different two-character place names."""
    pairs = [head + tail for head in HEADS for tail in TAILS]
    order = rng.permutation(len(pairs))
    names = [pairs[row] for row in order[:count]]
    extra = count - len(names)
    return names + [f"新{names[row % len(names)]}" for row in range(max(0, extra))]


def street_names(keys: list[tuple[str, int]], rng: np.random.Generator) -> dict[str, str]:
    """A name for every street, by its key; ``keys``: (key, rank). Named roads keep their names."""
    minor = sorted({(key, rank) for key, rank in keys if rank in STREET_KIND})
    names = stems(rng, len(minor))
    chosen: dict[str, str] = {}
    for (key, rank), stem in zip(minor, names, strict=True):
        kinds = STREET_KIND[rank]
        chosen.setdefault(key, stem + kinds[int(rng.integers(len(kinds)))])
    return chosen


def unit_names(zones: tuple[str, ...], rng: np.random.Generator) -> list[tuple[str, str]]:
    """Code and name of each detailed-planning unit, such as ("LC03", "老城单元03·云溪片区")."""
    initials = {
        "old_town": "LC", "cbd": "JW", "new_town": "XC", "lakeside": "DH", "station": "SN", "suburb": "JJ",
        "university": "DX", "west": "XI", "industry": "CY", "logistics": "WL", "high_tech": "KJ", "town": "ZQ",
    }  # fmt: skip
    seen: dict[str, int] = {}
    labels = []
    for zone, stem in zip(zones, stems(rng, len(zones)), strict=True):
        seen[zone] = seen.get(zone, 0) + 1
        number = f"{seen[zone]:02d}"
        labels.append(
            (f"{initials[zone]}{number}", f"{UNIT_STEMS[zone]}{number}单元（{stem}片区）")
        )
    return labels


def station_rows() -> list[tuple[str, str, float, float]]:
    """Stations as (name, kind, x, y in kilometres), interchanges once."""
    rows = [
        ("示例火车站", "铁路客运站", -0.75, 4.98),
        ("示例高铁南站", "高速铁路客运站", 1.55, -6.15),
        ("示例货运站", "铁路货运站", 8.4, 4.2),
    ]
    seen: set[str] = set()
    for line, _, stops in METRO:
        for name, x, y in stops:
            if name not in seen:
                seen.add(name)
                rows.append((f"{name}站", line, x, y))
    return rows


def numbered(prefix: str, count: int, width: int = 6, start: int = 1) -> Geometries:
    """Identifiers such as 990100000001, shape (count,)."""
    return np.array(
        [f"{prefix}{row:0{width}d}" for row in range(start, start + count)], dtype=object
    )
