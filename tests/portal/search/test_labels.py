"""The labelled relevance set: every label names an article that exists, and the mix of queries is kept."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest

FILE = Path(__file__).with_name("relevance.tsv")
ARCHIVES = {"nat": "laws-national.zip", "loc": "laws-local-beijing-shanghai.zip"}
ARTICLE = re.compile(
    r"^\s*第([零〇一二三四五六七八九十百千]+)条(?:之([一二三四五六七八九十]+))?", re.MULTILINE
)
DIGITS = "〇一二三四五六七八九"
UNITS = {"十": 10, "百": 100, "千": 1000}
SHARES = {
    "keywords": (0.30, 0.40),
    "phrase": (0.25, 0.35),
    "question": (0.20, 0.30),
    "abbreviation": (0.04, 0.07),
    "title": (0.04, 0.07),
}
TWO_HANZI = re.compile(r"[\u4e00-\u9fff]{2}")


def _number(numeral: str) -> int:
    """The value of a Chinese numeral below ten thousand, as laws number their articles."""
    total = digit = 0
    for sign in numeral.replace("零", "〇"):
        if sign in UNITS:
            total += (digit or 1) * UNITS[sign]
            digit = 0
        else:
            digit = DIGITS.index(sign)
    return total + digit


def _rows() -> list[dict[str, str]]:
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    names = lines[0].split("\t")
    return [dict(zip(names, line.split("\t"), strict=True)) for line in lines[1:]]


def _labels(row: dict[str, str]) -> list[tuple[str, str, str]]:
    """Path, article number and grade of each label of a row."""
    found = []
    for label in row["labels"].split(";"):
        match = re.fullmatch(r"(.+)#(\d+(?:-\d+)?)=([123])", label)
        assert match, f"{row['id']}: {label!r} is not of the form path#number=grade"
        found.append((match[1], match[2], match[3]))
    return found


ROWS = _rows()


@pytest.fixture(scope="module")
def articles(shared_data: Path) -> dict[str, set[str]]:
    """The article numbers of every law, by archive:path."""
    found = {}
    for short, name in ARCHIVES.items():
        with zipfile.ZipFile(shared_data / "05-laws" / name) as archive:
            for path in archive.namelist():
                text = archive.read(path).decode("utf-8") if path.endswith(".md") else ""
                found[f"{short}:{path}"] = {
                    f"{_number(main)}-{_number(sub)}" if sub else str(_number(main))
                    for main, sub in ARTICLE.findall(text)
                }
    return found


def test_every_label_names_an_article_of_the_corpus(articles: dict[str, set[str]]) -> None:
    wrong = [
        f"{row['id']} {path}#{number}"
        for row in ROWS
        for path, number, _ in _labels(row)
        if number not in articles.get(path, set())
    ]

    assert wrong == []


def test_there_are_enough_queries_and_each_has_an_answer() -> None:
    without = [row["id"] for row in ROWS if "3" not in {grade for *_, grade in _labels(row)}]

    assert len(ROWS) >= 170
    assert len(without) <= 2, f"queries without an article that answers them: {without}"


def test_the_mix_of_queries_is_kept() -> None:
    kinds = Counter(row["type"] for row in ROWS)
    kinds["keywords"] = kinds.pop("word2") + kinds.pop("keyword")

    assert set(kinds) == set(SHARES)
    for kind, (least, most) in SHARES.items():
        assert least <= kinds[kind] / len(ROWS) <= most, kind


def test_at_least_twenty_five_queries_are_words_of_two_characters() -> None:
    words = [row["query"] for row in ROWS if row["type"] == "word2"]

    assert len(words) >= 25
    assert [word for word in words if not TWO_HANZI.fullmatch(word)] == []


def test_both_halves_hold_the_same_mix() -> None:
    halves = Counter((row["type"], row["half"]) for row in ROWS)

    assert {half for _, half in halves} == {"dev", "test"}
    for kind in {row["type"] for row in ROWS}:
        assert abs(halves[kind, "dev"] - halves[kind, "test"]) <= 1, kind


def test_nothing_is_listed_twice() -> None:
    repeated = [
        row["id"] for row in ROWS if len({label[:2] for label in _labels(row)}) != len(_labels(row))
    ]

    assert repeated == []
    for column in ("id", "query"):
        assert [
            value for value, times in Counter(row[column] for row in ROWS).items() if times > 1
        ] == []
