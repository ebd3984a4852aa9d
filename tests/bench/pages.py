"""Server time of the public pages with 5,000 notices and, where it is there, the whole law corpus.

Each page is asked for in the process itself (Django's test client), so the figure is the time that
the server works on it: routing, queries, template, middleware; no network.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.bench.report import title
from tests.engines import postgis
from tests.factories.installation import ROOT, Installation

LIMIT_MS = 50.0
NOTICES, ROUNDS = 5_000, 15
LAWS = ("laws-national.zip", "laws-local-beijing-shanghai.zip")


def bench_pages(folder: Path, _given: argparse.Namespace) -> None:
    """A table of pages for each engine: median, 95th percentile, queries, median against 50 ms."""
    with contextlib.ExitStack() as stack:
        engines = {"SpatiaLite": "", "PostGIS": stack.enter_context(postgis())}
        for name, url in engines.items():
            title(f"pages with {NOTICES:,} notices on {name}, median of {ROUNDS}")
            portal = Installation(folder / f"pages-{name}", url)
            portal.create_database()
            stack.callback(portal.drop_database)
            portal.manage("sample_city", "--plots", "1500")
            _import_laws(portal, folder / "laws")
            _print(_times(portal))


def _import_laws(portal: Installation, folder: Path) -> None:
    data = Path(os.environ.get("PORTAL_TEST_DATA") or ROOT.parent / "shared" / "data") / "05-laws"
    if not data.is_dir():
        print("without the law corpus: set PORTAL_TEST_DATA to the folder of real test data")
        return
    if not folder.exists():
        for archive in LAWS:
            with zipfile.ZipFile(data / archive) as kept:
                kept.extractall(folder)
    portal.manage("import_policies", str(folder), check=False)


def _times(portal: Installation) -> list[dict[str, float]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.page_times", str(NOTICES), str(ROUNDS)],
        cwd=ROOT,
        env=portal.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    rows: list[dict[str, float]] = json.loads(done.stdout.strip().splitlines()[-1])
    return rows


def _print(rows: list[dict[str, float]]) -> None:
    print(
        f"{'page':<58}{'status':>7}{'median ms':>11}{'p95 ms':>9}{'CPU ms':>9}{'queries':>9}{'of limit':>10}"
    )
    for row in rows:
        share = row["median"] / LIMIT_MS
        print(
            f"{str(row['path'])[:57]:<58}{row['status']:>7}{row['median']:>11.1f}{row['p95']:>9.1f}"
            f"{row['cpu']:>9.1f}{row['queries']:>9}{share:>10.2f}{'  above' if share > 1 else ''}"
        )
