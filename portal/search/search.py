"""Search: from a request to a page of hits (检索)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from django.utils.safestring import SafeString
from numpy.typing import NDArray

from portal.core.regions.models import Region
from portal.core.text.normalise import normalise
from portal.search.cited import beside_cited
from portal.search.columns import Columns, columns_of
from portal.search.enums import HOLDING, NOT_ENDED, DocumentStatus
from portal.search.fuse import Fused, fuse
from portal.search.highlight import Term, excerpt, marked_whole, met, terms_of
from portal.search.lock import current_state
from portal.search.models import IndexedDocument
from portal.search.question import Question, understand
from portal.search.rank import (
    CERTAIN,
    Masks,
    best_standing_first,
    masks,
    order_key,
    with_earlier_versions,
)
from portal.search.request import MAX_PAGE, SearchRequest
from portal.search.rerank import closeness
from portal.search.score import read_postings, score

PAGE_SIZE = 10
CANDIDATES = 60
ATTEMPTS = 3


@dataclass(frozen=True)
class Hit:
    """A document with what is shown of it."""

    document: IndexedDocument
    status: DocumentStatus
    by_meaning: bool
    """Found by meaning alone (意思相近)."""
    refers: bool
    """It names the article that was cited (引用该条)."""
    same_matter: bool
    """On the matter of the article that was cited (同一事项)."""
    title: SafeString
    passage: SafeString
    gist: SafeString
    """What it is on (条旨), in the words of the editors."""
    asked: SafeString
    """How people ask about it, where the search met these words; else empty."""
    coverage: float
    """Share of the query, by weight of its words, that this document has."""
    similarity: float

    @property
    def holds(self) -> bool:
        """Whether it may be read as valid."""
        return self.status in HOLDING

    @property
    def is_unverified(self) -> bool:
        """Whether nobody knows since when it holds."""
        return self.status == DocumentStatus.UNVERIFIED

    @property
    def may_answer(self) -> bool:
        """Whether a question may be answered with it, marked where it is not verified."""
        return self.status in NOT_ENDED


@dataclass(frozen=True)
class Results:
    """A page of hits, and what there is beside it."""

    request: SearchRequest
    question: Question
    columns: Columns
    """The index that was searched."""
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)
    ended: int = 0
    """Hits that are left out because they no longer or not yet hold."""
    unverified: int = 0
    """Those of ``total`` of which nobody knows since when they hold."""
    semantic: bool = False
    """Whether search by meaning took part."""
    known: float = 0.0
    """Share of the query, by weight of its words, that any document speaks of."""

    @property
    def pages(self) -> int:
        """How many pages can be turned to."""
        return min(-(-self.total // PAGE_SIZE), MAX_PAGE)


class IndexMoved(RuntimeError):
    """The index was exchanged more often than a search is begun again."""

    code = "index_moved"


def search(
    request: SearchRequest,
    *,
    node: Region | None = None,
    size: int = PAGE_SIZE,
    semantic: bool = True,
) -> Results:
    """Search; at a node for what is found there.

    A rebuild that ends meanwhile makes it begin again, so no half index is seen.
    """
    for _attempt in range(ATTEMPTS):
        state = current_state()
        columns = columns_of(state)
        through = masks(request, columns, node)
        results = _search(request, columns, through, size=size, semantic=semantic)
        if current_state().generation == state.generation:
            return results
    raise IndexMoved


def _search(
    request: SearchRequest, columns: Columns, through: Masks, *, size: int, semantic: bool
) -> Results:
    question = understand(request.text, columns.titles, columns.synonyms)
    if not question.concepts or not columns.size:
        return Results(request, question, columns)
    through = with_earlier_versions(question, columns, through, request)
    scores = score(question, columns, read_postings(columns, question.tokens))
    beside = beside_cited(question, columns, order_key(question, columns, scores), through)
    fused = fuse(question, columns, beside.value, through.any_kind, semantic=semantic)
    ordered, rows = _ordered(_Search(request, columns, question, fused, through), size)
    terms = terms_of(question)
    naming = [*terms, Term((normalise(beside.label),), frozenset(), ())]
    hits = [
        Hit(
            row,
            row.status_on(request.day),
            bool(fused.by_meaning[row.number]),
            bool(beside.refers[row.number]),
            bool(beside.same_matter[row.number]),
            marked_whole(row.short_title, terms),
            excerpt(row.text, naming if beside.refers[row.number] else terms),
            marked_whole(row.gist, terms),
            met(row.asked, terms),
            float(scores.coverage[row.number]),
            float(fused.similarity[row.number]),
        )
        for number in ordered
        if (row := rows.get(int(number))) is not None
    ]
    found = fused.value > 0
    counts = np.bincount(columns.kind[found & through.any_kind], minlength=len(columns.kinds))
    return Results(
        request,
        question,
        columns,
        hits,
        int((found & through.shown).sum()),
        {kind: int(n) for kind, n in zip(columns.kinds, counts, strict=False) if n},
        int((found & through.ended & ~through.any_kind).sum()),
        int((found & through.shown & through.unverified).sum()),
        fused.took_part,
        scores.known,
    )


@dataclass(frozen=True)
class _Search:
    request: SearchRequest
    columns: Columns
    question: Question
    fused: Fused
    through: Masks


def _ordered(made: _Search, size: int) -> tuple[NDArray[np.intp], dict[int, IndexedDocument]]:
    """The numbers of the page's documents in order, and their rows; one query."""
    wanted = made.request.page * size
    value, standing = made.fused.value, made.columns.standing(made.request.day)
    # Tiers are part of the order before a page is cut: else pages overlap and lose hits.
    numbers = best_standing_first(value, made.through.shown, standing, max(CANDIDATES, wanted))
    close, page = numbers[:CANDIDATES], numbers[wanted - size : wanted]
    looked_at = wanted - size < len(close)
    live = IndexedDocument.objects.filter(generation=made.columns.generation, live=True)
    needed = np.union1d(close, page) if looked_at else page
    rows = {row.number: row for row in live.filter(number__in=needed.tolist())}
    if looked_at and rows:
        factors = [closeness(made.question, rows[n]) if n in rows else 0.0 for n in close.tolist()]
        near = value[close] * np.array(factors)
        order = np.lexsort((close, -near, ~standing[close], value[close] < CERTAIN))
        page = np.r_[close[order], numbers[CANDIDATES:]][wanted - size : wanted]
    return page, rows
