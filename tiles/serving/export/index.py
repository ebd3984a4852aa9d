"""``index.json``: what an export folder holds.

The index is written last and replaced by one rename: what it names is complete on disk.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tiles.serving.export.errors import FolderNotOurs

INDEX_NAME = "index.json"
FORMAT_VERSION = 1


@dataclass(frozen=True)
class ExportedGrid:
    """One archive: the files that it became.

    ``source``: size and modification time (ns) of the archive, so that a change is noticed;
    ``bounds``: west, south, east, north in degrees.
    """

    source: tuple[int, int]
    zooms: tuple[int, int]
    bounds: tuple[float, float, float, float]
    tiles: int
    distinct: int
    bytes: int


@dataclass
class ExportedRelease:
    """One release: tile matrix set id -> what of it is there; or the mark of its withdrawal."""

    layer: str
    release: str
    withdrawn: bool = False
    tiles: dict[str, ExportedGrid] = field(default_factory=dict)
    archives: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass
class ExportIndex:
    """Everything in the folder, by (layer, release); ``current``: layer -> release in force."""

    current: dict[str, str] = field(default_factory=dict)
    releases: dict[tuple[str, str], ExportedRelease] = field(default_factory=dict)


def read_index(folder: Path) -> ExportIndex:
    """The index of an export folder; an empty one where there is no folder, or an empty one.

    Raises ``FolderNotOurs`` where the folder holds anything else.
    """
    try:
        document = json.loads((folder / INDEX_NAME).read_text("utf-8"))
        return _parse(document)
    except FileNotFoundError:
        if folder.is_dir() and any(folder.iterdir()):
            raise _not_ours(folder) from None
        return ExportIndex()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _not_ours(folder) from error


def write_index(folder: Path, index: ExportIndex) -> None:
    """Replace ``index.json`` by one rename."""
    document = {
        "format_version": FORMAT_VERSION,
        "current": index.current,
        "releases": [asdict(release) for release in index.releases.values()],
    }
    temporary = folder / f".{INDEX_NAME}.partial"
    temporary.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    temporary.replace(folder / INDEX_NAME)


def _parse(document: dict[str, Any]) -> ExportIndex:
    current, releases = document["current"], document["releases"]
    if document["format_version"] != FORMAT_VERSION:
        raise ValueError("format_version")
    if not isinstance(current, dict) or not isinstance(releases, list):
        raise TypeError("index")
    index = ExportIndex(dict(current))
    for item in releases:
        release = ExportedRelease(
            item["layer"],
            item["release"],
            item["withdrawn"],
            {tms: _grid(grid) for tms, grid in item["tiles"].items()},
            {tms: (size, changed) for tms, (size, changed) in item["archives"].items()},
        )
        index.releases[release.layer, release.release] = release
    return index


def _grid(item: dict[str, Any]) -> ExportedGrid:
    sequences = {name: tuple(item[name]) for name in ("source", "zooms", "bounds")}
    return ExportedGrid(**{**item, **sequences})


def _not_ours(folder: Path) -> FolderNotOurs:
    return FolderNotOurs(
        "输出目录里有别的内容，不是本命令写出的",
        "the output folder holds something that this command did not write",
        where=folder.name,
        mend_zh="请指定空目录或以前的导出目录",
        mend_en="name an empty folder or the folder of an earlier export",
    )
