"""The metadata (SQLite) that comes with a collection of texts: level, day, first day in force."""

from __future__ import annotations

import datetime
import gzip
import re
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from portal.policies.text.days import read_day

_FILE_NAME = re.compile(
    r"(?P<name>.*?)(?:[(（](\d{4})-(\d{2})-(\d{2})[)）]"
    r"|_((?:19|20)\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01]))"
)
"""城乡规划法(2019-04-23), or 城乡规划法_20190423 as the national database names its files."""
_QUERY = """
    SELECT law.name, law.level, law.publish, law.valid_from, law.expired, law.subtitle,
           law.filename, category.folder
    FROM law JOIN category ON category.id = law.category_id
"""
_UNPACKED_LIMIT = 256 * 1024 * 1024


class CatalogueError(Exception):
    """The metadata cannot be read; nothing was imported (元数据无法读取)."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: 元数据无法读取 / the metadata cannot be read: {problem}")


@dataclass(frozen=True)
class Entry:
    """What the metadata say of one text. ``folder``: category, such as 地方性法规/北京."""

    level: str
    folder: str
    published: datetime.date | None
    valid_from: datetime.date | None
    expired: bool


def name_and_day(stem: str) -> tuple[str, datetime.date | None]:
    """Name and day of a file name such as 城乡规划法(2019-04-23) or 城乡规划法_20190423."""
    found = _FILE_NAME.fullmatch(stem)
    if not found:
        return stem, None
    return found["name"], read_day("-".join(filter(None, found.groups()[1:])))


class Catalogue:
    """Entries by name; several metadata files make one catalogue."""

    def __init__(self) -> None:
        self._entries: dict[str, list[Entry]] = {}

    def read(self, path: Path) -> None:
        """Add the entries of a metadata file (SQLite, may be gzipped)."""
        try:
            if path.suffix == ".gz":
                with tempfile.NamedTemporaryFile(suffix=".sqlite3") as unpacked:
                    with gzip.open(path) as packed:
                        data = packed.read(_UNPACKED_LIMIT + 1)
                    if len(data) > _UNPACKED_LIMIT:
                        raise CatalogueError(path, "too large")
                    unpacked.write(data)
                    unpacked.flush()
                    self._load(Path(unpacked.name))
            else:
                self._load(path)
        except (OSError, EOFError, sqlite3.Error) as problem:
            raise CatalogueError(path, str(problem)) from problem

    def _load(self, path: Path) -> None:
        # "immutable": the file may lie in a folder that cannot be written.
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            for name, level, publish, start, expired, *names, folder in connection.execute(_QUERY):
                entry = Entry(
                    str(level),
                    str(folder),
                    read_day(str(publish or "")),
                    read_day(str(start or "")),
                    bool(expired),
                )
                for each in {name, *names}:
                    if each:
                        self._entries.setdefault(str(each), []).append(entry)

    def find(self, stem: str) -> Entry | None:
        """The entry of a file, by its name and day; None where there is none or more than one."""
        name, day = name_and_day(stem)
        entries = self._entries.get(name, [])
        same_day = [entry for entry in entries if entry.published == day]
        if len(same_day) == 1:
            return same_day[0]
        unique = set(entries)
        if day is None and len(unique) == 1:
            return entries[0]
        return None
