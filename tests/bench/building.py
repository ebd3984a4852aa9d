"""Building an archive: ours, the compiled tiler, and what one writes first.

This process imports no numpy: a child begins with the memory of the process that forked it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.compiled_tiler import DROPPING, WHOLE, tippecanoe
from tests.bench.measure import Usage, contender, run
from tests.bench.report import ratios, table, title

OURS, REFERENCE, DROPS = "ours, 2 threads", "tippecanoe, nothing dropped", "tippecanoe, drops"
ZOOMS, DETAILED = (6, 14), (13, 14)
NAIVE_SHARE = 20


@dataclass(frozen=True)
class Sources:
    """The same parcels for the portal (EPSG:4547) and for the others (EPSG:4326)."""

    count: int
    metric: Path
    degrees: Path


def make_sources(folder: Path, count: int, mode: str = "blocks") -> Sources:
    """Files of ``count`` parcels, made once a folder."""
    metric, degrees = folder / f"{mode}-{count}.fgb", folder / f"{mode}-{count}-lonlat.fgb"
    if not degrees.exists():
        run(contender("parcels_files", count, mode, metric, degrees))
    return Sources(count, metric, degrees)


def interleaved(contenders: dict[str, Callable[[], Usage]], rounds: int) -> dict[str, list[Usage]]:
    """Each contender once a round, in turn, so that what disturbs the machine disturbs all."""
    measured: dict[str, list[Usage]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, work in contenders.items():
            measured[name].append(work())
    return measured


def ours(source: Sources, out: Path, zooms: tuple[int, int], threads: int = 2) -> Usage:
    return run(contender("build", source.metric, out, *zooms, threads))


def bench_building(folder: Path, *, count: int, rounds: int) -> None:
    """Wall, CPU, memory and size against the compiled tiler, and the naive encoder in small."""
    for mode in ("blocks", "noise"):
        source = make_sources(folder, count, mode)
        _against_the_tiler(folder, source, mode, rounds if mode == "blocks" else 1)
    source = make_sources(folder, count)
    _equal_content(folder, source)
    _against_the_naive(folder, make_sources(folder, max(count // NAIVE_SHARE, 500)))


def _against_the_tiler(folder: Path, source: Sources, mode: str, rounds: int) -> None:
    title(f"build: {source.count:,} parcels ({mode}), z6-14, 2 threads, {rounds} rounds")
    out = folder / "built.pmtiles"
    measured = interleaved(
        {
            OURS: lambda: ours(source, out, ZOOMS),
            REFERENCE: lambda: tippecanoe(source.degrees, out, ZOOMS, WHOLE),
            DROPS: lambda: tippecanoe(source.degrees, out, ZOOMS, DROPPING),
        },
        rounds,
    )
    table(measured)
    inner = [usage.said for usage in measured[OURS]]
    print(
        "    of which building alone, without start and reading: wall "
        + " ".join(f"{item['seconds']:.2f}" for item in inner)
        + ", CPU "
        + " ".join(f"{item['cpu']:.2f}" for item in inner)
    )
    zooms = ", ".join(
        f"z{zoom}: {features:,} features, largest tile {largest / 1e3:.0f} kB"
        for zoom, features, largest in inner[-1]["zooms"]
    )
    print(f"    ours by zoom: {zooms}")
    ratios(measured, OURS, REFERENCE)
    ratios(measured, OURS, DROPS)


def _equal_content(folder: Path, source: Sources) -> None:
    """The highest zooms, where neither side drops or merges anything."""
    title(f"size at equal content: {source.count:,} parcels, z13-14")
    out = folder / "equal.pmtiles"
    measured = interleaved(
        {
            OURS: lambda: ours(source, out, DETAILED),
            REFERENCE: lambda: tippecanoe(source.degrees, out, DETAILED, WHOLE),
        },
        1,
    )
    table(measured)
    ratios(measured, OURS, REFERENCE)
    zooms = measured[OURS][0].said["zooms"]
    print("    ours draws " + ", ".join(f"{n:,} features at z{z}" for z, n, _ in zooms))


def _against_the_naive(folder: Path, source: Sources) -> None:
    title(f"build: {source.count:,} parcels, z6-14, one process, against the naive encoder")
    out = folder / "naive.tiles"
    measured = interleaved(
        {
            "ours, 1 thread": lambda: ours(source, out, ZOOMS, 1),
            "naive, 1 process": lambda: run(contender("naive", source.metric, out, *ZOOMS)),
        },
        1,
    )
    table(measured)
    ratios(measured, "ours, 1 thread", "naive, 1 process")
