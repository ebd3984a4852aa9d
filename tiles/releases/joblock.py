"""Which jobs are alive: each running job holds a kernel lock that dies with its process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def hold(folder: Path, name: str, *, wait: bool = False) -> Iterator[bool]:
    """Hold the lock ``name``; yields False when another process has it and ``wait`` is false.

    The kernel frees it when the process ends in whatever way, so a lock that can be taken
    belongs to a job that is over.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(handle)


def is_held(folder: Path, name: str) -> bool:
    """Whether a living process holds the lock ``name``."""
    with hold(folder, name) as taken:
        return not taken
