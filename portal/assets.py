"""Copy the named browser libraries from ``node_modules`` to ``static/vendor``.

Run as ``python -m portal.assets`` after ``npm ci --ignore-scripts``. There is no bundler: each
file is served as its author published it, beside its licence and ``versions.json`` (name,
version, licence and the SHA-256 of every file).
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# The source maps are not shipped: a line that points to one would be a dead link.
SOURCE_MAP = re.compile(rb"\n//# sourceMappingURL=\S+\s*$|\n/\*# sourceMappingURL=\S+ \*/\s*$")


@dataclass(frozen=True)
class Library:
    """One npm package and the files of it that browsers load."""

    name: str
    files: tuple[str, ...]
    licence: str


LIBRARIES = (
    Library(
        "maplibre-gl",
        ("dist/maplibre-gl.mjs", "dist/maplibre-gl-worker.mjs", "dist/maplibre-gl.css"),
        "LICENSE.txt",
    ),
)


class MissingPackage(Exception):
    """A package is not installed, or not in the version that package.json pins."""


def copy_library(library: Library, modules: Path, vendor: Path, pinned: str) -> dict[str, Any]:
    """Copy one library to ``vendor/<name>/`` and return its entry for ``versions.json``.

    Raises ``MissingPackage`` when it is absent or its version is not the ``pinned`` one.
    """
    package = modules / library.name
    if not (package / "package.json").is_file():
        raise MissingPackage(f"{library.name} is not installed: run npm ci --ignore-scripts")
    facts = json.loads((package / "package.json").read_text("utf-8"))
    if facts["version"] != pinned:
        raise MissingPackage(
            f"{library.name} {facts['version']} is installed, package.json pins {pinned}"
        )
    target = vendor / library.name
    target.mkdir(parents=True)
    hashes = {}
    for name in (*library.files, library.licence):
        content = SOURCE_MAP.sub(b"\n", (package / name).read_bytes())
        (target / Path(name).name).write_bytes(content)
        hashes[Path(name).name] = hashlib.sha256(content).hexdigest()
    return {
        "name": library.name,
        "version": facts["version"],
        "licence": facts["license"],
        "sha256": hashes,
    }


def copy_libraries(root: Path = ROOT) -> list[dict[str, Any]]:
    """Fill ``static/vendor`` anew from ``node_modules``; the old folder goes only at the end.

    Raises ``MissingPackage``; then the old folder stands as it was.
    """
    pinned = json.loads((root / "package.json").read_text("utf-8"))["dependencies"]
    vendor = root / "static" / "vendor"
    fresh = vendor.with_name("vendor.partial")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        entries = [
            copy_library(library, root / "node_modules", fresh, pinned[library.name])
            for library in LIBRARIES
        ]
        (fresh / "versions.json").write_text(
            json.dumps(entries, indent=2, sort_keys=True) + "\n", "utf-8"
        )
        shutil.rmtree(vendor, ignore_errors=True)
        fresh.rename(vendor)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return entries


def main() -> int:
    """Copy everything and say what was copied; exit status 1 when a package is missing."""
    try:
        entries = copy_libraries()
    except MissingPackage as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    for entry in entries:
        sys.stdout.write(f"{entry['name']} {entry['version']} ({entry['licence']})\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
