"""Puts the editions of a regulation in order and ends each one where the next begins."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.utils import timezone

from portal.policies.models import Edition

COMPUTED = ("position", "in_force_to", "ended", "replaced_on")
"""Fields that follow from the others."""


def arranged(editions: Sequence[Edition]) -> list[Edition]:
    """Set what follows from the order, ``COMPUTED``, in all editions of one regulation.

    Returns those that changed; saves nothing. An older edition ends on the day the next one
    comes into force. Where that day is unknown it has ended all the same: it was replaced, and a
    replaced text must never be shown as in force once another one was promulgated.
    """
    ordered = sorted(editions, key=_order)
    changed = []
    for position, edition in enumerate(ordered):
        before = [getattr(edition, name) for name in COMPUTED]
        later = ordered[position + 1 :]
        edition.position = position
        edition.in_force_to = _end(edition, later)
        edition.ended = (edition.repealed or bool(later)) and edition.in_force_to is None
        edition.replaced_on = _replaced(edition, later) if edition.ended else None
        if before != [getattr(edition, name) for name in COMPUTED]:
            changed.append(edition)
    return changed


def arrange(regulation_id: int) -> None:
    """Arrange and save the editions of one regulation."""
    changed = arranged(list(Edition.objects.filter(regulation_id=regulation_id)))
    for edition in changed:
        edition.updated_at = timezone.now()
    Edition.objects.bulk_update(changed, [*COMPUTED, "updated_at"])


def arrange_among_others(edition: Edition) -> None:
    """Set what follows from the order in an edition that is about to be saved, and only in it.

    Its own new days may contradict the end that the stored ones led to.
    """
    others = Edition.objects.filter(regulation=edition.regulation_id).exclude(pk=edition.pk)
    arranged([*others, edition])


def _order(edition: Edition) -> tuple[datetime.date, datetime.date, str]:
    """By promulgation; an undated edition by its first day in force, else before all others."""
    first = edition.promulgated_on or edition.in_force_from or datetime.date.min
    return first, edition.in_force_from or datetime.date.min, edition.slug


def _end(edition: Edition, later: Sequence[Edition]) -> datetime.date | None:
    """The first day on which the edition is no longer in force, None where unknown or open."""
    if later and later[0].in_force_from is None and not _is_sure(edition, later[0]):
        return None
    starts = [each.in_force_from for each in later]
    ends = [day for day in (edition.repealed_on, edition.term_ends_on, *starts) if day]
    if edition.repealed and edition.repealed_on is None:
        # It has ended already, nobody knows when: what is to come cannot be the day.
        today = timezone.localdate()
        ends = [end for end in ends if end <= today]
    if not ends:
        return None
    end = min(ends)
    return max(end, edition.in_force_from) if edition.in_force_from else end


def _is_sure(edition: Edition, following: Edition) -> bool:
    """Whether an edition had ended by itself, whenever the ``following`` one began."""
    if edition.repealed_on:
        return True
    term, replaced = edition.term_ends_on, following.promulgated_on
    return bool(term and replaced and term <= replaced)


def _replaced(edition: Edition, later: Sequence[Edition]) -> datetime.date | None:
    """Until when an edition held at least that ended on an unknown day; None: nothing says that."""
    if edition.repealed or edition.in_force_from is None or not later[0].promulgated_on:
        return None
    known = [edition.term_ends_on, *(each.in_force_from for each in later)]
    first = min([later[0].promulgated_on, *(day for day in known if day)])
    return max(edition.in_force_from, first)
