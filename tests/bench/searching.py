"""Search over the whole law corpus: time, order of hits, size; ours and what is at hand instead."""

from __future__ import annotations

import os
from argparse import Namespace
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.bench import measure
from tests.bench.report import title
from tests.engines import postgis

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = "ours"


def bench_search(folder: Path, given: Namespace) -> None:
    """Each database in a process of its own; peers on the same rows in the same run."""
    data = Path(os.environ.get("PORTAL_TEST_DATA") or ROOT.parent / "shared" / "data") / "05-laws"
    if not data.is_dir():
        print("search: the law corpus is absent: set PORTAL_TEST_DATA to the folder of test data")
        return
    with ExitStack() as stack:
        url = stack.enter_context(postgis())
        for name, database in (("SpatiaLite", ""), ("PostGIS", url)):
            environment = {
                "DJANGO_SETTINGS_MODULE": "portal.settings.test",
                "PORTAL_VAR": str(folder / f"search-{name}"),
                "SEARCH_DIR": os.environ.get("SEARCH_DIR") or str(folder / "vectors"),
                **({"DATABASE_URL": database} if database else {}),
            }
            command = measure.contender("searching", data, os.environ.get("BENCH_VECTORS", "0"))
            _print(name, measure.run(command, **environment).said)


def _print(name: str, said: Any) -> None:
    title(f"search on {name}: {said['documents']} articles, {said['queries']} labelled queries")
    print(
        f"index built in {said['build']:.1f} s, {said['size'] / 1e6:.0f} MB in the database; "
        f"columns in memory after {said['columns']:.2f} s; vectors for {said['embedded']} passages"
    )
    print(
        f"{'':<26}{'p50 ms':>9}{'p95 ms':>9}{'p95 ratio':>11}{'nDCG dev':>10}{'test':>8}{'no hit':>8}"
    )
    for contender, row in said["rows"].items():
        ratio = row["p95"] / said["rows"][OURS]["p95"]
        print(
            f"{contender:<26}{row['p50']:>9.1f}{row['p95']:>9.1f}{ratio:>10.1f}x"
            f"{_score(row['dev']):>10}{_score(row['test']):>8}{row['nothing']:>8.1%}"
        )


def _score(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
