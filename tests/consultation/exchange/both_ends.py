"""An outbox and a receiver on one machine, in tests."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consultation.exchange.outbox.enqueue import enqueue
from consultation.exchange.outbox.slots import Slot, SlotRules, prepare_slot
from consultation.exchange.outbox.store import Outbox
from consultation.exchange.protocol.envelope import Recipient
from consultation.exchange.protocol.sizes import KIB
from consultation.exchange.protocol.suites import HpkeOpener, HpkeSealer
from consultation.exchange.protocol.ticket import Attachment, Ticket
from consultation.exchange.receiver.decoder import Decoder
from consultation.exchange.receiver.filer import Filer
from consultation.exchange.receiver.journal import JournalWriter
from consultation.exchange.receiver.recorder import Recorder
from consultation.exchange.receiver.store import ReceiverStore
from consultation.exchange.transport.passes import frames_of_pass

LINK_KEY = bytes(range(32))
EPOCH = 202611
OPENER = HpkeOpener.generate()
TO = Recipient(HpkeSealer(OPENER.public_key()), EPOCH)
SENDER_KEY = Ed25519PrivateKey.generate()
SMALL = SlotRules(shape={16 * KIB: 6, 256 * KIB: 2})


def ticket(text: str, *files: bytes) -> Ticket:
    attached = tuple(
        Attachment(f"{number}.png", "image/png", data) for number, data in enumerate(files)
    )
    return Ticket("report", {"text": text}, attached)


@dataclass(frozen=True)
class PublicSide:
    outbox: Outbox
    rules: SlotRules = SMALL

    def file(self, *tickets: Ticket) -> None:
        for one in tickets:
            enqueue(self.outbox, one, TO)

    def slot(self, number: int = 1) -> Slot:
        return prepare_slot(self.outbox, number, self.rules, TO, SENDER_KEY)


@dataclass
class InternalSide:
    store: ReceiverStore

    def __post_init__(self) -> None:
        self.recorder = Recorder(JournalWriter(self.store.journal), LINK_KEY)
        self.decoder = Decoder(self.store, LINK_KEY)
        self.filer = Filer(self.store, {(1, EPOCH): OPENER})

    def close(self) -> None:
        self.recorder.journal.close()

    def take(self, frames: Iterable[bytes]) -> None:
        self.recorder.take(list(frames))
        self.decoder.run_once()
        self.filer.run_once()

    def texts(self) -> list[str]:
        import json

        found = [path / "ticket.json" for path in self.store.tickets.iterdir()]
        return sorted(json.loads(path.read_text())["fields"]["text"] for path in found)


def public_side(folder: Path, rules: SlotRules = SMALL) -> PublicSide:
    outbox = Outbox(folder / "outbox")
    outbox.make_folders()
    return PublicSide(outbox, rules)


def internal_side(folder: Path) -> InternalSide:
    store = ReceiverStore(folder / "receiver")
    store.make_folders()
    return InternalSide(store)


def sent(slot: Slot, pass_number: int = 0) -> list[bytes]:
    return list(frames_of_pass(slot, pass_number, LINK_KEY))


def lossy(frames: list[bytes], loss: float, seed: int = 1) -> list[bytes]:
    chance = random.Random(seed)
    return [frame for frame in frames if chance.random() >= loss]
