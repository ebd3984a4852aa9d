"""Titles that are offered while somebody types, with their pinyin."""

from __future__ import annotations

from collections.abc import Iterable

from portal.core.text.normalise import is_han
from portal.core.text.pinyin import pinyin_of
from portal.core.text.segment import field_terms
from portal.core.text.titles import short_title
from portal.search.models import Posting, Suggestion
from portal.search.question import form_of
from portal.search.source import SearchDocument

MAX_SUGGESTED = 60
"""Longer titles (decisions that name what they change) are no help while typing."""


def suggestions_of(documents: Iterable[SearchDocument], generation: int) -> list[Suggestion]:
    """One suggestion for each title and alias of ``documents``."""
    found: dict[str, Suggestion] = {}
    for document in documents:
        for name in (short_title(document.title), *document.aliases):
            if name not in found and 2 <= len(name) <= MAX_SUGGESTED:
                found[name] = suggestion(name, document.kind, document.weight, generation)
    return list(found.values())


def suggestion(text: str, kind: str, weight: float, generation: int) -> Suggestion:
    """A suggestion with the pinyin of its Chinese signs."""
    spelled = pinyin_of(text) if any(map(is_han, text)) else None
    return Suggestion(
        generation=generation,
        text=text,
        pinyin=spelled.full[:600] if spelled else "",
        initials=spelled.initials[:300] if spelled else "",
        kind=kind,
        weight=weight,
    )


TERM = "term"
TERM_WEIGHT = 0.6


def term_suggestions(generation: int) -> list[Suggestion]:
    """Terms of the field that the index holds: what leads to nothing is not offered."""
    tokens = {term: form_of(term).tokens for term in field_terms() if len(term) > 1}
    wanted = {token for each in tokens.values() for token in each}
    rows = Posting.objects.filter(generation=generation, token__in=wanted)
    held = set(rows.values_list("token", flat=True))
    return [
        suggestion(term, TERM, TERM_WEIGHT, generation)
        for term, own in tokens.items()
        if held.issuperset(own)
    ]
