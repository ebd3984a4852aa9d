"""Keys, a source, a profile and one good package, made once for the tests that only read them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.tiles.packages import making
from tiles.packages.keys import TrustStore, load_trust, make_keys
from tiles.packages.pack import pack
from tiles.packages.pack_report import PackReport
from tiles.packages.verify import CheckedPackage, check_package


@dataclass(frozen=True)
class Signers:
    """Three key files; the trust file demands two of them."""

    keys: tuple[Path, ...]
    trust: TrustStore


@pytest.fixture(scope="session")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    folder = tmp_path_factory.mktemp("keys") / "made"
    names = ("one", "two", "three")
    make_keys(folder, names)
    paths = tuple(folder / f"{name}.key.pem" for name in names)
    return Signers(paths, load_trust(folder / "trust.json"))


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory, signers: Signers) -> PackReport:
    """One good package, its report."""
    folder = tmp_path_factory.mktemp("good")
    return pack(
        [making.write_geojson(folder / "raw.geojson", making.parcels())],
        layer="landuse",
        profile=making.write_profile(folder / "landuse.toml"),
        out=folder / "good.zip",
        keys=signers.keys[:2],
        now=making.NOW,
    )


@pytest.fixture
def packing(tmp_path: Path, signers: Signers) -> Callable[..., PackReport]:
    """Packs the given features with a profile changed as said; the package is ``out.zip``."""

    def run(
        features: list[dict[str, Any]], crs: str | None = making.CRS, **changes: str
    ) -> PackReport:
        return pack(
            [making.write_geojson(tmp_path / "raw.geojson", features, crs)],
            layer="landuse",
            profile=making.write_profile(tmp_path / "landuse.toml", **changes),
            out=tmp_path / "out.zip",
            keys=signers.keys[:2],
            now=making.NOW,
        )

    return run


@pytest.fixture
def checking(tmp_path: Path, signers: Signers) -> Callable[..., CheckedPackage]:
    """Checks a package as the portal does; afterwards nothing may lie in the work folder."""
    workdir = tmp_path / "work"
    workdir.mkdir()

    def run(package: Path, **changes: Any) -> CheckedPackage:
        arguments = {"trust": signers.trust, "now": making.NOW, "workdir": workdir} | changes
        try:
            return check_package(package, **arguments)
        finally:
            assert list(workdir.iterdir()) == []

    return run


@pytest.fixture(autouse=True)
def own_temporary_folder(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Every test has a temporary folder of its own, and must leave nothing in it."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []
