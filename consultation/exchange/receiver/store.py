"""Where the internal side keeps what, and what it remembers for ever.

Folders: ``journal`` (frames), ``objects`` and ``manifests`` (whole, hash proven), ``tickets`` (one
folder a ticket), ``quarantine``. What became of each object is a row in ``state.sqlite3``: a file
may be deleted, the memory that it was dealt with may not, or an old slot that is sent again would
be filed again.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from consultation.exchange.durable import write_file
from consultation.exchange.protocol.frame import Kind
from consultation.exchange.protocol.manifest import Manifest

SUFFIX = {Kind.ENVELOPE: ".cxo", Kind.MANIFEST: ".cxm"}


class Fate(StrEnum):
    """What became of an object (对象状态)."""

    ARRIVED = "arrived"
    FILED = "filed"
    DUMMY = "dummy"
    QUARANTINED = "quarantined"


_SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
  id BLOB PRIMARY KEY, kind INTEGER NOT NULL, fate TEXT NOT NULL, code TEXT NOT NULL DEFAULT '',
  failures INTEGER NOT NULL DEFAULT 0, ticket BLOB, part INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ticket (
  id BLOB PRIMARY KEY, filed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS slot (
  stream BLOB NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL, previous BLOB NOT NULL,
  seconds INTEGER NOT NULL, objects BLOB NOT NULL, PRIMARY KEY (stream, number, hash)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alarm (
  code TEXT NOT NULL, subject TEXT NOT NULL, raised REAL NOT NULL, cleared REAL,
  PRIMARY KEY (code, subject)
) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class ReceiverStore:
    """The folders of one receiver; its processes share them and nothing else."""

    root: Path

    @property
    def journal(self) -> Path:
        """Segments of frames."""
        return self.root / "journal"

    @property
    def tickets(self) -> Path:
        """What was opened: one folder a ticket."""
        return self.root / "tickets"

    @property
    def quarantine(self) -> Path:
        """Objects that could not be filed, with the code of the reason in their names."""
        return self.root / "quarantine"

    def folder_of(self, kind: Kind) -> Path:
        """Whole objects of a kind."""
        return self.root / ("objects" if kind is Kind.ENVELOPE else "manifests")

    def path_of(self, kind: Kind, identifier: bytes) -> Path:
        """The file of a whole object."""
        return self.folder_of(kind) / (identifier.hex() + SUFFIX[kind])

    def make_folders(self) -> None:
        """Readable by this account only."""
        folders = [self.journal, self.tickets, self.quarantine, *map(self.folder_of, Kind)]
        for folder in (self.root, *folders):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.memory() as memory:
            memory.executescript(_SCHEMA)

    @contextmanager
    def memory(self) -> Iterator[sqlite3.Connection]:
        """``state.sqlite3`` in one transaction, on the disk for good when it ends without error."""
        connection = sqlite3.connect(self.root / "state.sqlite3", timeout=30)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            with connection:
                yield connection
        finally:
            connection.close()

    def knows(self, identifier: bytes) -> bool:
        """Whether an object came before, in whatever way it ended."""
        with self.memory() as memory:
            query = "SELECT 1 FROM object WHERE id = ?"
            return memory.execute(query, (identifier,)).fetchone() is not None

    def known_objects(self) -> set[bytes]:
        """Ids of all objects that ever came."""
        with self.memory() as memory:
            return {row[0] for row in memory.execute("SELECT id FROM object")}

    def keep(self, kind: Kind, identifier: bytes, data: bytes) -> bool:
        """Keep a whole object whose hash was proven; ``False`` when it came before."""
        if self.knows(identifier):
            return False
        write_file(self.path_of(kind, identifier), data)
        with self.memory() as memory:
            memory.execute(
                "INSERT OR IGNORE INTO object (id, kind, fate) VALUES (?, ?, ?)",
                (identifier, int(kind), Fate.ARRIVED),
            )
        return True

    def arrived(self, kind: Kind) -> list[bytes]:
        """Ids of objects that nothing was done with yet."""
        with self.memory() as memory:
            query = "SELECT id FROM object WHERE kind = ? AND fate = ? ORDER BY id"
            return [row[0] for row in memory.execute(query, (int(kind), Fate.ARRIVED))]

    def settle(self, identifiers: Iterable[bytes], fate: Fate) -> None:
        """Remember for good what became of these objects."""
        rows = [(fate, identifier) for identifier in identifiers]
        with self.memory() as memory:
            memory.executemany("UPDATE object SET fate = ? WHERE id = ?", rows)

    def remember_slot(self, manifest: Manifest, digest: bytes) -> None:
        """What a verified manifest says of its slot; once, however often it comes."""
        ids = b"".join(entry.object_id for entry in manifest.entries)
        row = (manifest.stream_id, manifest.slot, digest, manifest.previous)
        with self.memory() as memory:
            memory.execute(
                "INSERT OR IGNORE INTO slot (stream, number, hash, previous, seconds, objects)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (*row, manifest.slot_seconds, ids),
            )

    def raise_alarm(self, code: str, subject: str) -> None:
        """Say once that something is wrong; it stands until it is cleared."""
        with self.memory() as memory:
            memory.execute(
                "INSERT INTO alarm (code, subject, raised) VALUES (?, ?, ?) ON CONFLICT (code,"
                " subject) DO UPDATE SET raised = excluded.raised, cleared = NULL"
                " WHERE cleared IS NOT NULL",
                (code, subject, time.time()),
            )

    def clear_alarm(self, code: str, subject: str) -> None:
        """It is well again."""
        with self.memory() as memory:
            memory.execute(
                "UPDATE alarm SET cleared = ? WHERE code = ? AND subject = ? AND cleared IS NULL",
                (time.time(), code, subject),
            )

    def alarms(self) -> list[tuple[str, str]]:
        """Code and subject of all that is wrong now."""
        with self.memory() as memory:
            query = "SELECT code, subject FROM alarm WHERE cleared IS NULL ORDER BY raised"
            return list(memory.execute(query))
