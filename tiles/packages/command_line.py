"""What the management commands share: how a refusal ends a command, where reports go."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from django.core.management.base import CommandError

from tiles.desensitise.errors import Refusal

from .errors import OutputFailed


class Writable(Protocol):
    def write(self, text: str, /) -> Any: ...


@contextmanager
def refusing(*, as_json: bool, out: Writable, report: Path | None = None) -> Iterator[None]:
    """A refusal becomes one clear message on standard error and exit status 1.

    With ``as_json`` its machine-readable form goes to ``out``; ``report`` gets it in any case.
    """
    try:
        yield
    except Refusal as refusal:
        document = {"refused": refusal.as_dict()}
        if as_json:
            out.write(json.dumps(document, ensure_ascii=False))
        if report is not None and not isinstance(refusal, OutputFailed):
            write_report(report, document)
        raise CommandError(f"{refusal.code}: {refusal}", returncode=1) from refusal


def write_report(path: Path | None, document: Mapping[str, Any]) -> None:
    """Write the full report for the internal node. Raises ``OutputFailed``."""
    if path is None:
        return
    try:
        path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    except OSError as error:
        raise OutputFailed.because(error, "报告", "the report", where=path.name) from error
