"""Titles and terms to offer: while somebody types, and instead of a query that finds nothing (联想)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from portal.core.regions.models import Region
from portal.core.text.normalise import is_han
from portal.core.text.pinyin import pinyin_of
from portal.search.lock import current_state
from portal.search.models import Suggestion
from portal.search.question import clean
from portal.search.reach import offered_at

SHOWN = 8
MAX_TYPED = 40
_READ = 80
_CLOSE = 0.74
_MAX_COMPARED = 20_000
MIN_LETTERS = 2


@dataclass(frozen=True)
class Offer:
    """A text to search for, and the kind of what bears it."""

    text: str
    kind: str


def suggestions(typed: str, count: int = SHOWN, *, node: Region | None = None) -> list[Offer]:
    """Titles and terms that begin with or hold what was typed, in signs, pinyin or initials.

    At a node those of what is found there.
    """
    text = "".join(clean(typed)[0].split())
    if not text or len(text) > MAX_TYPED:
        return []
    rows = _offered(node).filter(_matching(text))
    found = sorted(rows.order_by("-weight", "text")[:_READ], key=lambda row: _place(row, text))
    return _offers(found)[:count]


def _offered(node: Region | None) -> QuerySet[Suggestion]:
    rows = Suggestion.objects.filter(generation=current_state().generation)
    return rows if node is None else rows.filter(offered_at(node))


def _offers(rows: Iterable[Suggestion]) -> list[Offer]:
    """Each text once, whatever kinds and divisions bear it."""
    once: dict[str, Offer] = {}
    for row in rows:
        once.setdefault(row.text, Offer(row.text, row.kind))
    return list(once.values())


def _matching(text: str) -> Q:
    if any(map(is_han, text)):
        return Q(text__icontains=text) | Q(pinyin__startswith=pinyin_of(text).full)
    if len(text) < MIN_LETTERS:
        return Q(text__istartswith=text)
    return Q(pinyin__startswith=text) | Q(initials__startswith=text) | Q(text__icontains=text)


def _place(row: Suggestion, text: str) -> tuple[object, ...]:
    """What stands earlier: the same text, the same beginning, then sound, then the shorter."""
    title = row.text.lower()
    sound = text in {row.pinyin, row.initials}
    begins = title.startswith(text)
    return (title != text, not begins, text not in title, not sound, -row.weight, len(row.text))


def corrections(typed: str, count: int = 3, *, node: Region | None = None) -> list[Offer]:
    """What somebody may have meant: the same sound in other signs, or nearly the same signs."""
    text = "".join(clean(typed)[0].split())
    if len(text) < MIN_LETTERS or len(text) > MAX_TYPED:
        return []
    rows = _offered(node)
    sound = pinyin_of(text).full if any(map(is_han, text)) else text
    same = rows.filter(Q(pinyin=sound) | Q(initials=text)).exclude(text__iexact=text)
    offers = _offers(same.order_by("-weight", "text")[:_READ])[:count]
    if len(offers) < count and any(map(is_han, text)):
        known = dict(rows.values_list("text", "kind")[:_MAX_COMPARED])
        near = difflib.get_close_matches(text, _of_like_length(known, text), count, _CLOSE)
        taken = {offer.text for offer in offers}
        offers += [Offer(name, known[name]) for name in near if name not in {text, *taken}]
    return offers[:count]


def _of_like_length(known: dict[str, str], text: str) -> list[str]:
    signs = set(text)
    return [
        name
        for name in known
        if abs(len(name) - len(text)) <= 2 and 2 * len(signs & set(name)) >= len(signs)
    ]
