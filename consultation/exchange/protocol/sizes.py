"""The few sizes in which anything crosses the boundary.

Whatever is sealed is padded until the object has one of these sizes to the byte, so a length says
no more than the bucket. Sizes in bytes.
"""

from __future__ import annotations

KIB = 1024
MIB = 1024 * KIB

BUCKETS = (16 * KIB, 256 * KIB, 1 * MIB, 4 * MIB, 16 * MIB)
MANIFEST_BYTES = 16 * KIB
# A whole ticket, over all its parts: what a receiver must be able to hold in memory.
MAX_TICKET_BYTES = 64 * MIB

SYMBOL_BYTES = 1392
MAC_BYTES = 16
FRAME_HEADER_BYTES = 34
# With the headers of IP (20) and UDP (8) 1,470 bytes: below every Ethernet's 1,500, never
# fragmented, with room for a VLAN tag or a tunnel.
FRAME_BYTES = FRAME_HEADER_BYTES + SYMBOL_BYTES + MAC_BYTES


def source_symbols(length: int) -> int:
    """How many source symbols an object of ``length`` bytes has (K of RFC 6330)."""
    return -(-length // SYMBOL_BYTES)
