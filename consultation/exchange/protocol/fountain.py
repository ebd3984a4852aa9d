"""RaptorQ (RFC 6330) by the ``raptorq`` library, behind checks that it does not make itself."""

from __future__ import annotations

from raptorq import Decoder, Encoder

from .errors import ObjectDamaged
from .frame import Frame, object_id
from .repair import symbols_to_send
from .sizes import SYMBOL_BYTES, source_symbols


def packets_of_pass(data: bytes, pass_number: int) -> list[bytes]:
    """What one pass sends of an object: enough to decode from that pass alone.

    Pass 0 sends the source symbols and repair, each later pass repair symbols that were never sent
    before; so what is received of several passes always adds up.
    """
    each = symbols_to_send(source_symbols(len(data)))
    repair = each * (pass_number + 1) - source_symbols(len(data))
    packets: list[bytes] = Encoder.with_defaults(data, SYMBOL_BYTES).get_encoded_packets(repair)
    return packets[each * pass_number :]


class Assembly:
    """Collects the checked frames of one object until it is whole (重组).

    ``length`` comes from a frame that has passed its checks, so the memory is bounded by the
    largest bucket.
    """

    def __init__(self, identifier: bytes, length: int) -> None:
        self.identifier = identifier
        self.length = length
        self._decoder = Decoder.with_defaults(length, SYMBOL_BYTES)
        self._seen: set[bytes] = set()

    def __len__(self) -> int:
        return len(self._seen)

    def add(self, frame: Frame) -> bytes | None:
        """The object once enough symbols are here, else ``None``.

        Raises ``ObjectDamaged`` when the symbols give other bytes than the id names, or when the
        decoder ends; this assembly is of no use then.
        """
        payload_id = frame.packet[:4]
        if frame.length != self.length or payload_id in self._seen:
            return None
        self._seen.add(payload_id)
        try:
            data: bytes | None = self._decoder.decode(frame.packet)
        except (KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except BaseException as error:  # a panic of the library is no Exception
            raise ObjectDamaged(f"the decoder ended: {type(error).__name__}") from error
        if data is None:
            return None
        if object_id(data) != self.identifier:
            raise ObjectDamaged("the hash of the decoded bytes is another")
        return data
