"""Documents of a pack, measured and joined in a child process with limits (``pack_pages``)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.core.limited_child import ChildFailed, ChildLimits, run_limited
from portal.plans.models import NoticeDocument

MIB = 1024 * 1024
CHILD = "portal.plans.document_child"
MEASURE = ChildLimits(seconds=15.0, memory_bytes=1024 * MIB, result_bytes=MIB)
JOIN = ChildLimits(seconds=60.0, memory_bytes=2048 * MIB, result_bytes=512 * MIB)
Sizes = list[tuple[float, float]]


@dataclass(frozen=True)
class Part:
    """A document that goes into the pack, and a PDF of the marks that its pages get."""

    document: NoticeDocument
    stamps: bytes


def sizes_of(document: NoticeDocument, task: str) -> Sizes:
    """Width and height of its ``pages`` in points, or of the ``picture`` in pixels.

    Raises ``ChildFailed`` where it cannot be read within the limits.
    """
    with _folder() as folder, document.file.open("rb") as file:
        _copy(file, folder / "document")
        found = run_limited(CHILD, folder, {"task": task}, MEASURE).get("sizes")
    match found:
        case [_, *_] if all(_is_size(pair) for pair in found):
            return [(float(width), float(height)) for width, height in found]
    raise ChildFailed("crashed")


def _is_size(pair: object) -> bool:
    match pair:
        case [int() | float() as width, int() | float() as height]:
            return width >= 0 and height >= 0
    return False


def write_joined(path: Path, front: bytes, parts: Sequence[Part]) -> None:
    """The front and all parts as one PDF. Raises ``ChildFailed``."""
    with _folder() as folder:
        (folder / "front.pdf").write_bytes(front)
        for number, part in enumerate(parts):
            (folder / f"{number}-stamps.pdf").write_bytes(part.stamps)
            with part.document.file.open("rb") as file:
                _copy(file, folder / f"{number}.pdf")
        job = {"task": "join", "titles": [part.document.title for part in parts]}
        run_limited(CHILD, folder, job, JOIN)
        joined = folder / "joined.pdf"
        if joined.is_symlink() or not joined.is_file():
            raise ChildFailed("crashed")
        with joined.open("rb") as made:
            _copy(made, path)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pack-") as name:
        yield Path(name).resolve()


def _copy(source: Any, path: Path) -> None:
    with path.open("wb") as target:
        shutil.copyfileobj(source, target, MIB)
