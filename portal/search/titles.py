"""Titles that are offered while somebody types, with their pinyin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from portal.core.text.normalise import is_han
from portal.core.text.pinyin import pinyin_of
from portal.core.text.segment import field_terms
from portal.core.text.titles import short_title
from portal.search.models import IndexedDocument, Posting, Suggestion
from portal.search.question import form_of
from portal.search.source import SearchDocument

MAX_SUGGESTED = 60
"""Longer titles (decisions that name what they change) are no help while typing."""


_TEXTS_AT_ONCE = 500
Borne = tuple[str, str]
"""A name, and the division of a document that bears it."""


def names(title: str, aliases: Iterable[str]) -> Iterator[str]:
    """Under which names a document is suggested."""
    return (name for name in (title, *aliases) if 2 <= len(name) <= MAX_SUGGESTED)


def names_of(document: SearchDocument) -> Iterator[str]:
    """Under which names a document of a source is suggested."""
    return names(short_title(document.title), document.aliases)


def suggestions_of(documents: Iterable[SearchDocument], generation: int) -> list[Suggestion]:
    """One suggestion for each title and alias of ``documents``, by kind and division."""
    found: dict[tuple[str, str, str], Suggestion] = {}
    for document in documents:
        for name in names_of(document):
            own = (name, document.kind, document.region_code)
            if own not in found:
                found[own] = suggestion(*own, document.weight, generation)
    return list(found.values())


def borne_by(rows: QuerySet[IndexedDocument]) -> set[Borne]:
    """The names that documents of the index bear."""
    values = rows.values_list("short_title", "aliases", "region_code").distinct()
    return {
        (name, region)
        for title, aliases, region in values
        for name in names(title, aliases.split("\n"))
    }


def withdraw(generation: int, kind: str, withdrawn: set[Borne]) -> None:
    """Suggest those names no more that no document of ``kind`` bears any longer."""
    if not withdrawn:
        return
    regions = {region for _name, region in withdrawn}
    living = IndexedDocument.objects.filter(generation=generation, kind=kind, live=True)
    gone = withdrawn - borne_by(living.filter(region_code__in=regions))
    for region in regions:
        texts = [name for name, own in gone if own == region]
        rows = Suggestion.objects.filter(generation=generation, kind=kind, region_code=region)
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            rows.filter(text__in=texts[start : start + _TEXTS_AT_ONCE]).delete()


def suggestion(
    text: str, kind: str, region_code: str, weight: float, generation: int
) -> Suggestion:
    """A suggestion with the pinyin of its Chinese signs."""
    spelled = pinyin_of(text) if any(map(is_han, text)) else None
    return Suggestion(
        generation=generation,
        text=text,
        pinyin=spelled.full[:600] if spelled else "",
        initials=spelled.initials[:300] if spelled else "",
        kind=kind,
        region_code=region_code,
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
        suggestion(term, TERM, "", TERM_WEIGHT, generation)
        for term, own in tokens.items()
        if held.issuperset(own)
    ]
