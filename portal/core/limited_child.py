"""Files that nobody trusts are opened in a child process that may die without harm (受限子进程).

The child puts the locks on itself (``tiles.packages.sandbox``): time, memory, no network, no file
outside its folder. Here it is started, waited for within limits, and its result read as plain data.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
_RESULT = "result.json"
_START_SECONDS = 10
"""For starting the interpreter on a busy machine, beside the seconds of the job itself."""


@dataclass(frozen=True)
class ChildLimits:
    """``seconds`` of processor time, address space, and size of each file that it writes."""

    seconds: float
    memory_bytes: int
    result_bytes: int


class ChildFailed(Exception):
    """The child did not come to a result.

    ``code``: ``timeout``, ``memory``, ``crashed``, ``too_long``, or what the child itself names.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def run_limited(
    module: str, folder: Path, job: dict[str, Any], limits: ChildLimits
) -> dict[str, Any]:
    """Run ``python -m module folder`` with the job on standard input; what it wrote as its result.

    ``folder`` holds the files of the job and must be a real path. Raises ``ChildFailed``.
    """
    status = _run(module, folder, job | asdict(limits), limits.seconds + _START_SECONDS)
    result = _result(folder / _RESULT, limits.result_bytes)
    if result is None:
        raise ChildFailed("memory" if status == -signal.SIGKILL else "crashed")
    if "failure" in result:
        raise ChildFailed(str(result["failure"]))
    return result


def _run(module: str, folder: Path, job: dict[str, Any], seconds: float) -> int:
    child = subprocess.Popen(
        [sys.executable, "-m", module, str(folder)],
        cwd=_ROOT,
        # Nothing of ours is inherited: no keys, no database address, no proxy.
        env={"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        child.communicate(json.dumps(job).encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        raise ChildFailed("timeout") from None
    finally:
        with suppress(ProcessLookupError):  # it ended by itself, with all its children
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    if child.returncode == -signal.SIGXCPU:
        raise ChildFailed("timeout")
    return child.returncode


def _result(path: Path, most: int) -> dict[str, Any] | None:
    """What the child wrote; None where it died before, or wrote nonsense."""
    if not path.is_file() or path.is_symlink():
        return None
    if path.stat().st_size > most:
        raise ChildFailed("too_long")
    try:
        result = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError):
        return None
    return result if isinstance(result, dict) else None
