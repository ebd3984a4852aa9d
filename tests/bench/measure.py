"""One contender = one child process: wall time, CPU and memory of it and of all its descendants."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
_SAMPLE_SECONDS = 0.25


@dataclass(frozen=True)
class Usage:
    """``wall``, ``cpu`` (user + system) in seconds; memory in MiB.

    ``largest``: peak of the largest process, by the kernel's own account; ``together``: peak of
    all processes at once, shared pages counted once, sampled four times a second. ``said``: the JSON
    object that the contender printed last.
    """

    wall: float
    cpu: float
    largest: float
    together: float
    said: Mapping[str, Any] = field(default_factory=dict)


class ContenderFailed(RuntimeError):
    """A contender ended with an error."""


def run(command: Sequence[str], **environment: str) -> Usage:
    """Run a contender to its end; raises ``ContenderFailed`` with what it wrote."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=out,
            stderr=err,
            start_new_session=True,
            env={**os.environ, **environment},
        )
        with _MemorySampler(child.pid) as sampler:
            _, status, used = os.wait4(child.pid, 0)
            wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        text = out.read().decode("utf-8", "replace")
        if child.returncode:
            raise ContenderFailed(f"{command}: {child.returncode}\n{text}\n{err.read()[-3000:]!r}")
    largest = used.ru_maxrss / 1024
    cpu = used.ru_utime + used.ru_stime
    return Usage(wall, cpu, largest, max(largest, sampler.peak), _last_object(text))


def contender(name: str, *arguments: object, python: str = sys.executable) -> list[str]:
    """The command of a contender of ``tests/bench/contender.py``."""
    return [python, "-m", "tests.bench.contender", name, *map(str, arguments)]


def _last_object(text: str) -> dict[str, Any]:
    lines = [line for line in text.splitlines() if line.startswith("{")]
    found: dict[str, Any] = json.loads(lines[-1]) if lines else {}
    return found


class _MemorySampler:
    """Peak of the proportional memory of all processes of one session."""

    def __init__(self, session: int) -> None:
        self.peak = 0.0
        self._session = session
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _MemorySampler:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_SAMPLE_SECONDS):
            used = sum(_proportional(pid) for pid in processes_of(self._session))
            self.peak = max(self.peak, used / 1024)


def processes_of(session: int) -> list[int]:
    """The processes of a session, as ``start_new_session`` makes one."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended meanwhile
                continue
            if int(state[3]) == session:
                found.append(int(entry.name))
    return found


def cpu_seconds(pids: Sequence[int]) -> float:
    """User and system time of running processes and of the children that they waited for."""
    ticks = 0
    for pid in pids:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(int(value) for value in state[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def _proportional(pid: int) -> int:
    """Memory of a process in KiB, pages shared with others by share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended meanwhile
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
