"""The sample city's internal node: a folder with raw layers and keys, and its packing tool.

The portal never reads this folder; only the signed packages that ``pack_all`` leaves in
``outbox/`` cross, and the trust file with the public keys.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.samplecity.amendments import AMENDED_LAYERS, FOLDER
from portal.samplecity.generate import generate
from tiles.packages.keys import make_keys

ROOT = Path(__file__).resolve().parent.parent.parent
PROFILES = Path(__file__).resolve().parent / "profiles"
CITY_FILE = "city.json"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class InternalNode:
    """Paths of the folder that stands for the internal node."""

    folder: Path

    @property
    def outbox(self) -> Path:
        return self.folder / "outbox"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    def prepare(self, *, plots: int, seed: int, progress: Progress) -> None:
        """Generate the raw layers and the signing keys, unless they are there already."""
        wanted = {"plots": plots, "seed": seed, "amended": list(AMENDED_LAYERS)}
        marker = self.folder / CITY_FILE
        if not marker.exists() or json.loads(marker.read_text("utf-8")) != wanted:
            marker.unlink(missing_ok=True)
            generate(self.folder, plots=plots, seed=seed, progress=progress)
            marker.write_text(json.dumps(wanted), "utf-8")
        if not (self.keys / "trust.json").exists():
            make_keys(self.keys)

    def hand_over_trust(self, trust_file: Path) -> None:
        """Copy the public keys to where the portal looks for them."""
        trust_file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.keys / "trust.json", trust_file)

    def raw_source(self, layer: str, *, amended: bool = False) -> Path:
        """The raw file of a layer or of its second release: GeoPackage or zipped Shapefile."""
        folder = self.folder / (FOLDER if amended else "raw")
        found = sorted(path for path in folder.glob(f"{layer}.*") if path.suffix != ".toml")
        if len(found) != 1:
            raise FileNotFoundError(f"{len(found)} raw files for layer {layer}")
        return found[0]

    def pack(self, layer: str, *, amended: bool = False) -> Path:
        """Run the internal node's own tool in a process of its own; returns the package."""
        out = self.outbox / (f"{layer}-{FOLDER}.zip" if amended else f"{layer}.zip")
        profiles = self.folder / (FOLDER if amended else "profiles")
        self.outbox.mkdir(parents=True, exist_ok=True)
        command = [
            *(sys.executable, "manage.py", "release_pack"),
            str(self.raw_source(layer, amended=amended)),
            *("--layer", layer, "--profile", str(profiles / f"{layer}.toml")),
            *("--restricted", str(self.folder / "restricted.gpkg"), "--out", str(out), "--json"),
        ]
        for key in sorted(self.keys.glob("*.key.pem")):
            command += ["--sign", str(key)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"release_pack {layer}: {done.stdout}{done.stderr}")
        return out


def profile_codes() -> Iterator[str]:
    """Codes of the sample city's layers."""
    for profile in sorted(PROFILES.glob("*.toml")):
        yield profile.stem
