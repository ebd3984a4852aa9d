"""Who may answer messages, and which: pure reads, asked before every page and every step."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from portal.core.regions.models import Region
from portal.feedback.models import Message
from portal.staff.enums import Column
from portal.staff.scope import Person, may_act, regions_of, within_scope

ANSWER = "feedback.answer_message"


def may_see_queue(person: Person) -> bool:
    """Whether the queue is of any use to a person."""
    return person.has_perm(ANSWER) and bool(regions_of(person, Column.FEEDBACK))


def may_answer(person: Person, message: Message) -> bool:
    """Whether a person keeps the column where the message belongs.

    A message of a site without a node belongs to every keeper of the column.
    """
    if message.region is None:
        return may_see_queue(person)
    return may_act(person, ANSWER, Column.FEEDBACK, message.region)


def messages_for(person: Person) -> QuerySet[Message]:
    """The messages that a person may read and answer."""
    if not may_see_queue(person):
        return Message.objects.none()
    own = within_scope(Message.objects.all(), person, Column.FEEDBACK)
    return Message.objects.filter(Q(pk__in=own.values("pk")) | Q(region=None))


def keepers(region: Region | None) -> list[User]:
    """Officials to whom a message of a division can be assigned."""
    posted = User.objects.filter(is_active=True, postings__column=Column.FEEDBACK)
    if region is not None:
        posted = posted.filter(postings__region__in=region.ancestor_codes)
    # Groups grant permissions: only the person object knows whether they do.
    return [person for person in posted.distinct().order_by("pk") if person.has_perm(ANSWER)]
