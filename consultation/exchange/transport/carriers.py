"""How a slot leaves: each way carries one pass of one slot at a time, and hears nothing back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from consultation.exchange.outbox.slots import Slot

from .folder import drop_slot
from .passes import frames_of_pass
from .udp import DEFAULT_BYTES_PER_SECOND, UdpSender


class Carrier(Protocol):
    """One way over the boundary."""

    def carry(self, slot: Slot, pass_number: int) -> int:
        """Send one pass; returns how many frames or files. Raises ``OSError``."""


@dataclass(frozen=True)
class DiodeCarrier:
    """Frames over UDP to the recorder's address (UDP单向光闸)."""

    address: tuple[str, int]
    link_key: bytes
    bytes_per_second: float = DEFAULT_BYTES_PER_SECOND

    def carry(self, slot: Slot, pass_number: int) -> int:
        """See ``Carrier``."""
        sender = UdpSender(self.address, self.bytes_per_second)
        try:
            return sender.send(frames_of_pass(slot, pass_number, self.link_key))
        finally:
            sender.close()


@dataclass(frozen=True)
class FolderCarrier:
    """Whole objects into the folder of a vendor's gap device; a later pass brings what is gone."""

    folder: Path

    def carry(self, slot: Slot, pass_number: int) -> int:
        """See ``Carrier``."""
        return drop_slot(slot, self.folder)
