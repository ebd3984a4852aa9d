"""Files that are there whole or not at all, also after a power cut.

Written under another name, flushed to the disk, renamed, and the folder flushed: a reader never
sees half a file, and what was acknowledged is there after the next start.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

PART = ".part"


def write_file(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` for good. Raises ``OSError`` and leaves nothing when it cannot."""
    part = _fresh_part(path)
    try:
        _write(part, data)
        part.rename(path)
        flush_folder(path.parent)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Put a folder with all ``files`` at ``path``, or none of them. Raises ``OSError``."""
    part = _fresh_part(path)
    try:
        part.mkdir(mode=0o700)
        for name, data in files.items():
            _write(part / name, data)
        flush_folder(part)
        part.rename(path)
        flush_folder(path.parent)
    except OSError:
        shutil.rmtree(part, ignore_errors=True)
        raise


def flush_folder(path: Path) -> None:
    """Names of a folder, new, changed and removed, survive a power cut after this."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_leftovers(folder: Path) -> int:
    """Delete what a killed process left half written; returns how many."""
    found = list(folder.glob(f"*{PART}"))
    for path in found:
        _remove(path)
    return len(found)


def _fresh_part(path: Path) -> Path:
    """The name to write under; what a killed process left there is deleted.

    Two processes never write the same name: names are hashes, or random.
    """
    part = path.with_name(path.name + PART)
    if part.exists():
        _remove(part)
    return part


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
