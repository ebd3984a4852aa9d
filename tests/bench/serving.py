"""The portal's own server against nginx with the same tiles, each pinned to one core.

wrk runs on the other core: 40 connections ask in turn for 300 real addresses of zooms 10 to 14.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.bench.alternatives import have_programs
from tests.bench.building import make_sources, ours
from tests.bench.measure import cpu_seconds, processes_of
from tests.bench.report import spread, title
from tests.bench.servers import Target, bare_server, nginx, portal_server

CLIENT_CORE = "1"
CONNECTIONS, SECONDS = 40, 5
ZOOMS = (10, 14)
OURS, NGINX, BARE = "portal.server", "nginx, static gzip files", "bare WSGI app in the same server"

WRK_SCRIPT = """
local paths = {{}}
for line in io.lines("{paths}") do paths[#paths + 1] = line end
local at = 0
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
"""


@dataclass(frozen=True)
class Load:
    """One run of wrk: requests a second, 99th percentile in ms, server CPU a request in µs."""

    rate: float
    p99: float
    cpu: float


def bench_serving(folder: Path, *, count: int, rounds: int) -> None:
    """Requests a second, p99 and CPU a request of each server, interleaved."""
    title(f"serving: tiles of {count:,} parcels, {CONNECTIONS} connections, {rounds} rounds")
    if not have_programs("nginx", "wrk", "taskset"):
        return
    if len(os.sched_getaffinity(0)) < 2:
        print("not measured: server and client need a core each")
        return
    archive = folder / "served.pmtiles"
    ours(make_sources(folder, count), archive, ZOOMS)
    with contextlib.ExitStack() as stack:
        bodies, portal = stack.enter_context(portal_server(folder / "portal", archive))
        targets = {
            OURS: portal,
            NGINX: stack.enter_context(nginx(folder / "nginx", bodies)),
            BARE: stack.enter_context(bare_server(folder / "bare", bodies)),
        }
        sizes = sorted(len(body) for body in bodies.values())
        print(
            f"{len(bodies)} addresses of z{ZOOMS[0]}-{ZOOMS[1]}, gzip, mean body "
            f"{sum(sizes) / len(sizes) / 1e3:.1f} kB; server and wrk pinned to a core each"
        )
        measured: dict[str, list[Load]] = {name: [] for name in targets}
        for _ in range(rounds):
            for name, target in targets.items():
                measured[name].append(_load(target))
    _print(measured)


def _print(measured: dict[str, list[Load]]) -> None:
    print(f"{'':<36}{'requests/s':>28}{'p99 ms':>22}{'server CPU us/request':>26}")
    for name, each in measured.items():
        print(
            f"{name:<36}{spread((load.rate for load in each), 0):>28}"
            f"{spread(load.p99 for load in each):>22}{spread((load.cpu for load in each), 1):>26}"
        )
    for other in (NGINX, BARE):
        pairs = list(zip(measured[OURS], measured[other], strict=True))
        print(
            f"ratio: {OURS} / {other}: requests/s {spread(m.rate / o.rate for m, o in pairs)}"
            f"   CPU a request {spread(m.cpu / o.cpu for m, o in pairs)}"
        )


def _load(target: Target) -> Load:
    script = target.paths.with_suffix(".lua")
    script.write_text(WRK_SCRIPT.format(paths=target.paths), "utf-8")
    before = cpu_seconds(processes_of(target.session))
    command = ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
    command += ["--latency", "-s", str(script), "-H", "Accept-Encoding: gzip", target.url]
    done = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    used = cpu_seconds(processes_of(target.session)) - before
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done)
    total = re.search(r"(\d+) requests in", done)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", done)
    if not (rate and total and p99) or "Non-2xx" in done or "Socket errors" in done:
        raise RuntimeError(done)
    scale = {"us": 1e-3, "ms": 1.0, "s": 1e3}[p99.group(2)]
    return Load(float(rate.group(1)), float(p99.group(1)) * scale, used / int(total.group(1)) * 1e6)
