"""A ticket survives being split and put together, and nothing that is none passes for one."""

from __future__ import annotations

import json
import os
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation.exchange.protocol.errors import ContentInvalid, TooLarge
from consultation.exchange.protocol.sizes import MAX_TICKET_BYTES
from consultation.exchange.protocol.ticket import (
    DUMMY,
    MAX_ATTACHMENTS,
    PART_HEADER_BYTES,
    Attachment,
    Ticket,
    join,
    parse_part,
    parse_ticket,
    split,
    to_bytes,
)

TICKET = Ticket(
    "report",
    {"text": "占用耕地", "category": "farmland"},
    (
        Attachment("1.png", "image/png", os.urandom(5000)),
        Attachment("2.pdf", "application/pdf", b""),
    ),
)
ID = bytes(range(16))


def test_a_ticket_comes_back() -> None:
    assert parse_ticket(to_bytes(TICKET)) == TICKET


@pytest.mark.parametrize("room", [PART_HEADER_BYTES + 100, 1000, 10_000])
def test_parts_in_any_order_give_the_whole(room: int) -> None:
    whole = to_bytes(TICKET)
    parts = [parse_part(part) for part in split(whole, ID, room)]
    assert all(len(part.data) <= room - PART_HEADER_BYTES for part in parts)
    random.Random(1).shuffle(parts)
    assert join(parts) == whole


def test_a_missing_or_foreign_part_is_told() -> None:
    parts = [parse_part(part) for part in split(to_bytes(TICKET), ID, 1000)]
    others = [parse_part(part) for part in split(to_bytes(TICKET), bytes(16), 1000)]
    for wrong in (parts[1:], [*parts, parts[0]], [*parts[1:], others[0]]):
        with pytest.raises(ContentInvalid):
            join(wrong)


def test_a_changed_part_is_told() -> None:
    first, *rest = split(to_bytes(TICKET), ID, 1000)
    with pytest.raises(ContentInvalid):
        join([parse_part(first[:-1] + bytes([first[-1] ^ 1])), *map(parse_part, rest)])


def test_a_dummy_is_known_and_carries_nothing() -> None:
    assert parse_part(DUMMY).is_dummy
    with pytest.raises(ContentInvalid):
        parse_part(DUMMY + b"x")
    with pytest.raises(ContentInvalid):
        parse_part(ID + DUMMY[16:])


@pytest.mark.parametrize(
    "head",
    [(0, 1), (2, 1), (1, 65)],
)
def test_part_numbers_out_of_bounds_are_refused(head: tuple[int, int]) -> None:
    part = split(b"whole", ID, 1000)[0]
    number, parts = head
    wrong = part[:16] + number.to_bytes(2, "big") + parts.to_bytes(2, "big") + part[20:]
    with pytest.raises(ContentInvalid):
        parse_part(wrong)


def changed(**values: object) -> bytes:
    document = {"kind": "report", "fields": {}, "attachments": []} | values
    text = json.dumps(document).encode()
    return b"CXT1" + len(text).to_bytes(4, "big") + text


@pytest.mark.parametrize(
    "whole",
    [
        b"",
        b"CXT1",
        b"CXT2" + to_bytes(TICKET)[4:],
        b"CXT1" + (2**32 - 1).to_bytes(4, "big"),
        b"CXT1\0\0\0\x01{",
        b"CXT1\0\0\0\x02[]",
        changed(kind="other"),
        changed(fields=[]),
        changed(attachments={}),
        changed(extra=1),
        changed() + b"more",
        changed(attachments=[{"name": "x"}]),
        changed(attachments=[{"name": "x", "media_type": "y", "size": -1, "sha256": "z"}]),
        changed(attachments=[{"name": "x", "media_type": "y", "size": True, "sha256": "z"}]),
        changed(attachments=[{"name": "x", "media_type": "y", "size": 0, "sha256": "z"}]),
        changed(fields=float("nan")),
        b"CXT1" + (200_000).to_bytes(4, "big") + b"[" * 200_000,
        to_bytes(TICKET)[:-1],
    ],
)
def test_what_is_no_ticket_is_refused(whole: bytes) -> None:
    with pytest.raises(ContentInvalid):
        parse_ticket(whole)


@given(data=st.binary(max_size=400))
def test_no_bytes_end_the_parsers(data: bytes) -> None:
    for parse in (parse_ticket, parse_part):
        for start in (b"", b"CXT1\0\0\0\x10"):
            try:
                parse(start + data)
            except ContentInvalid:
                continue


def test_a_ticket_beyond_the_limits_is_not_made() -> None:
    with pytest.raises(TooLarge):
        to_bytes(Ticket("report", {"text": "x" * 2**20}))
    many = tuple(Attachment(f"{n}", "x", b"") for n in range(MAX_ATTACHMENTS + 1))
    with pytest.raises(TooLarge):
        to_bytes(Ticket("report", {}, many))
    with pytest.raises(TooLarge):
        to_bytes(Ticket("report", {}, (Attachment("x", "y", bytes(MAX_TICKET_BYTES)),)))
    with pytest.raises(TooLarge):
        split(bytes(10_000), ID, PART_HEADER_BYTES + 10)
