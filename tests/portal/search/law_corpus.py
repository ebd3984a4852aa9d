"""The real laws as documents of search, parsed in the simplest way: one document an article."""

from __future__ import annotations

import datetime
import gzip
import re
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from portal.core.text.numbers import article_number
from portal.core.text.titles import title_key
from portal.policies.gists import gist_of
from portal.search.enums import DocumentStatus
from portal.search.source import SearchDocument

ARCHIVES = {"nat": "laws-national.zip", "loc": "laws-local-beijing-shanghai.zip"}
NUMERAL = "零〇一二三四五六七八九十百千"
ARTICLE = re.compile(rf"^\s*\**(第[{NUMERAL}]+条(?:之[一二三四五六七八九十]+)?)[\s　\**]*(.*)$")
HEADING = re.compile(r"^#{2,6}\s*(.+)$")
DATED = re.compile(r"\((\d{4})-(\d{2})-(\d{2})\)$")
WEIGHTS = {"行政法规": 1.1, "部门规章": 1.0, "司法解释": 0.9, "案例": 0.7, "其他": 0.8, "DLC": 1.0}
LAW_WEIGHT, DECISION_WEIGHT = 1.2, 0.5


class LawSource:
    """The articles of all laws; a law without articles is one document."""

    kind = "article"
    label = "法规条文"

    def __init__(self, folder: Path) -> None:
        self.every: dict[str, SearchDocument] = {}
        self.names: dict[str, str] = {}
        """Key of a document -> ``archive:path#number``, as the labels name it."""
        for name, document in read_laws(folder):
            self.every[document.key] = document
            self.names[document.key] = name

    def documents(self, keys: Iterable[str] | None = None) -> Iterator[SearchDocument]:
        if keys is None:
            yield from self.every.values()
        else:
            yield from (self.every[key] for key in keys if key in self.every)


def read_laws(folder: Path) -> Iterator[tuple[str, SearchDocument]]:
    """Each document with its name."""
    validity = read_validity(folder)
    for short, name in ARCHIVES.items():
        with zipfile.ZipFile(folder / name) as archive:
            paths = [path for path in sorted(archive.namelist()) if path.endswith(".md")]
            newest = {law_of(path): path for path in paths}
            for law, path in enumerate(paths):
                text, old = archive.read(path).decode("utf-8"), newest[law_of(path)] != path
                for document in read_law(f"{short}{law}", path, text, validity, old=old):
                    cited = article_number(document.label)
                    number = f"{cited.number}-{cited.sub}" if cited else ""
                    yield f"{short}:{path}#{number.removesuffix('-0')}", document


def law_of(path: str) -> str:
    """What the versions of one law have in common; their dates sort with the path."""
    return DATED.sub("", path.removesuffix(".md"))


def read_validity(folder: Path) -> dict[tuple[str, str], tuple[str, bool]]:
    """(title, promulgation date) -> (in force from, expired)."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(gzip.decompress((folder / "laws-national-meta.sqlite3.gz").read_bytes()))
        file.flush()
        connection = sqlite3.connect(file.name)
        rows = connection.execute("select name, publish, valid_from, expired from law").fetchall()
        connection.close()
    return {
        (title_key(name), day or ""): (valid or "", bool(gone)) for name, day, valid, gone in rows
    }


def read_law(
    law: str,
    path: str,
    text: str,
    validity: dict[tuple[str, str], tuple[str, bool]],
    *,
    old: bool,
) -> Iterator[SearchDocument]:
    stem = Path(path).stem
    dated = DATED.search(stem)
    day = "-".join(dated.groups()) if dated else ""
    head, _, body = text.rpartition("<!-- INFO END -->")
    title = next((line[2:].strip() for line in text.splitlines() if line.startswith("# ")), stem)
    valid, expired = validity.get((title_key(DATED.sub("", stem)), day), ("", False))
    category = path.partition("/")[0]
    weight = WEIGHTS.get(category, LAW_WEIGHT)
    if "的决定" in title or "的决议" in title or "修正案" in title:
        weight = DECISION_WEIGHT
    common = {
        "kind": "article",
        "title": title,
        "url": f"/policies/{stem}",
        "region_code": {"北京": "110000", "上海": "310000"}.get(Path(path).parent.name, ""),
        "effective_from": datetime.date.fromisoformat(valid) if valid else None,
        "status": DocumentStatus.REPEALED if expired or old else DocumentStatus.IN_FORCE,
        "published_on": datetime.date.fromisoformat(day) if day else None,
        "weight": weight,
    }
    for number, (heading, label, lines) in enumerate(split_articles(body or head)):
        words = "\n".join(lines)
        gist = gist_of(words)
        yield SearchDocument(
            key=f"{law}-{number}",
            heading=heading,
            label=label,
            gist=gist.text,
            asked=gist.asked,
            text=words,
            **common,
        )


def split_articles(body: str) -> Iterator[tuple[str, str, list[str]]]:
    heading, label, lines = "", "", []
    for line in body.splitlines():
        chapter, article = HEADING.match(line), ARTICLE.match(line)
        if chapter or article:
            if any(lines):
                yield heading, label, lines
            label, lines = "", []
        if chapter:
            heading = chapter[1].strip()
        elif article:
            label, lines = article[1], [article[2]]
        elif line.strip() and not line.startswith("# "):
            lines.append(line.strip())
    if any(lines):
        yield heading, label, lines
