"""How good an order of hits is, measured against the labels in relevance.tsv."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("relevance.tsv")
DEPTH = 10


@dataclass(frozen=True)
class Labelled:
    """A query with the grade (1 to 3) of each document that is worth finding."""

    number: str
    kind: str
    half: str
    query: str
    grades: Mapping[str, int]


def read_labels(file: Path = FILE) -> list[Labelled]:
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
    names = lines[0].split("\t")
    rows = [dict(zip(names, line.split("\t"), strict=True)) for line in lines[1:]]
    return [
        Labelled(row["id"], row["type"], row["half"], row["query"], _grades(row["labels"]))
        for row in rows
    ]


def _grades(text: str) -> dict[str, int]:
    pairs = (label.rpartition("=") for label in text.split(";"))
    return {name: int(grade) for name, _, grade in pairs}


Gain = Callable[[int], float]


def steep(grade: int) -> float:
    """2^grade - 1, as web search engines are measured (Burges 2005)."""
    return 2**grade - 1


def plain(grade: int) -> float:
    """The grade itself, as trec_eval and Järvelin and Kekäläinen (2002) have it."""
    return grade


def ndcg(found: Sequence[str], grades: Mapping[str, int], gain: Gain = plain) -> float:
    """Normalised discounted cumulative gain of the first ten."""
    ideal = sorted(grades.values(), reverse=True)
    best = _cumulated(ideal[:DEPTH], gain)
    return _cumulated([grades.get(name, 0) for name in found[:DEPTH]], gain) / best if best else 0.0


def _cumulated(grades: Sequence[int], gain: Gain) -> float:
    return sum(gain(grade) / math.log2(place + 2) for place, grade in enumerate(grades))


@dataclass(frozen=True)
class Measured:
    """Mean nDCG@10 (with both gains), share of queries without any hit, mean by type of query."""

    ndcg: float
    steep: float
    nothing: float
    by_kind: Mapping[str, float]
    each: Mapping[str, float]


def measure(labels: Sequence[Labelled], search: Callable[[str], Sequence[str]]) -> Measured:
    """Measure ``search``: a query to the names of its hits, best first."""
    each, steeper, empty = {}, 0.0, 0
    for label in labels:
        found = search(label.query)
        each[label.query] = ndcg(found, label.grades)
        steeper += ndcg(found, label.grades, steep)
        empty += not found
    kinds: dict[str, list[float]] = {}
    for label in labels:
        kinds.setdefault(label.kind, []).append(each[label.query])
    means = {kind: sum(values) / len(values) for kind, values in kinds.items()}
    count = len(labels)
    return Measured(sum(each.values()) / count, steeper / count, empty / count, means, each)
