"""Word and PDF files, read in a process of their own that may die without harm.

Both formats are containers that hostile files exploit: the child has limits of time and memory, no
network, no file but the one it was given (``document_child``), and hands back plain lines.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from portal.core.limited_child import ChildFailed, ChildLimits, run_limited
from portal.policies.reading import limits
from portal.policies.reading.failures import failure
from portal.policies.reading.plain_text import holds_controls
from portal.policies.text.lines import Line, SourceLines

_CHILD = "portal.policies.reading.document_child"
_LIMITS = ChildLimits(limits.MAX_SECONDS, limits.MAX_MEMORY_BYTES, limits.MAX_RESULT_BYTES)


def read_document(data: bytes, kind: str) -> SourceLines:
    """The lines of a ``docx`` or ``pdf``. Raises ``TextProblem``."""
    with tempfile.TemporaryDirectory(prefix="policy-") as name:
        folder = Path(name).resolve()
        (folder / "document").write_bytes(data)
        try:
            result = run_limited(_CHILD, folder, {"kind": kind}, _LIMITS)
        except ChildFailed as problem:
            raise failure(problem.code) from problem
    lines = _lines(result)
    if not lines:
        raise failure("empty")
    return SourceLines(None, lines)


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
        if holds_controls(text):
            raise failure("controls", number)
        found.append(Line(number, text, min(max(level, 0), 6)))
    if sum(len(line.text) for line in found) > limits.MAX_CHARACTERS:
        raise failure("too_long")
    return found
