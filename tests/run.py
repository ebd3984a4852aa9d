"""``python -m tests.run``: the whole suite on SpatiaLite, then on PostGIS with Redis."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from tests.conftest import CITY_PLOTS
from tests.engines import postgis, redis
from tests.factories.installation import Installation

WORKERS = ("gw0", "gw1", "gw2")
"""One more than the least machine has cores: many tests wait for a browser, a clock or a child."""
ONCE = [
    "attack",
    "consultation/exchange",
    "tiles/desensitise",
    "tiles/packages",
    "tiles/pyramid",
    "journeys/looks",
    "portal/core/text",
    "portal/plans/test_document_limits.py",
    "portal/policies/test_reading.py",
    "portal/policies/test_structure.py",
    "portal/staff/uploads/test_pdf_parts.py",
]
"""What does not depend on the database: it runs once, in the first suite."""


def suite(name: str, arguments: list[str], engine_url: str = "", **environment: str) -> int:
    """Run pytest on one engine. The database is migrated once and copied for each process."""
    print(f"\n=== {name} ===", flush=True)
    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-suite-")))
        template = Installation(folder / "template", engine_url)
        template.create_database()
        stack.callback(template.drop_database)
        for worker in WORKERS:
            _copy_for(worker, template, folder)
        print("the sample city in small, served for all tests", flush=True)
        city = Installation(folder / "city", engine_url)
        city.create_database(template)
        stack.callback(city.drop_database)
        city.manage("sample_city", "--plots", CITY_PLOTS)
        stack.enter_context(city.serving())
        environment = {
            **os.environ,
            **environment,
            "PORTAL_VAR": str(folder),
            "TEST_TEMPLATE_FOLDER": str(template.folder),
            "TEST_TEMPLATE_NAME": template.name,
            "TEST_CITY_FOLDER": str(city.folder),
            "TEST_CITY_NAME": city.name,
            "TEST_CITY_PORT": str(city.port),
        }
        command = [sys.executable, "-m", "pytest", "-n", str(len(WORKERS)), "--dist", "worksteal"]
        code = subprocess.run(
            [*command, "--reuse-db", "--durations=25", *arguments], env=environment, check=False
        ).returncode
    outcome = "passed" if code == 0 else "FAILED"
    print(f"=== {name}: {outcome} in {time.monotonic() - started:.0f} s ===", flush=True)
    return code


def _copy_for(worker: str, template: Installation, folder: Path) -> None:
    """Put a migrated database where pytest-django looks for the one of this process."""
    if template.engine_url:
        copy = Installation(
            folder / worker, template.engine_url, name=f"{test_name(template)}_{worker}"
        )
        copy.drop_database()
        copy.create_database(template)
    else:
        shutil.copyfile(template.folder / "portal.sqlite3", folder / f"test.sqlite3_{worker}")


def test_name(template: Installation) -> str:
    """Django's name of the test database on this server."""
    return "test_" + urlsplit(template.engine_url).path.strip("/")


def main() -> int:
    arguments = sys.argv[1:]
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("CACHE_URL", None)
    with contextlib.ExitStack() as stack:
        vectors = stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-vectors-"))
        os.environ["TEST_VECTORS_FOLDER"] = vectors
        codes = [suite("SpatiaLite, cache in memory", arguments)]
        given = os.environ.get("TEST_POSTGIS_URL", "")
        if given:
            print("[test] PostGIS: TEST_POSTGIS_URL is used")
            url = given
        else:
            print("[test] PostGIS: starting a throw-away cluster of our own", flush=True)
            url = stack.enter_context(postgis())
        cache = stack.enter_context(redis())
        done = [f"--ignore=tests/{folder}" for folder in ONCE]
        engines = {"DATABASE_URL": url, "CACHE_URL": cache}
        codes.append(suite("PostGIS, cache in Redis", [*done, *arguments], url, **engines))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
