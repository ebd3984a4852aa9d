"""Word and PDF files, read in a process of their own that may die without harm.

Both formats are containers that hostile files exploit: the child has limits of time and memory, no
network, no file but the one it was given (``document_child``), and hands back plain lines.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from portal.policies.reading import limits
from portal.policies.reading.failures import failure
from portal.policies.text.lines import Line, SourceLines

_ROOT = Path(__file__).resolve().parents[3]
DOCUMENT, RESULT = "document", "result.json"


def read_document(data: bytes, kind: str) -> SourceLines:
    """The lines of a ``docx`` or ``pdf``. Raises ``TextProblem``."""
    with tempfile.TemporaryDirectory(prefix="policy-") as name:
        folder = Path(name).resolve()
        (folder / DOCUMENT).write_bytes(data)
        status = _run(folder, kind)
        result = _result(folder)
    if result is None:
        raise failure("memory" if status == -signal.SIGKILL else "crashed")
    if "failure" in result:
        raise failure(str(result["failure"]))
    lines = _lines(result)
    if not lines:
        raise failure("empty")
    return SourceLines(None, lines)


def _run(folder: Path, kind: str) -> int:
    job = {
        "kind": kind,
        "seconds": limits.MAX_SECONDS,
        "memory_bytes": limits.MAX_MEMORY_BYTES,
        "result_bytes": limits.MAX_RESULT_BYTES,
    }
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    child = subprocess.Popen(
        [sys.executable, "-m", "portal.policies.reading.document_child", str(folder)],
        cwd=_ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        # Starting the interpreter counts too; the child limits the reading itself.
        child.communicate(json.dumps(job).encode(), timeout=limits.MAX_SECONDS + 10)
    except subprocess.TimeoutExpired:
        raise failure("timeout") from None
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
    if child.returncode == -signal.SIGXCPU:
        raise failure("timeout")
    return child.returncode


def _result(folder: Path) -> dict[str, Any] | None:
    """What the child wrote; None where it died before. Read as plain data, checked below."""
    path = folder / RESULT
    if not path.is_file() or path.is_symlink():
        return None
    if path.stat().st_size > limits.MAX_RESULT_BYTES:
        raise failure("too_long")
    try:
        result = json.loads(path.read_text("utf-8"))
    except ValueError:
        return None
    return result if isinstance(result, dict) else None


def _lines(result: dict[str, Any]) -> list[Line]:
    rows = result.get("lines")
    if not isinstance(rows, list):
        raise failure("crashed")
    found = []
    for number, row in enumerate(rows, 1):
        if not (isinstance(row, list) and len(row) == 2):
            raise failure("crashed")
        text, level = row
        if not isinstance(text, str) or not isinstance(level, int):
            raise failure("crashed")
        found.append(Line(number, text, min(max(level, 0), 6)))
    if sum(len(line.text) for line in found) > limits.MAX_CHARACTERS:
        raise failure("too_long")
    return found
