"""A pass over a slot: the frames of all its objects, spread so that a burst takes a few of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import merge

from consultation.exchange.outbox.slots import Slot
from consultation.exchange.protocol.fountain import packets_of_pass
from consultation.exchange.protocol.frame import Kind, build_frames, object_id

Placed = tuple[float, int, bytes]


def frames_of_pass(slot: Slot, pass_number: int, link_key: bytes) -> Iterator[bytes]:
    """Every frame of one pass in the order of sending.

    The frames of each object lie at even distances over the whole pass. Which objects are dummies
    is not known here, and nothing depends on it.
    """
    objects = [(Kind.ENVELOPE, path.read_bytes()) for path in slot.objects()]
    objects.append((Kind.MANIFEST, slot.manifest()))
    return interleaved(
        build_frames(kind, object_id(data), len(data), packets_of_pass(data, pass_number), link_key)
        for kind, data in objects
    )


def interleaved(objects: Iterable[list[bytes]]) -> Iterator[bytes]:
    """The frames of several objects, each object's spread over the whole."""
    placed = [_placed(number, frames) for number, frames in enumerate(objects)]
    return (frame for _, _, frame in merge(*placed))


def _placed(number: int, frames: list[bytes]) -> Iterator[Placed]:
    return (((row + 0.5) / len(frames), number, frame) for row, frame in enumerate(frames))
