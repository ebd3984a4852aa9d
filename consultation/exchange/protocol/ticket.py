"""The ticket (工单): what an envelope holds, and how a large one is spread over several.

A ticket is ``CXT1``, the length of a JSON object (4 bytes), that object, and the bytes of the
attachments that it lists, one after the other. A part is: ticket id (16 bytes, random), number of
the part and of parts (2 bytes each), length of the whole (8), SHA-256 of the whole (32), the
part's bytes. A part that says 0 of 0 is a dummy; it is opened and forgotten.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import ContentInvalid, TooLarge
from .sizes import MAX_TICKET_BYTES

MAGIC = b"CXT1"
TICKET_ID_BYTES = 16
MAX_JSON_BYTES = 1024 * 1024
MAX_ATTACHMENTS = 32
MAX_PARTS = 64
KINDS = frozenset({"report", "inquiry", "coordination"})
_PART = struct.Struct(">16sHHQ32s")
_JSON_LENGTH = struct.Struct(">I")
PART_HEADER_BYTES = _PART.size
DUMMY = _PART.pack(bytes(TICKET_ID_BYTES), 0, 0, 0, bytes(32))


@dataclass(frozen=True)
class Attachment:
    """A file of a ticket; ``name`` is given by us, never by the sender."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Ticket:
    """``fields`` is plain JSON; the internal node alone says what they mean."""

    kind: str
    fields: dict[str, Any]
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Part:
    """One part of a ticket, as opened."""

    ticket_id: bytes
    number: int
    parts: int
    length: int
    sha256: bytes
    data: bytes

    @property
    def is_dummy(self) -> bool:
        """Whether it carries nothing (填充件)."""
        return self.parts == 0


def to_bytes(ticket: Ticket) -> bytes:
    """The whole ticket. Raises ``TooLarge``."""
    listed = [
        {
            "name": one.name,
            "media_type": one.media_type,
            "size": len(one.data),
            "sha256": hashlib.sha256(one.data).hexdigest(),
        }
        for one in ticket.attachments
    ]
    document = {"kind": ticket.kind, "fields": ticket.fields, "attachments": listed}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    if len(text) > MAX_JSON_BYTES or len(listed) > MAX_ATTACHMENTS:
        raise TooLarge("text or number of attachments")
    head = MAGIC + _JSON_LENGTH.pack(len(text)) + text
    whole = head + b"".join(one.data for one in ticket.attachments)
    if len(whole) > MAX_TICKET_BYTES:
        raise TooLarge(f"{len(whole)} bytes, a ticket has at most {MAX_TICKET_BYTES}")
    return whole


def split(whole: bytes, ticket_id: bytes, room: int) -> list[bytes]:
    """The parts, each with at most ``room`` bytes, header included."""
    step = room - _PART.size
    pieces = [whole[start : start + step] for start in range(0, len(whole), step)]
    if len(pieces) > MAX_PARTS:
        raise TooLarge(f"{len(pieces)} parts")
    digest = hashlib.sha256(whole).digest()
    return [
        _PART.pack(ticket_id, number, len(pieces), len(whole), digest) + piece
        for number, piece in enumerate(pieces, start=1)
    ]


def parse_part(content: bytes) -> Part:
    """Raises ``ContentInvalid``."""
    if len(content) < _PART.size:
        raise ContentInvalid("too short for a part")
    identifier, number, parts, length, digest = _PART.unpack_from(content)
    part = Part(identifier, number, parts, length, digest, content[_PART.size :])
    if part.is_dummy:
        if content != DUMMY:
            raise ContentInvalid("a dummy that carries something")
        return part
    if not 1 <= number <= parts <= MAX_PARTS or length > MAX_TICKET_BYTES:
        raise ContentInvalid("number, parts or length beyond the limits")
    if len(part.data) > length:
        raise ContentInvalid("a part longer than the whole")
    return part


def join(parts: Iterable[Part]) -> bytes:
    """The whole ticket from all its parts, in any order. Raises ``ContentInvalid``."""
    ordered = sorted(parts, key=lambda part: part.number)
    first = ordered[0]
    heads = {(part.ticket_id, part.parts, part.length, part.sha256) for part in ordered}
    if len(heads) != 1 or [part.number for part in ordered] != list(range(1, first.parts + 1)):
        raise ContentInvalid("the parts are not those of one ticket")
    whole = b"".join(part.data for part in ordered)
    if len(whole) != first.length or hashlib.sha256(whole).digest() != first.sha256:
        raise ContentInvalid("the parts do not give the whole")
    return whole


def parse_ticket(whole: bytes) -> Ticket:
    """Raises ``ContentInvalid``; never returns an attachment that differs from its hash."""
    if whole[:4] != MAGIC or len(whole) < 8:
        raise ContentInvalid("no ticket")
    (length,) = _JSON_LENGTH.unpack_from(whole, 4)
    if length > MAX_JSON_BYTES or 8 + length > len(whole):
        raise ContentInvalid("the JSON is longer than allowed or than the ticket")
    document = _load(whole[8 : 8 + length])
    if set(document) != {"kind", "fields", "attachments"} or document["kind"] not in KINDS:
        raise ContentInvalid("kind, fields and attachments are needed")
    fields, listed = document["fields"], document["attachments"]
    if not isinstance(fields, dict) or not isinstance(listed, list):
        raise ContentInvalid("fields or attachments of another type")
    return Ticket(document["kind"], fields, _attachments(listed, whole[8 + length :]))


def _attachments(listed: Sequence[Any], data: bytes) -> tuple[Attachment, ...]:
    if len(listed) > MAX_ATTACHMENTS:
        raise ContentInvalid("too many attachments")
    found, position = [], 0
    for entry in listed:
        name, media_type, size, digest = _entry(entry)
        piece = data[position : position + size]
        position += size
        if len(piece) != size or hashlib.sha256(piece).hexdigest() != digest:
            raise ContentInvalid("an attachment differs from its size or hash")
        found.append(Attachment(name, media_type, piece))
    if position != len(data):
        raise ContentInvalid("bytes that belong to no attachment")
    return tuple(found)


def _entry(entry: Any) -> tuple[str, str, int, str]:
    if not isinstance(entry, dict) or set(entry) != {"name", "media_type", "size", "sha256"}:
        raise ContentInvalid("an attachment needs name, media_type, size and sha256")
    name, media_type, size, digest = (
        entry[key] for key in ("name", "media_type", "size", "sha256")
    )
    if not all(isinstance(text, str) for text in (name, media_type, digest)):
        raise ContentInvalid("name, media_type and sha256 must be text")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= MAX_TICKET_BYTES:
        raise ContentInvalid("size must be a number of bytes")
    return name, media_type, size, digest


def _load(raw: bytes) -> dict[str, Any]:
    try:
        document = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise ContentInvalid("no valid JSON") from error
    if not isinstance(document, dict):
        raise ContentInvalid("must be one JSON object")
    return document


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")
