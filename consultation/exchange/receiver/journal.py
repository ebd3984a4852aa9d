"""The journal (接收日志): every frame whose code fits, in the order of arrival, only added to.

Segments ``<number>.cxj`` of whole frames, 1,442 bytes each. A process that is killed, or a disk
that is full, leaves at most a part of a frame at the end; it is cut off when the segment is opened
again, and a frame damaged on the disk fails its code when it is read.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from consultation.exchange.durable import flush_folder
from consultation.exchange.protocol.sizes import FRAME_BYTES, MIB

SUFFIX = ".cxj"
SEGMENT_FRAMES = 64 * MIB // FRAME_BYTES


def segments_of(folder: Path) -> list[int]:
    """Numbers of the segments that are there, in order."""
    return sorted(int(path.stem) for path in folder.glob(f"*{SUFFIX}") if path.stem.isdecimal())


def path_of(folder: Path, number: int) -> Path:
    """The file of a segment."""
    return folder / f"{number:012d}{SUFFIX}"


class JournalWriter:
    """Adds frames. ``flush`` puts them on the disk for good; the recorder calls it by the second."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        numbers = segments_of(folder)
        self.number = numbers[-1] if numbers else 1
        self._open()

    def add(self, frames: list[bytes]) -> None:
        """Append checked frames. Raises ``OSError`` with the segment as it was before."""
        start, data = self._frames * FRAME_BYTES, b"".join(frames)
        try:
            _write_all(self._stream, data)
        except OSError:
            self._cut(start)
            raise
        self._frames += len(frames)
        if self._frames >= SEGMENT_FRAMES:
            self._next()

    def flush(self) -> None:
        """Whatever was added survives a power cut after this. Raises ``OSError``."""
        os.fsync(self._stream.fileno())

    def close(self) -> None:
        """Flush and give the file back."""
        self.flush()
        self._stream.close()

    def _open(self) -> None:
        path = path_of(self.folder, self.number)
        # Unbuffered: a write that failed half way must not be tried again behind our back.
        self._stream: BinaryIO = path.open("ab", buffering=0)
        path.chmod(0o600)
        self._frames = path.stat().st_size // FRAME_BYTES
        self._cut(self._frames * FRAME_BYTES)
        flush_folder(self.folder)

    def _cut(self, size: int) -> None:
        os.ftruncate(self._stream.fileno(), size)

    def _next(self) -> None:
        self.close()
        self.number += 1
        self._open()


def _write_all(stream: BinaryIO, data: bytes) -> None:
    if stream.write(data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def read_frames(folder: Path, number: int, first: int = 0) -> Iterator[bytes]:
    """The whole frames of a segment from frame ``first`` on, as far as they are written now."""
    with path_of(folder, number).open("rb") as stream:
        stream.seek(first * FRAME_BYTES)
        while len(frame := stream.read(FRAME_BYTES)) == FRAME_BYTES:
            yield frame
