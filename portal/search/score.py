"""BM25F over postings: the same arithmetic on both databases (打分).

Robertson, Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond (2009), section 3.6:
counts are weighted by field and length first, then saturated once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal.search.columns import Columns
from portal.search.models import Posting
from portal.search.postings import Postings, decode, joined
from portal.search.question import Concept, Form, Question

K1 = 1.2
TITLE_WEIGHT, TITLE_B = 2.0, 0.6
BODY_WEIGHT, BODY_B = 1.0, 0.2
UNKNOWN_WORD = 0.2
MAX_IDF = 7.0
"""The rarest words are not worth more than this: everyday words are rare in laws."""


@dataclass(frozen=True)
class Scores:
    """Arrays indexed by document number: the score, and which share (0 to 1) of the query is met.

    ``known`` (0 to 1): the share of the query whose words any document has at all.
    """

    score: NDArray[np.float32]
    coverage: NDArray[np.float32]
    known: float


def read_postings(columns: Columns, tokens: Iterable[str]) -> dict[str, Postings]:
    """The posting lists of tokens, live documents only; one query."""
    rows = Posting.objects.filter(generation=columns.generation, token__in=list(tokens))
    lists: dict[str, list[Postings]] = {}
    for token, data in rows.values_list("token", "data"):
        lists.setdefault(token, []).append(decode(bytes(data)))
    return {token: _living(columns, joined(each)) for token, each in lists.items()}


def _living(columns: Columns, postings: Postings) -> Postings:
    known = postings.documents < columns.size
    if not known.all():
        postings = postings.only(known)
    alive = columns.live[postings.documents]
    return postings if alive.all() else postings.only(alive)


def score(question: Question, columns: Columns, postings: Mapping[str, Postings]) -> Scores:
    """Score every document against a question."""
    sums = _Sums(columns, postings)
    for concept in question.concepts:
        found = sums.add(concept, concept.weight)
        for part in concept.parts:
            sums.add(part, part.weight if found else 1.0)
    met = sums.met / np.float32(sums.wanted) if sums.wanted else sums.met
    return Scores(sums.total, met, sums.known / sums.asked if sums.asked else 0.0)


class _Sums:
    """Running sums over the concepts of one question."""

    def __init__(self, columns: Columns, postings: Mapping[str, Postings]) -> None:
        self.total = np.zeros(columns.size, np.float32)
        self.met = np.zeros(columns.size, np.float32)
        self.wanted = self.known = self.asked = 0.0
        self._columns, self._postings = columns, postings
        self._norms = _norms(columns)
        self._living = int(columns.live.sum())

    def add(self, concept: Concept, weight: float) -> bool:
        """Add what a concept gives each document; returns whether any has it."""
        size = self._columns.size
        documents, frequency = _frequencies(concept, size, self._norms, self._postings)
        rest = self._living - len(documents) + 0.5
        idf = weight * min(MAX_IDF, float(np.log(1 + rest / (len(documents) + 0.5))))
        counts = not concept.bridge and (len(documents) > 0 or not concept.parts)
        if counts:
            # A word that no document has cannot tell hits from others.
            self.wanted += idf if len(documents) else idf * UNKNOWN_WORD
            self.known += idf if len(documents) else 0.0
            self.asked += idf
        if not len(documents):
            return False
        self.total[documents] += idf * (frequency * (K1 + 1) / (frequency + K1))
        if counts:
            self.met[documents] += np.float32(idf)
        return True


def _norms(columns: Columns) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What a single count in title and in body is worth in each document."""
    weights = []
    for lengths, weight, b in (
        (columns.title_length, TITLE_WEIGHT, TITLE_B),
        (columns.body_length, BODY_WEIGHT, BODY_B),
    ):
        mean = float(lengths[columns.live].mean()) if columns.live.any() else 1.0
        weights.append((weight / (1 - b + b * lengths / max(mean, 1.0))).astype(np.float32))
    return weights[0], weights[1]


def _frequencies(
    concept: Concept,
    size: int,
    norms: tuple[NDArray[np.float32], NDArray[np.float32]],
    postings: Mapping[str, Postings],
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The documents of a concept and its weighted count there: the best of its forms."""
    best = np.zeros(size, np.float32)
    for form in concept.forms:
        found = form_postings(form, postings)
        numbers = found.documents
        count = norms[0][numbers] * found.title + norms[1][numbers] * found.body
        best[numbers] = np.maximum(best[numbers], count * np.float32(form.factor))
    documents = np.flatnonzero(best)
    return documents, best[documents]


def form_postings(form: Form, postings: Mapping[str, Postings]) -> Postings:
    """Documents that have all tokens of a form, with the lowest of their counts."""
    lists = [postings.get(token) for token in form.tokens]
    if not lists or any(each is None for each in lists):
        return Postings.empty()
    known = sorted((each for each in lists if each is not None), key=len)
    found = known[0]
    for other in known[1:]:
        found = _both(found, other)
    return found


def _both(few: Postings, many: Postings) -> Postings:
    if not len(few) or not len(many):
        return Postings.empty()
    at = np.minimum(np.searchsorted(many.documents, few.documents), len(many) - 1)
    kept = many.documents[at] == few.documents
    at = at[kept]
    return Postings(
        few.documents[kept],
        np.minimum(few.title[kept], many.title[at]),
        np.minimum(few.body[kept], many.body[at]),
    )
