"""The recorder (记录进程): takes datagrams off the wire and writes down those that are ours.

It does nothing else, so that nothing it reads can keep it from recording: the code is checked, the
frame is appended. The socket never sends; errors of the network are not answered.
"""

from __future__ import annotations

import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from consultation.exchange.protocol.errors import ExchangeError
from consultation.exchange.protocol.frame import parse_frame
from consultation.exchange.protocol.sizes import FRAME_BYTES, MIB

from .journal import JournalWriter

RECEIVE_BUFFER_BYTES = 64 * MIB
FLUSH_SECONDS = 1.0
_LARGEST_DATAGRAM = 65_535
_UDP_GRO = 104
_AT_ONCE = 64


@dataclass
class Recorder:
    """``refused`` counts what was not ours, by code; nothing of its content is kept."""

    journal: JournalWriter
    link_key: bytes
    recorded: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def take(self, datagrams: list[bytes]) -> None:
        """Check and append. Raises ``OSError`` when the disk does not take them."""
        frames = [frame for frame in datagrams if self._is_ours(frame)]
        if frames:
            self.journal.add(frames)
            self.recorded += len(frames)

    def _is_ours(self, datagram: bytes) -> bool:
        try:
            parse_frame(datagram, self.link_key)
        except ExchangeError as error:
            self.refused[error.code] += 1
            return False
        return True


def open_socket(address: tuple[str, int]) -> socket.socket:
    """A socket that only receives, with the largest buffer that the kernel allows."""
    receiving = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for option in (socket.SO_RCVBUF, _SO_RCVBUFFORCE):
        try:
            receiving.setsockopt(socket.SOL_SOCKET, option, RECEIVE_BUFFER_BYTES)
        except PermissionError:
            continue
    with suppress(OSError):  # an older kernel hands every frame up by itself
        receiving.setsockopt(socket.SOL_UDP, _UDP_GRO, 1)
    receiving.bind(address)
    return receiving


_SO_RCVBUFFORCE = 33


def record(receiving: socket.socket, recorder: Recorder, is_ended: Callable[[], bool]) -> None:
    """Record until ``is_ended``; what was recorded is on the disk within a second."""
    receiving.settimeout(FLUSH_SECONDS / 4)
    flushed = time.monotonic()
    try:
        while not is_ended():
            recorder.take(_receive(receiving))
            if time.monotonic() - flushed >= FLUSH_SECONDS:
                recorder.journal.flush()
                flushed = time.monotonic()
    finally:
        recorder.journal.close()


def _receive(receiving: socket.socket) -> list[bytes]:
    """What waits, a few calls' worth; the kernel may hand up several frames glued together."""
    found: list[bytes] = []
    try:
        found += _cut(receiving.recv(_LARGEST_DATAGRAM))
        receiving.setblocking(False)
        for _ in range(_AT_ONCE):
            found += _cut(receiving.recv(_LARGEST_DATAGRAM))
    except (TimeoutError, BlockingIOError):
        pass  # nothing more waits now
    finally:
        receiving.settimeout(FLUSH_SECONDS / 4)
    return found


def _cut(data: bytes) -> list[bytes]:
    """Frames that the kernel glued together have one size each but perhaps the last."""
    if len(data) <= FRAME_BYTES:
        return [data]
    return [data[start : start + FRAME_BYTES] for start in range(0, len(data), FRAME_BYTES)]
