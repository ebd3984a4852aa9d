"""The release directory: the small file that tells the tile endpoint what is published.

The database is the truth; this file is derived from it after each switch and again at start-up.
The tile endpoint reads only this file, so it needs no database. It is replaced by one rename, so
a reader sees the old or the new directory, never a mixture.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

DIRECTORY_NAME = "directory.json"
FORMAT_VERSION = 1


@dataclass(frozen=True)
class PublishedRelease:
    """One release whose archives are on disk, or one that was withdrawn.

    ``archives``: tile matrix set id -> path relative to the published folder; empty when withdrawn.
    """

    release: str
    withdrawn: bool = False
    archives: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PublishedLayer:
    """One layer; ``current`` is the id of the release in force, or ``""`` when there is none.

    ``profile`` is the public half of the profile of the current release: titles, style, zooms,
    attributes, review number, licence.
    """

    code: str
    current: str
    profile: dict[str, Any]
    releases: dict[str, PublishedRelease]


@dataclass(frozen=True)
class Directory:
    """Everything published, by layer code, in the drawing order of the map (bottom first)."""

    layers: dict[str, PublishedLayer] = field(default_factory=dict)


def load_directory(published: Path) -> Directory:
    """Read ``published/directory.json``.

    Raises ``FileNotFoundError`` when nothing was ever published, ``ValueError`` when the file is
    not of this format.
    """
    document = json.loads((published / DIRECTORY_NAME).read_text("utf-8"))
    if document.get("format_version") != FORMAT_VERSION:
        raise ValueError(f"{DIRECTORY_NAME}: unknown format version")
    layers = {}
    for entry in document["layers"]:
        releases = {item["release"]: PublishedRelease(**item) for item in entry["releases"]}
        layers[entry["code"]] = PublishedLayer(
            entry["code"], entry["current"], entry["profile"], releases
        )
    return Directory(layers)


def write_directory(published: Path, directory: Directory) -> None:
    """Replace ``published/directory.json`` atomically and durably."""
    document = {
        "format_version": FORMAT_VERSION,
        "layers": [
            {
                "code": layer.code,
                "current": layer.current,
                "profile": layer.profile,
                "releases": [asdict(release) for release in layer.releases.values()],
            }
            for layer in directory.layers.values()
        ],
    }
    published.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=published, prefix=".directory-", suffix=".partial")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(document, stream, ensure_ascii=False, separators=(",", ":"))
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(published / DIRECTORY_NAME)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(published, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
