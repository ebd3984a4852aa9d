"""The decoder (解码进程): makes whole objects of journalled frames."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from consultation.exchange.protocol.errors import ExchangeError, ObjectDamaged
from consultation.exchange.protocol.fountain import Assembly
from consultation.exchange.protocol.frame import Frame, parse_frame
from consultation.exchange.protocol.sizes import MIB

from .journal import path_of, read_frames, segments_of
from .store import ReceiverStore

MOST_OPEN_BYTES = 512 * MIB
"""Of objects that are being put together; what is more waits for a later pass."""

MOST_FAILURES = 3
_ID = slice(4, 20)


@dataclass
class Decoder:
    """Reads on where it stopped. After a restart it reads the whole journal again.

    Frames of objects that are whole already are passed over by their id, so that costs seconds.
    """

    store: ReceiverStore
    link_key: bytes
    damaged: Counter[bytes] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._open: dict[bytes, Assembly] = {}
        self._done = self.store.known_objects()
        self._segment, self._frame = 0, 0

    def run_once(self) -> int:
        """Take in all that was recorded since the last call; returns how many objects are whole."""
        whole = 0
        for number in segments_of(self.store.journal):
            if number < self._segment:
                continue
            if number > self._segment:
                self._segment, self._frame = number, 0
            for raw in read_frames(self.store.journal, number, self._frame):
                self._frame += 1
                whole += self._take(raw)
        return whole

    def _take(self, raw: bytes) -> bool:
        if raw[_ID] in self._done:
            return False
        try:
            frame = parse_frame(raw, self.link_key)
        except ExchangeError:
            return False  # damaged on the disk; the recorder had checked it
        assembly = self._assembly_for(frame)
        if assembly is None:
            return False
        try:
            data = assembly.add(frame)
        except ObjectDamaged:
            self._give_up(frame.object_id)
            return False
        if data is None:
            return False
        del self._open[frame.object_id]
        self._done.add(frame.object_id)
        return self.store.keep(frame.kind, frame.object_id, data)

    def _assembly_for(self, frame: Frame) -> Assembly | None:
        assembly = self._open.get(frame.object_id)
        if assembly is None:
            held = sum(one.length for one in self._open.values())
            if held + frame.length > MOST_OPEN_BYTES:
                return None
            assembly = self._open[frame.object_id] = Assembly(frame.object_id, frame.length)
        return assembly

    def _give_up(self, identifier: bytes) -> None:
        """A forged symbol spoils what was collected; later passes bring enough fresh ones."""
        del self._open[identifier]
        self.damaged[identifier] += 1
        if self.damaged[identifier] >= MOST_FAILURES:
            self._done.add(identifier)
            self.store.raise_alarm("object_damaged", identifier.hex())


def prune_journal(store: ReceiverStore, before: float) -> int:
    """Delete segments last written before ``before`` (seconds since 1970); returns how many.

    The segment that is being written is never among them.
    """
    old = [
        path
        for number in segments_of(store.journal)[:-1]
        if (path := path_of(store.journal, number)).stat().st_mtime < before
    ]
    for path in old:
        path.unlink()
    return len(old)
