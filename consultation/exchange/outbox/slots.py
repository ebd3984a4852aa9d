"""Fill a slot (时隙): always the same number of objects of each size, whatever was sent in."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consultation.exchange.durable import PART, write_folder
from consultation.exchange.protocol.envelope import Recipient, seal
from consultation.exchange.protocol.frame import object_id
from consultation.exchange.protocol.manifest import FIRST, Entry, Manifest, hash_of, sign
from consultation.exchange.protocol.sizes import BUCKETS, KIB, MIB
from consultation.exchange.protocol.ticket import DUMMY

from .store import OBJECT_SUFFIX, Outbox

MANIFEST_NAME = "manifest.cxm"
STREAM_NAME = "stream.json"
DEFAULT_SHAPE = {16 * KIB: 16, 256 * KIB: 8, 1 * MIB: 4, 4 * MIB: 2, 16 * MIB: 1}


@dataclass(frozen=True)
class SlotRules:
    """How long a slot is, in seconds, and how many objects of each bucket every one carries."""

    seconds: int = 6 * 3600
    shape: Mapping[int, int] = field(default_factory=lambda: dict(DEFAULT_SHAPE))

    def number_at(self, moment: float) -> int:
        """The slot that a moment (seconds since 1970, UTC) lies in."""
        return int(moment // self.seconds)


@dataclass(frozen=True)
class Slot:
    """A slot that is ready to be sent; its folder never changes again."""

    number: int
    folder: Path

    def manifest(self) -> bytes:
        """The signed manifest."""
        return (self.folder / MANIFEST_NAME).read_bytes()

    def objects(self) -> list[Path]:
        """The files of its objects, in the order of ids."""
        return sorted(self.folder.glob(f"*{OBJECT_SUFFIX}"))


def slots_of(outbox: Outbox) -> list[Slot]:
    """The slots that are kept, the oldest first."""
    folders = [path for path in outbox.slots.iterdir() if path.suffix != PART]
    return sorted(
        (Slot(int(path.name), path) for path in folders if path.name.isdecimal()),
        key=lambda slot: slot.number,
    )


def prepare_slot(
    outbox: Outbox,
    number: int,
    rules: SlotRules,
    to: Recipient,
    key: Ed25519PrivateKey,
) -> Slot:
    """Make slot ``number`` of what waits and of dummies, or give the one that is there.

    The slot is durable before a byte of it is sent, and only then do its objects leave the waiting
    ones; a process killed in between leaves both, which the next call puts right. Raises
    ``OSError``, with nothing changed.
    """
    kept = slots_of(outbox)
    _drop_slotted(outbox, kept)
    for slot in kept:
        if slot.number == number:
            return slot
    taken = _take(outbox, rules)
    objects = [path.read_bytes() for path in taken]
    objects += _dummies(objects, rules, to)
    stream_id, previous = _chain(kept, number)
    entries = tuple(Entry(object_id(data), len(data)) for data in objects)
    manifest = sign(Manifest(stream_id, number, rules.seconds, previous, entries), key)
    files = {object_id(data).hex() + OBJECT_SUFFIX: data for data in objects}
    files = dict(sorted(files.items())) | {MANIFEST_NAME: manifest}
    files[STREAM_NAME] = json.dumps({"stream_id": stream_id.hex()}).encode()
    folder = outbox.slots / str(number)
    write_folder(folder, files)
    outbox.discard(taken)
    return Slot(number, folder)


def _take(outbox: Outbox, rules: SlotRules) -> list[Path]:
    left = dict(rules.shape)
    taken = []
    for path in outbox.waiting_objects():
        size = path.stat().st_size
        if left.get(size, 0) > 0:
            left[size] -= 1
            taken.append(path)
    return taken


def _dummies(objects: list[bytes], rules: SlotRules, to: Recipient) -> list[bytes]:
    """Envelopes that carry nothing, sealed as all others: only their recipient can tell."""
    return [
        seal(DUMMY, to, bucket)
        for bucket in BUCKETS
        for _ in range(rules.shape.get(bucket, 0) - sum(len(one) == bucket for one in objects))
    ]


def _drop_slotted(outbox: Outbox, kept: list[Slot]) -> None:
    held = {path.name for slot in kept for path in slot.objects()}
    outbox.discard([path for path in outbox.waiting_objects() if path.name in held])


def _chain(kept: list[Slot], number: int) -> tuple[bytes, bytes]:
    """The stream goes on where the slot before is at hand; else a new one begins.

    A gap, or a copy of the folder put back from a backup, thus never continues a chain that others
    may have seen go on differently.
    """
    before = kept[-1] if kept else None
    if before is None or before.number != number - 1:
        return secrets.token_bytes(16), FIRST
    stream = json.loads((before.folder / STREAM_NAME).read_text())
    return bytes.fromhex(stream["stream_id"]), hash_of(before.manifest())
