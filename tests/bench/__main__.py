"""The command line: ``python -m tests.bench [part ...]``; without a part, all of them."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.building import bench_building
from tests.bench.report import print_machine

Part = Callable[[Path, argparse.Namespace], None]

PARTS: dict[str, Part] = {
    "build": lambda folder, given: bench_building(folder, count=given.parcels, rounds=given.rounds),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("part", nargs="*", choices=[[], *PARTS], help=", ".join(PARTS))
    parser.add_argument("--parcels", type=int, default=100_000, help="size of the layer")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds")
    parser.add_argument("--million", action="store_true", help="let growth go to 1,000,000")
    given = parser.parse_args()
    print_machine()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        for part in given.part or PARTS:
            PARTS[part](Path(name), given)
    print(f"\n{time.monotonic() - started:.0f} s in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
