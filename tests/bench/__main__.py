"""The command line: ``python -m tests.bench [part ...]``; without a part, all of them."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.alternatives import bench_alternatives
from tests.bench.building import bench_building
from tests.bench.growth import bench_growth
from tests.bench.lighthouse import bench_lighthouse
from tests.bench.pages import bench_pages
from tests.bench.publishing import bench_publishing
from tests.bench.report import print_machine
from tests.bench.searching import bench_search
from tests.bench.serving import bench_serving

Part = Callable[[Path, argparse.Namespace], None]


def _build(folder: Path, given: argparse.Namespace) -> None:
    bench_building(folder, count=given.parcels, rounds=given.rounds)


def _publish(folder: Path, given: argparse.Namespace) -> None:
    bench_publishing(folder, count=given.parcels, rounds=given.rounds)


def _serve(folder: Path, given: argparse.Namespace) -> None:
    bench_serving(folder, count=given.parcels, rounds=given.rounds)


def _grow(folder: Path, given: argparse.Namespace) -> None:
    bench_growth(folder, counts=[10_000, 100_000, *([1_000_000] if given.million else [])])


def _lighthouse(folder: Path, _given: argparse.Namespace) -> None:
    bench_lighthouse(folder)


def _choose(folder: Path, given: argparse.Namespace) -> None:
    bench_alternatives(folder, count=given.alternatives)


PARTS: dict[str, Part] = {
    "build": _build,
    "publish": _publish,
    "serve": _serve,
    "growth": _grow,
    "alternatives": _choose,
    "pages": bench_pages,
    "search": bench_search,
    "lighthouse": _lighthouse,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parser.add_argument("--parcels", type=int, default=100_000, help="size of the layer")
    parser.add_argument("--rounds", type=int, default=2, help="interleaved rounds")
    parser.add_argument("--alternatives", type=int, default=20_000, help="parcels for slow engines")
    parser.add_argument("--million", action="store_true", help="let growth go to 1,000,000")
    given = parser.parse_args()
    unknown = set(given.parts) - set(PARTS)
    if unknown:
        parser.error(f"unknown part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    print_machine()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        for part in given.parts or PARTS:
            PARTS[part](Path(name), given)
    print(f"\n{time.monotonic() - started:.0f} s in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
