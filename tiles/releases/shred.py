"""Removing what the portal may not hold."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

BLOCK = 1024 * 1024


def shred_file(path: Path) -> None:
    """Overwrite a file once and unlink it.

    On copying or journalling storage the overwriting is best effort; docs/operations.md says
    what else to do there.
    """
    if path.is_symlink() or not path.exists():
        path.unlink(missing_ok=True)
        return
    left = path.stat().st_size
    with path.open("r+b", buffering=0) as stream:
        while left > 0:
            left -= stream.write(b"\0" * min(left, BLOCK))
        os.fsync(stream.fileno())
    path.unlink()


def shred_folder(folder: Path) -> None:
    """Shred every file below a folder and remove the folder."""
    if not folder.exists():
        return
    for path in folder.rglob("*"):
        if path.is_file() or path.is_symlink():
            shred_file(path)
    shutil.rmtree(folder)
