"""The watch (缺口告警): which slots and objects did not come, and which manifests do not fit.

The line tells nothing back, so this is the only place where a loss is seen. What is missing is
told one slot and five minutes after the slot began, and stands until it has come.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from consultation.exchange.protocol.errors import ExchangeError
from consultation.exchange.protocol.frame import OBJECT_ID_BYTES, Kind
from consultation.exchange.protocol.manifest import FIRST, hash_of, verify

from .store import Fate, ReceiverStore

GRACE_SECONDS = 300
KEPT_SECONDS = 14 * 24 * 3600
"""As long as the sender can send a slot again; what is older is told no more, only remembered."""


@dataclass(frozen=True)
class Watch:
    """``senders``: public keys of the outboxes that send here. ``slot_seconds`` as theirs."""

    store: ReceiverStore
    senders: Sequence[Ed25519PublicKey]
    slot_seconds: int = 6 * 3600

    def run_once(self, now: float) -> None:
        """Take in the manifests that arrived, then compare with what should be here by ``now``."""
        for identifier in self.store.arrived(Kind.MANIFEST):
            self._take(identifier)
        self._look_at_chains(now)
        self._look_for_slots(now)
        self._look_for_objects(now)

    def _take(self, identifier: bytes) -> None:
        raw = self.store.path_of(Kind.MANIFEST, identifier).read_bytes()
        try:
            manifest = verify(raw, self.senders)
        except ExchangeError as error:
            self.store.settle([identifier], Fate.QUARANTINED)
            self.store.raise_alarm(error.code, identifier.hex())
            return
        if manifest.slot_seconds != self.slot_seconds:
            self.store.raise_alarm("slot_length", str(manifest.slot_seconds))
        self.store.remember_slot(manifest, hash_of(raw))
        self.store.settle([identifier], Fate.FILED)

    def _look_at_chains(self, now: float) -> None:
        """Once all that arrived is known, for manifests come in any order."""
        with self.store.memory() as memory:
            rows = memory.execute(
                "SELECT stream, number, hash, previous FROM slot WHERE number >= ?",
                (self._oldest(now),),
            ).fetchall()
        found: dict[tuple[bytes, int], set[bytes]] = defaultdict(set)
        times = Counter(number for _, number, _, _ in rows)
        for stream, number, digest, _ in rows:
            found[stream, number].add(digest)
        for stream, number, _, previous in rows:
            before = found.get((stream, number - 1), set())
            is_first = previous == FIRST
            self._tell("slot_twice", number, is_so=times[number] > 1)
            self._tell("broken_chain", number, is_so=bool(before) and previous not in before)
            self._tell("chain_unproven", number, is_so=not before and not is_first)

    def _tell(self, code: str, number: int, *, is_so: bool) -> None:
        if is_so:
            self.store.raise_alarm(code, str(number))
        else:
            self.store.clear_alarm(code, str(number))

    def _oldest(self, now: float) -> int:
        return int((now - KEPT_SECONDS) // self.slot_seconds)

    def _look_for_slots(self, now: float) -> None:
        """Every slot since the first that ever came, as far back as it could be sent again."""
        due = int((now - GRACE_SECONDS) // self.slot_seconds) - 1
        oldest = self._oldest(now)
        with self.store.memory() as memory:
            known = {row[0] for row in memory.execute("SELECT DISTINCT number FROM slot")}
        if not known:
            return
        for number in range(max(min(known), oldest), due + 1):
            self._tell("missing_slot", number, is_so=number not in known)

    def _look_for_objects(self, now: float) -> None:
        due = int((now - GRACE_SECONDS) // self.slot_seconds) - 1
        oldest = self._oldest(now)
        with self.store.memory() as memory:
            rows = memory.execute(
                "SELECT objects FROM slot WHERE number BETWEEN ? AND ?", (oldest, due)
            ).fetchall()
        listed = {identifier for row in rows for identifier in _ids(row[0])}
        known = self.store.known_objects()
        for identifier in listed - known:
            self.store.raise_alarm("missing_object", identifier.hex())
        for code, subject in self.store.alarms():
            if code == "missing_object" and bytes.fromhex(subject) in known:
                self.store.clear_alarm(code, subject)


def _ids(joined: bytes) -> list[bytes]:
    step = OBJECT_ID_BYTES
    return [joined[start : start + step] for start in range(0, len(joined), step)]
