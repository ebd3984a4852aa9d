"""What other packages hand to search: documents, and the sources that yield them (检索来源).

A package writes a source and registers it when its app is ready::

    class ArticleSource:
        kind = "article"
        label = _("法规条文")

        def documents(self, keys=None):
            for article in Article.objects.published().with_keys(keys):
                yield SearchDocument(kind=self.kind, key=str(article.pk), ...)

    class PoliciesConfig(AppConfig):
        def ready(self) -> None:
            register(ArticleSource())

After a change it calls ``portal.search.refresh.refresh(kind, keys)`` (many keys at once rather than
one call for each), after a withdrawal ``remove(kind, keys)``, both inside the transaction of the
change. This module imports no model, so that it can be imported from an ``AppConfig``.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from portal.search.enums import DocumentStatus


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One hit of search: an article of a regulation, a notice, a question, a layer, a region.

    ``kind`` and ``key`` name it for ever: kind of the source, key within it (at most 80 signs).
    ``url`` is the path of the Chinese page with a leading slash ("/policies/..#t44"); the English
    page is the same path below ``/en``. ``status`` is ``IN_FORCE`` for what has a validity in time,
    ``UNVERIFIED`` where nobody knows since when, ``REPEALED`` for what was repealed whatever its
    dates say, ``TIMELESS`` for the rest; whether it is in force on a day is computed from
    ``effective_from`` and ``effective_to`` (first day on which it no longer holds) when somebody
    searches. ``weight`` multiplies the score: 1 is ordinary, keep it within 0.5 to 2.
    """

    kind: str
    key: str
    title: str
    """What the reader knows it by: of an article the title of its law, without the number."""
    url: str
    text: str = ""
    """Plain text: no markup, paragraphs separated by a line break."""
    title_en: str = ""
    heading: str = ""
    """Where in the whole it stands: the chapter and section of an article, the kind of a notice."""
    label: str = ""
    """Its number within the whole, as it is cited: 第四十四条."""
    gist: str = ""
    """What it is on, in a few words of its editors (条旨): shown behind the label, weighs as a title."""
    asked: str = ""
    """How people ask about it, in everyday words; weighs as a title, shown where it was found."""
    region_code: str = ""
    """Code of the division that it holds for; empty: the whole country or no place at all."""
    issuer: str = ""
    effective_from: datetime.date | None = None
    effective_to: datetime.date | None = None
    status: str = DocumentStatus.TIMELESS
    published_on: datetime.date | None = None
    aliases: tuple[str, ...] = ()
    """Other names that people use: abbreviations, former titles, English names."""
    weight: float = 1.0


class Source(Protocol):
    """Yields the public documents of one kind.

    ``documents`` yields all of them, or those of ``keys``; a key that is not public (any more) is
    left out. It yields them one by one and reads in batches, for there may be 100,000.
    """

    kind: str
    label: Any
    """What the reader calls this kind, lazily translated."""

    def documents(self, keys: Iterable[str] | None = None) -> Iterator[SearchDocument]: ...


class UnknownKind(LookupError):
    """No source is registered for a kind."""

    code = "unknown_kind"


_sources: dict[str, Source] = {}
_of_own_division: set[str] = set()


def register(source: Source, *, of_own_division: bool = False) -> None:
    """Make a source known; a second one of the same kind takes its place.

    ``of_own_division``: a node shows the documents of its division only, as it does with notices;
    else it shows those of the divisions above too, for law holds below where it was made.
    """
    _sources[source.kind] = source
    if of_own_division:
        _of_own_division.add(source.kind)
    else:
        _of_own_division.discard(source.kind)


def sources() -> list[Source]:
    """All sources, in the order of registration."""
    return list(_sources.values())


def kinds_of_own_division() -> frozenset[str]:
    """Kinds of which a node shows the documents of its own division only."""
    return frozenset(_of_own_division)


def source_of(kind: str) -> Source:
    """The source of a kind; raises ``UnknownKind``."""
    try:
        return _sources[kind]
    except KeyError:
        raise UnknownKind(kind) from None
