"""Seal a ticket in memory and hand it to the outbox: nothing in clear ever reaches the disk."""

from __future__ import annotations

import secrets

from consultation.exchange.protocol import ticket as tickets
from consultation.exchange.protocol.envelope import Recipient, capacity, seal
from consultation.exchange.protocol.sizes import BUCKETS

from .store import Outbox


def seal_ticket(ticket: tickets.Ticket, to: Recipient) -> list[bytes]:
    """The envelopes of a ticket; one, unless it is larger than the largest bucket."""
    whole = tickets.to_bytes(ticket)
    room = capacity(to.sealer, BUCKETS[-1])
    parts = tickets.split(whole, secrets.token_bytes(tickets.TICKET_ID_BYTES), room)
    return [seal(part, to) for part in parts]


def enqueue(outbox: Outbox, ticket: tickets.Ticket, to: Recipient) -> None:
    """Seal and keep; the receipt may be shown once this returns.

    Raises ``TooLarge``, ``OutboxFull`` or ``OSError``; the ticket is not kept then.
    """
    outbox.put(seal_ticket(ticket, to))
