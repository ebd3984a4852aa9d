"""Ten times the parcels: how many times the CPU, the time, the memory of each step?"""

from __future__ import annotations

from pathlib import Path

from tests.bench.building import ZOOMS, Sources, make_sources, ours
from tests.bench.compiled_tiler import WHOLE, tippecanoe
from tests.bench.measure import Usage, contender, run
from tests.bench.report import title


def bench_growth(folder: Path, *, counts: list[int]) -> None:
    """Each step in a process of its own; CPU and time are of the work without start and reading."""
    title(f"growth: {' -> '.join(f'{count:,}' for count in counts)} parcels, z6-14, one round each")
    print(f"{'':<16}{'parcels':>10}{'wall s':>9}{'CPU s':>9}{'together MiB':>14}   times the CPU")
    before: dict[str, float] = {}
    for count in counts:
        source = make_sources(folder, count)
        for step, used in _steps(folder, source).items():
            wall, cpu = used.said.get("seconds", used.wall), used.said.get("cpu", used.cpu)
            times = f"{cpu / before[step]:.1f}" if step in before else ""
            before[step] = cpu
            told = f"   {used.said['published']:,} published" if "published" in used.said else ""
            print(
                f"{step:<16}{count:>10,}{wall:>9.2f}{cpu:>9.2f}{used.together:>14.0f}   {times}{told}",
                flush=True,
            )


def _steps(folder: Path, source: Sources) -> dict[str, Usage]:
    published, out = folder / "published.fgb", folder / "grown.pmtiles"
    published.unlink(missing_ok=True)
    return {
        "desensitise": run(contender("desensitising", source.metric, published)),
        "audit": run(contender("auditing", source.metric, published)),
        "build": ours(Sources(source.count, published, published), out, ZOOMS),
        "audit of tiles": run(contender("auditing_archive", published, out)),
        "tippecanoe": tippecanoe(source.degrees, out, ZOOMS, WHOLE),
    }
