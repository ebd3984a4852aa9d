"""Lighthouse (mobile) over the public pages without an opened map: scores beside their limits.

An opened map is never measured: its drawing speed is that of a software GPU here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.bench.report import title
from tests.factories.installation import ROOT, Installation
from tests.journeys.browser import CHROMIUM
from tests.journeys.public_pages import PAGES, PublicPage

PROGRAM = Path("lighthouse") / "cli" / "index.js"
CHROME_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"
LIMITS = {"performance": 90, "accessibility": 95, "best-practices": 95, "seo": 95}
PLOTS = "1500"


@dataclass(frozen=True)
class Scores:
    """The scores of one page, 0 to 100, and what cost points."""

    page: str
    values: dict[str, int]
    faults: list[str]

    @property
    def is_good(self) -> bool:
        """Whether every score reaches its limit."""
        return all(self.values[name] >= limit for name, limit in LIMITS.items())


def lighthouse_program() -> Path:
    """Lighthouse's command line, a development dependency of package.json."""
    program = ROOT / "node_modules" / PROGRAM
    if not program.is_file():
        raise RuntimeError("lighthouse is not installed: npm ci --ignore-scripts")
    return program


def measure(origin: str, page: PublicPage, name: str, folder: Path) -> Scores:
    """One run of Lighthouse with its mobile preset.

    That a page which search engines should leave alone cannot be crawled is no fault of it.
    """
    report = folder / f"lighthouse-{name.replace(' ', '-').replace(',', '')}.json"
    node = shutil.which("node")
    if node is None:
        raise RuntimeError("node is not installed")
    command = [node, str(lighthouse_program()), origin + page.path, "--quiet", "--output=json"]
    command += [f"--output-path={report}", f"--chrome-flags={CHROME_FLAGS}"]
    command += [f"--only-categories={','.join(LIMITS)}"]
    if not page.indexed:
        command.append("--skip-audits=is-crawlable")
    environment = {**os.environ, "CHROME_PATH": CHROMIUM, "HOME": str(folder)}
    # Now and then Chromium's trace lacks its beginning, and Lighthouse asks to be run again.
    if _run(command, environment, folder) and _run(command, environment, folder):
        raise RuntimeError(f"Lighthouse failed twice on {name}: see above")
    return read_report(name, json.loads(report.read_text("utf-8")))


def _run(command: list[str], environment: dict[str, str], folder: Path) -> int:
    done = subprocess.run(
        command, check=False, env=environment, cwd=folder, stdout=subprocess.DEVNULL
    )
    return done.returncode


def read_report(name: str, report: dict[str, object]) -> Scores:
    """The scores of a report, and its audits that failed."""
    categories = report["categories"]
    audits = report["audits"]
    if not isinstance(categories, dict) or not isinstance(audits, dict):
        raise TypeError("not a report of Lighthouse")
    values = {key: round(100 * categories[key]["score"]) for key in LIMITS}
    faults = [
        reference["id"]
        for key in LIMITS
        for reference in categories[key]["auditRefs"]
        if reference["weight"] and audits[reference["id"]]["score"] is not None
        if audits[reference["id"]]["score"] < 0.9
    ]
    return Scores(name, values, faults)


def bench_lighthouse(folder: Path) -> None:
    """Measure a small sample city; a page below a limit ends the bench with an error."""
    title("Lighthouse, mobile: public pages without an opened map")
    city = Installation(folder / "lighthouse")
    city.create_database()
    city.manage("sample_city", "--plots", PLOTS)
    with city.serving():
        pages = {name: page for name, page in PAGES.items() if page.lighthouse}
        scores = [measure(city.url, page, name, folder) for name, page in pages.items()]
    print_scores(scores)
    bad = [each.page for each in scores if not each.is_good]
    if bad:
        raise SystemExit(f"below the limit: {', '.join(bad)}")


def print_scores(scores: list[Scores]) -> None:
    """A table of scores; the limits stand in its last line."""
    print(f"{'page':<28}" + "".join(f"{name:>16}" for name in LIMITS) + "   below 0.9")
    for each in scores:
        print(
            f"{each.page:<28}"
            + "".join(f"{each.values[name]:>16}" for name in LIMITS)
            + f"   {', '.join(each.faults)}"
        )
    print(f"{'limit':<28}" + "".join(f"{limit:>16}" for limit in LIMITS.values()))
