"""The filer (归档进程): opens what arrived and files each ticket once, whatever happens between."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from consultation.exchange.durable import PART, flush_folder, write_folder
from consultation.exchange.protocol.envelope import open_envelope
from consultation.exchange.protocol.errors import ContentInvalid, ExchangeError
from consultation.exchange.protocol.frame import Kind
from consultation.exchange.protocol.suites import Opener
from consultation.exchange.protocol.ticket import Part, Ticket, join, parse_part, parse_ticket

from .store import Fate, ReceiverStore

MOST_FAILURES = 3
TICKET_NAME = "ticket.json"


@dataclass
class Filer:
    """Works through the objects that arrived; one that fails never holds up the others."""

    store: ReceiverStore
    openers: Mapping[tuple[int, int], Opener]

    def run_once(self) -> int:
        """Returns how many tickets were filed."""
        return sum(self._try(identifier) for identifier in self.store.arrived(Kind.ENVELOPE))

    def _try(self, identifier: bytes) -> bool:
        try:
            return self._file(identifier)
        except (ExchangeError, MemoryError) as error:
            code = error.code if isinstance(error, ExchangeError) else "memory"
            self._failed(identifier, code)
            return False

    def _file(self, identifier: bytes) -> bool:
        part = self._opened(identifier)
        if part.is_dummy:
            self.store.settle([identifier], Fate.DUMMY)
            self.store.path_of(Kind.ENVELOPE, identifier).unlink(missing_ok=True)
            return False
        with self.store.memory() as memory:
            memory.execute(
                "UPDATE object SET ticket = ?, part = ? WHERE id = ?",
                (part.ticket_id, part.number, identifier),
            )
            rows = memory.execute(
                "SELECT part, id FROM object WHERE ticket = ? AND fate = ?",
                (part.ticket_id, Fate.ARRIVED),
            )
            numbered = dict(rows.fetchall())
            is_filed = memory.execute("SELECT 1 FROM ticket WHERE id = ?", (part.ticket_id,))
            if is_filed.fetchone() is not None:
                _set_fate(memory, {identifier}, Fate.FILED)
                return False
        if len(numbered) < part.parts:
            return False
        parts = [self._opened(one) for one in numbered.values()]
        self._write(part.ticket_id, parse_ticket(join(parts)))
        with self.store.memory() as memory:
            memory.execute("INSERT OR IGNORE INTO ticket VALUES (?, 1)", (part.ticket_id,))
            _set_fate(memory, set(numbered.values()), Fate.FILED)
        for one in numbered.values():
            self.store.path_of(Kind.ENVELOPE, one).unlink(missing_ok=True)
        return True

    def _opened(self, identifier: bytes) -> Part:
        try:
            envelope = self.store.path_of(Kind.ENVELOPE, identifier).read_bytes()
        except FileNotFoundError as error:
            raise ContentInvalid("the object's file is gone") from error
        return parse_part(open_envelope(envelope, self.openers))

    def _write(self, ticket_id: bytes, ticket: Ticket) -> None:
        """One folder a ticket; there already when a killed process had got so far."""
        folder = self.store.tickets / ticket_id.hex()
        if folder.exists():
            return
        names = [f"{row:02d}-{_flat(one.name)}" for row, one in enumerate(ticket.attachments, 1)]
        files = {name: one.data for name, one in zip(names, ticket.attachments, strict=True)}
        document = {
            "kind": ticket.kind,
            "fields": ticket.fields,
            "attachments": [
                {"file": name, "name": one.name, "media_type": one.media_type}
                for name, one in zip(names, ticket.attachments, strict=True)
            ],
        }
        text = json.dumps(document, ensure_ascii=False, indent=1)
        write_folder(folder, files | {TICKET_NAME: text.encode("utf-8")})

    def _failed(self, identifier: bytes, code: str) -> None:
        """Three failures, and the object is put aside with the reason; the queue goes on."""
        with self.store.memory() as memory:
            memory.execute(
                "UPDATE object SET failures = failures + 1, code = ? WHERE id = ?",
                (code, identifier),
            )
            query = "SELECT failures FROM object WHERE id = ?"
            (failures,) = memory.execute(query, (identifier,)).fetchone()
        if failures < MOST_FAILURES:
            return
        source = self.store.path_of(Kind.ENVELOPE, identifier)
        target = self.store.quarantine / f"{identifier.hex()}.{code}"
        if source.exists():
            source.rename(target)
            flush_folder(self.store.quarantine)
            flush_folder(source.parent)
        self.store.settle([identifier], Fate.QUARANTINED)
        self.store.raise_alarm("quarantined", f"{identifier.hex()} {code}")


def _set_fate(memory: sqlite3.Connection, identifiers: set[bytes], fate: Fate) -> None:
    rows = [(fate, identifier) for identifier in identifiers]
    memory.executemany("UPDATE object SET fate = ? WHERE id = ?", rows)


def _flat(name: str) -> str:
    """A name that is safe on any file system, whatever the ticket says."""
    kept = "".join(
        char if char.isascii() and (char.isalnum() or char in "._-") else "_" for char in name
    )
    return kept.strip("._-")[-60:] or "file"


def tickets_in(folder: Path) -> list[Path]:
    """The folders of filed tickets."""
    return sorted(path for path in folder.iterdir() if path.is_dir() and path.suffix != PART)
