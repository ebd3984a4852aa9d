"""Files made for print: each made once, kept by what it depends on, put in place whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings

WAIT_SECONDS = 20.0
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class NotPrintable(Exception):
    """The file cannot be made now; try again later (暂时无法生成)."""

    code = "not_printable"
    retry_seconds = 600


class NoRoom(NotPrintable):
    """The disk is full (磁盘空间不足)."""

    code = "no_room"


class Busy(NotPrintable):
    """Others are being made (正在生成其他文件)."""

    code = "busy"
    retry_seconds = 20


def printed(identity: str, suffix: str, write: Callable[[Path], None]) -> Path:
    """The file of this identity (hexadecimal), made by ``write(path)`` where it does not exist.

    One is made at a time on this machine. Raises ``Busy``; ``NoRoom`` leaves nothing behind.
    """
    folder: Path = settings.PRINT_DIR
    kept = folder / identity[:2] / f"{identity}.{suffix}"
    if _in_use(kept):
        return kept
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            if not _in_use(kept):
                _make(kept, write)
                _forget_oldest(folder, settings.PRINT_MAX_BYTES, kept)
    except OSError as problem:
        if problem.errno in NO_ROOM:
            raise NoRoom from problem
        raise
    return kept


def _in_use(path: Path) -> bool:
    """Whether the file is there; its time says when it was last asked for."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of all processes; a killed one lets go of it by itself."""
    end = time.monotonic() + WAIT_SECONDS
    with (folder / "lock").open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise Busy from None
                time.sleep(0.1)
        yield


def _make(kept: Path, write: Callable[[Path], None]) -> None:
    part = kept.with_name(f"{kept.name}.{uuid.uuid4().hex}.part")
    try:
        write(part)
        part.replace(kept)
    finally:
        part.unlink(missing_ok=True)


def _forget_oldest(folder: Path, limit: int, fresh: Path) -> None:
    """Keep within ``limit`` bytes; what was not asked for longest goes first, and what a kill left."""
    files = [path for path in folder.glob("*/*") if path != fresh]
    sizes = {path: path.stat() for path in files}
    left = sum(state.st_size for state in sizes.values()) + fresh.stat().st_size
    for path in sorted(files, key=lambda path: (path.suffix != ".part", sizes[path].st_mtime)):
        if left <= limit and path.suffix != ".part":
            return
        path.unlink(missing_ok=True)
        left -= sizes[path].st_size
