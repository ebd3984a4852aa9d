"""Where the outbox keeps what: a folder of waiting objects and one of slots.

The folder is the whole truth; there is no database beside it that could tell another story after
a power cut, keep rows of what is gone in its log, or betray by its keys in which order reports
came. ``waiting/<random>/<object id>.cxo``: sealed, acknowledged. ``slots/<number>/``: a slot with
all its objects, real and dummy, and its manifest.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from consultation.exchange.durable import PART, flush_folder, remove_leftovers, write_folder
from consultation.exchange.protocol.frame import object_id

OBJECT_SUFFIX = ".cxo"


@dataclass(frozen=True)
class Outbox:
    """The folders of one outbox. ``limit`` in bytes: what may wait before intake is refused."""

    root: Path
    limit: int = 2 * 1024**3

    @property
    def waiting(self) -> Path:
        """Acknowledged objects that no slot has taken yet."""
        return self.root / "waiting"

    @property
    def slots(self) -> Path:
        """Slots, each with its objects and manifest."""
        return self.root / "slots"

    def make_folders(self) -> None:
        """Readable by the portal's account only."""
        for folder in (self.root, self.waiting, self.slots):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, objects: list[bytes]) -> None:
        """Keep the objects of one ticket for good, all or none.

        Once this returns they survive a killed process and a power cut. Raises ``OutboxFull``, or
        ``OSError`` when the disk is full or does not keep what it is given; nothing is left then.
        """
        size = sum(map(len, objects))
        if self.waiting_bytes() + size > self.limit:
            raise OutboxFull(self.limit)
        files = {object_id(data).hex() + OBJECT_SUFFIX: data for data in objects}
        write_folder(self.waiting / secrets.token_hex(16), files)

    def waiting_objects(self) -> Iterator[Path]:
        """Files of acknowledged objects, those that wait longest first."""
        folders = [path for path in self.waiting.iterdir() if path.suffix != PART]
        for folder in sorted(folders, key=_age):
            yield from sorted(folder.glob(f"*{OBJECT_SUFFIX}"))

    def waiting_bytes(self) -> int:
        """How much waits; a slot may be taking objects away meanwhile."""
        return sum(_size(path) for path in self.waiting_objects())

    def discard(self, objects: list[Path]) -> None:
        """Delete waiting objects that a slot holds now."""
        for path in objects:
            path.unlink(missing_ok=True)
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
        flush_folder(self.waiting)

    def recover(self) -> int:
        """Delete what a killed process left half written; nothing of it was acknowledged.

        Only while no intake runs: it may be writing just then.
        """
        return remove_leftovers(self.waiting) + remove_leftovers(self.slots)


def _age(path: Path) -> int:
    try:
        return path.stat().st_ctime_ns
    except FileNotFoundError:
        return 0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


class OutboxFull(Exception):
    """So much waits that nothing more is taken in (发件箱已满)."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"发件箱已满（上限{limit}字节） / the outbox is full ({limit} bytes)")
