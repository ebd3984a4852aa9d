"""The UDP diode: datagrams outward at a steady pace, and never one back.

The socket is not connected, so that the kernel hands no error of the other side up, and nothing
here ever receives. Several datagrams go to the kernel in one call where it can cut them itself
(``UDP_SEGMENT``, Linux 4.18); on the wire they are single frames all the same.
"""

from __future__ import annotations

import errno
import socket
import struct
import time
from collections.abc import Iterable, Iterator
from itertools import islice

from consultation.exchange.protocol.sizes import FRAME_BYTES

DEFAULT_BYTES_PER_SECOND = 40_000_000
BATCH = 40
"""Frames in one call: below the 64 KiB of a datagram before it is cut."""

_UDP_SEGMENT = 103
_IP_MTU_DISCOVER, _IP_PMTUDISC_DO = 10, 2
_CANNOT_SEGMENT = (errno.EINVAL, errno.EIO, errno.ENOPROTOOPT, errno.EOPNOTSUPP)
_SEND_BUFFER_BYTES = 4 * 1024 * 1024


class UdpSender:
    """Sends frames to one address at ``bytes_per_second`` (payload)."""

    def __init__(
        self, address: tuple[str, int], bytes_per_second: float = DEFAULT_BYTES_PER_SECOND
    ) -> None:
        self.address = address
        self.bytes_per_second = bytes_per_second
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        # A frame that does not fit is an error of the set-up here, never fragments on the wire.
        self._socket.setsockopt(socket.IPPROTO_IP, _IP_MTU_DISCOVER, _IP_PMTUDISC_DO)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        self._can_segment = True

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()

    def send(self, frames: Iterable[bytes]) -> int:
        """Send all at the pace; returns how many. Raises ``OSError`` when the kernel refuses."""
        started, sent = time.monotonic(), 0
        for batch in _batches(frames):
            self._send_batch(batch)
            sent += len(batch)
            ahead = sent * FRAME_BYTES / self.bytes_per_second - (time.monotonic() - started)
            if ahead > 0:
                time.sleep(ahead)
        return sent

    def _send_batch(self, batch: list[bytes]) -> None:
        if self._can_segment and len(batch) > 1:
            cut = struct.pack("H", FRAME_BYTES)
            try:
                self._socket.sendmsg(batch, [(socket.SOL_UDP, _UDP_SEGMENT, cut)], 0, self.address)
            except OSError as error:
                if error.errno not in _CANNOT_SEGMENT:
                    raise
                self._can_segment = False
            else:
                return
        for frame in batch:
            self._socket.sendto(frame, self.address)


def _batches(frames: Iterable[bytes]) -> Iterator[list[bytes]]:
    waiting = iter(frames)
    while batch := list(islice(waiting, BATCH)):
        yield batch
