"""The whole way of a layer from raw parcels to a finished archive, and the audit's share of it."""

from __future__ import annotations

from pathlib import Path

from tests.bench.building import REFERENCE, ZOOMS, interleaved, make_sources
from tests.bench.compiled_tiler import WHOLE, tippecanoe
from tests.bench.measure import contender, run
from tests.bench.report import ratios, spread, table, title

PUBLICATION, REWRITE = "publication: control to archive", "read and write the file with GDAL"


def bench_publishing(folder: Path, *, count: int, rounds: int) -> None:
    """Quality control, desensitising, both halves of the audit and the first grid's archive."""
    title(
        f"publication: {count:,} parcels against the compiled tiler's build alone, {rounds} rounds"
    )
    source, out = make_sources(folder, count), folder / "published.pmtiles"
    copy = folder / "copy.fgb"
    measured = interleaved(
        {
            PUBLICATION: lambda: run(contender("publication", source.metric, out, *ZOOMS)),
            REFERENCE: lambda: tippecanoe(source.degrees, out, ZOOMS, WHOLE),
            REWRITE: lambda: run(contender("rewriting", source.metric, copy)),
        },
        rounds,
    )
    table(measured)
    ratios(measured, PUBLICATION, REFERENCE)
    steps = [usage.said["steps"] for usage in measured[PUBLICATION]]
    references = [usage.wall for usage in measured[REFERENCE]]
    print(f"    {'step':<22}{'wall s':>22}{'CPU s':>22}{'wall / tippecanoe':>24}")
    for name in steps[0]:
        wall = [step[name]["seconds"] for step in steps]
        shares = [mine / other for mine, other in zip(wall, references, strict=True)]
        cpu = [step[name]["cpu"] for step in steps]
        print(f"    {name:<22}{spread(wall):>22}{spread(cpu):>22}{spread(shares):>24}")
