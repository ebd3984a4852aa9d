"""The table of outcomes (办理结果表): of constant size, sorted by tags, dummies among them.

An epoch is the number of one table and never that of another: the key of a status depends on it.

Big-endian: magic ``CXO1``, epoch (8 bytes), number of rows (4); then rows of 544 bytes, tag (16) and
sealed status (528), ascending by tag. Dummies are random bytes, which is what the others look like.
"""

from __future__ import annotations

import secrets
import struct
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

from consultation.exchange.protocol.errors import ExchangeError

from .receipt import SEALED_BYTES, TAG_BYTES, open_status, seal_status, tag_of

MAGIC = b"CXO1"
_HEAD = struct.Struct(">4sQI")
ROW_BYTES = TAG_BYTES + SEALED_BYTES
DEFAULT_ROWS = 4096
MAX_ROWS = 100_000


class TableInvalid(ExchangeError):
    """The bytes are no table of outcomes."""

    code = "table_invalid"
    zh = "办理结果表格式无效"


def make_table(epoch: int, statuses: Mapping[bytes, str], rows: int = DEFAULT_ROWS) -> bytes:
    """The table of an epoch. ``statuses``: receipt key to what its reporter may read.

    Raises ``ValueError`` where there are more outcomes than rows: a larger table tells that.
    """
    if len(statuses) > rows:
        raise ValueError(f"{len(statuses)} outcomes, the table has {rows} rows")
    made = [tag_of(key, epoch) + seal_status(key, epoch, text) for key, text in statuses.items()]
    made += [secrets.token_bytes(ROW_BYTES) for _ in range(rows - len(made))]
    return _HEAD.pack(MAGIC, epoch, rows) + b"".join(sorted(made))


@dataclass(frozen=True)
class OutcomeTable:
    """A table, parsed."""

    epoch: int
    raw: bytes

    @classmethod
    def parse(cls, raw: bytes) -> OutcomeTable:
        """Raises ``TableInvalid``; a table out of order would hide outcomes."""
        if len(raw) < _HEAD.size:
            raise TableInvalid("too short")
        magic, epoch, rows = _HEAD.unpack_from(raw)
        if magic != MAGIC or rows > MAX_ROWS or len(raw) != _HEAD.size + rows * ROW_BYTES:
            raise TableInvalid("magic, number of rows or size")
        table = cls(epoch, raw)
        tags = [table._tag(row) for row in range(rows)]
        if tags != sorted(set(tags)):
            raise TableInvalid("tags out of order or doubled")
        return table

    def __len__(self) -> int:
        return (len(self.raw) - _HEAD.size) // ROW_BYTES

    def find(self, key: bytes) -> str | None:
        """The outcome of a receipt key, or ``None``.

        A status is opened whether the tag is there or not, so that both take the same time.
        """
        wanted = tag_of(key, self.epoch)
        row = bisect_left(range(len(self)), wanted, key=self._tag)
        shown = min(row, len(self) - 1)
        if shown < 0:
            return None
        start = _HEAD.size + shown * ROW_BYTES
        found = open_status(key, self.epoch, self.raw[start + TAG_BYTES : start + ROW_BYTES])
        return found if self._tag(shown) == wanted else None

    def _tag(self, row: int) -> bytes:
        start = _HEAD.size + row * ROW_BYTES
        return self.raw[start : start + TAG_BYTES]
