"""``python -m tests.run``: the whole suite on SpatiaLite, then on PostGIS with Redis."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time

from tests.engines import postgis, redis


def suite(name: str, arguments: list[str], **environment: str) -> int:
    print(f"\n=== {name} ===", flush=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", *arguments]
    code = subprocess.run(command, env={**os.environ, **environment}, check=False).returncode
    print(
        f"=== {name}: {'passed' if code == 0 else 'FAILED'} in {time.monotonic() - started:.0f} s ==="
    )
    return code


def main() -> int:
    arguments = sys.argv[1:]
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("CACHE_URL", None)
    codes = [suite("SpatiaLite, cache in memory", arguments)]
    with contextlib.ExitStack() as stack:
        given = os.environ.get("TEST_POSTGIS_URL", "")
        if given:
            print("[test] PostGIS: TEST_POSTGIS_URL is used")
            url = given
        else:
            print("[test] PostGIS: starting a throw-away cluster of our own", flush=True)
            url = stack.enter_context(postgis())
        cache = stack.enter_context(redis())
        codes.append(suite("PostGIS, cache in Redis", arguments, DATABASE_URL=url, CACHE_URL=cache))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
