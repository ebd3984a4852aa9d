"""The sender (发送进程): by the clock it makes each slot and sends its passes, real or dummy alike."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consultation.exchange.durable import flush_folder, write_file
from consultation.exchange.outbox.slots import Slot, SlotRules, prepare_slot, slots_of
from consultation.exchange.outbox.store import Outbox
from consultation.exchange.protocol.envelope import Recipient

from .carriers import Carrier

PASSES = 2
RETAINED_SECONDS = 14 * 24 * 3600


@dataclass(frozen=True)
class Sender:
    """``recipient`` gives the key of the present epoch, asked anew for each slot.

    What a slot's passes and their times are depends on the clock alone. Sent passes are counted in
    ``sent/<slot>``, after each; a pass that was cut off is sent again from its beginning.
    """

    outbox: Outbox
    rules: SlotRules
    recipient: Callable[[], Recipient]
    key: Ed25519PrivateKey
    carriers: Sequence[Carrier]
    passes: int = PASSES

    def run_once(self, now: float) -> int:
        """Make the present slot, send the passes that are due; returns how many were sent.

        Raises ``OSError`` where the disk or a carrier refuses; the next call goes on from there.
        """
        number = self.rules.number_at(now)
        slot = prepare_slot(self.outbox, number, self.rules, self.recipient(), self.key)
        sent = 0
        while self._passes_sent(slot) < min(self._due(slot, now), self.passes):
            self._send(slot)
            sent += 1
        sent += self._resend()
        self._shred(now)
        return sent

    def ask_for(self, number: int) -> None:
        """An operator wants a slot to be sent once more.

        Raises ``LookupError`` when the slot is not kept any more.
        """
        if not any(slot.number == number for slot in slots_of(self.outbox)):
            raise LookupError(f"时隙{number}已不在发件箱中 / slot {number} is not kept any more")
        self._wanted.mkdir(mode=0o700, exist_ok=True)
        write_file(self._wanted / str(number), b"")

    def _due(self, slot: Slot, now: float) -> int:
        """The passes lie evenly over the slot, the first at its beginning."""
        since = now - slot.number * self.rules.seconds
        return int(since // (self.rules.seconds / self.passes)) + 1

    def _send(self, slot: Slot) -> None:
        number = self._passes_sent(slot)
        for carrier in self.carriers:
            carrier.carry(slot, number)
        self._sent.mkdir(mode=0o700, exist_ok=True)
        write_file(self._sent / str(slot.number), str(number + 1).encode())

    def _passes_sent(self, slot: Slot) -> int:
        path = self._sent / str(slot.number)
        return int(path.read_bytes()) if path.exists() else 0

    def _resend(self) -> int:
        if not self._wanted.is_dir():
            return 0
        kept = {str(slot.number): slot for slot in slots_of(self.outbox)}
        wanted = [path for path in self._wanted.iterdir() if path.name in kept]
        for path in wanted:
            self._send(kept[path.name])
            path.unlink()
        return len(wanted)

    def _shred(self, now: float) -> None:
        """What is older than any repair; the files hold ciphertext only, so they are deleted."""
        oldest = self.rules.number_at(now - RETAINED_SECONDS)
        for slot in slots_of(self.outbox):
            if slot.number < oldest:
                shutil.rmtree(slot.folder)
                (self._sent / str(slot.number)).unlink(missing_ok=True)
        flush_folder(self.outbox.slots)

    @property
    def _sent(self) -> Path:
        return self.outbox.root / "sent"

    @property
    def _wanted(self) -> Path:
        return self.outbox.root / "resend"


def send_for_ever(sender: Sender, pause: float = 5.0) -> None:
    """The daemon: looks every few seconds whether the clock wants something."""
    while True:
        sender.run_once(time.time())
        time.sleep(pause)
