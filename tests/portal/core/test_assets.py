"""Copying the browser libraries."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.assets import LIBRARIES, MissingPackage, copy_libraries


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with every library installed in the pinned version 1.0.0."""
    pinned = {library.name: "1.0.0" for library in LIBRARIES}
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": pinned}), "utf-8")
    for library in LIBRARIES:
        package = tmp_path / "node_modules" / library.name
        (package / "dist").mkdir(parents=True)
        facts = {"version": "1.0.0", "license": "BSD-3-Clause"}
        (package / "package.json").write_text(json.dumps(facts), "utf-8")
        for name in (*library.files, library.licence):
            (package / name).write_text("code;\n//# sourceMappingURL=code.mjs.map\n", "utf-8")
    return tmp_path


def test_named_files_licence_and_versions_are_copied(checkout: Path) -> None:
    copy_libraries(checkout)
    vendor = checkout / "static" / "vendor"
    assert (vendor / "maplibre-gl" / "maplibre-gl.mjs").read_text("utf-8") == "code;\n"
    assert (vendor / "maplibre-gl" / "LICENSE.txt").is_file()
    (entry,) = json.loads((vendor / "versions.json").read_text("utf-8"))
    assert entry["version"] == "1.0.0"
    assert entry["licence"] == "BSD-3-Clause"


def test_a_second_run_gives_the_same_files(checkout: Path) -> None:
    first = copy_libraries(checkout)
    assert copy_libraries(checkout) == first


def test_another_version_than_the_pinned_one_is_refused(checkout: Path) -> None:
    copy_libraries(checkout)
    package = checkout / "node_modules" / "maplibre-gl" / "package.json"
    package.write_text(json.dumps({"version": "2.0.0", "license": "MIT"}), "utf-8")
    with pytest.raises(MissingPackage, match=r"2\.0\.0"):
        copy_libraries(checkout)
    assert (checkout / "static" / "vendor" / "versions.json").is_file()


def test_a_missing_package_says_how_to_install_it(checkout: Path) -> None:
    (checkout / "node_modules" / "maplibre-gl" / "package.json").unlink()
    with pytest.raises(MissingPackage, match="npm ci"):
        copy_libraries(checkout)
