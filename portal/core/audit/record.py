"""``record_event``: the one way into the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from django.contrib.auth.models import User
from django.db import connection, models, transaction
from django.utils import timezone

from portal.core.audit.anchors import drop_anchor
from portal.core.audit.canonical import FIRST_PREVIOUS, Fact, canonical_facts, storable
from portal.core.audit.models import AuditEvent
from portal.core.audit.origin import current_address
from portal.core.regions.models import Region


@dataclass(frozen=True)
class Target:
    """An object that is known by its names alone, such as one that is gone."""

    type: str
    id: str
    text: str

    @classmethod
    def of(cls, target: models.Model | Target | None) -> Target:
        """How the log calls an object."""
        if target is None:
            return cls("", "", "")
        if isinstance(target, Target):
            return target
        return cls(target._meta.label_lower, str(target.pk), str(target))


WRITERS_LOCK = 0x61756469  # "audi": the advisory lock that writers of the log queue for


def record_event(
    action: str,
    *,
    actor: User | None,
    target: models.Model | Target | None,
    facts: Mapping[str, Fact] | None = None,
    region: Region | None = None,
) -> AuditEvent:
    """Add an event to the chain, in the caller's transaction: no change without its record.

    ``action`` is a stable dotted name such as ``"notice.approved"``; ``actor`` is None for what the
    system did. ``facts`` hold text, whole numbers, booleans, None, lists and mappings of them, and
    never personal data of citizens. Writers queue until the one before them has committed: call
    it last in a transaction. Raises ``UnfitFactError``.
    """
    written = canonical_facts(facts)
    about = Target.of(target)
    with transaction.atomic():
        _queue()
        head = AuditEvent.objects.head()
        event = AuditEvent(
            sequence=head.sequence + 1 if head else 1,
            previous=head.hash if head else FIRST_PREVIOUS,
            at=timezone.now(),
            actor_id=actor.pk if actor else None,
            actor_name=storable(person_name(actor))[:150],
            address=current_address(),
            action=action,
            target_type=about.type[:100],
            target_id=storable(about.id)[:80],
            target_text=storable(about.text)[:200],
            region_code=region.code if region else "",
            facts_json=written,
        )
        event.hash = event.expected_hash()
        event.save(force_insert=True)
        transaction.on_commit(partial(drop_anchor, event.sequence, event.hash))
    return event


def person_name(person: User | None) -> str:
    """How the log calls a person: full name and account; empty for the system."""
    if person is None:
        return ""
    full = person.get_full_name()
    return f"{full}（{person.get_username()}）" if full else person.get_username()


def _queue() -> None:
    """One writer at a time. SQLite's transactions begin with the write lock (IMMEDIATE)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS_LOCK])
