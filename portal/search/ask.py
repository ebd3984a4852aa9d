"""The question box (问政策): passages that answer a question, or plainly none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.core.regions.models import Region
from portal.search.question import Question
from portal.search.rephrase import Rephrased, rephrase
from portal.search.request import SearchRequest
from portal.search.search import Hit, search

PASSAGES = 3
MIN_COVERAGE, MIN_KNOWN = 0.6, 0.75
"""Of a question's words, by weight: what a passage must have, and what any document must have."""
MIN_SIMILARITY = 0.87
"""Cosine from which a passage answers although it has fewer of the words."""


@dataclass(frozen=True)
class Answer:
    """``passages``: cited as [1], [2], ... in their order; none: there is no good answer.

    ``near`` are hits that do not answer but may help. ``rephrased`` is a machine's wording of the
    passages, where one is configured and its answer passed every check.
    """

    question: Question
    passages: Sequence[Hit]
    near: Sequence[Hit]
    rephrased: Rephrased | None = None

    @property
    def has_unverified(self) -> bool:
        """Whether a cited passage is of unknown validity."""
        return any(hit.is_unverified for hit in self.passages)


def answer(asked: str, node: Region | None = None) -> Answer:
    """Answer a question from documents that are not known to have ended or to hold only later,
    at a node from those that are found there.

    A machine rewords what is in force alone: its sentences carry no mark of validity.
    """
    results = search(SearchRequest(text=asked), node=node)
    known = results.known * results.question.heard
    good = [hit for hit in results.hits if hit.may_answer and answers(hit, known)][:PASSAGES]
    if not good:
        return Answer(results.question, (), results.hits[:PASSAGES])
    in_force = all(hit.holds for hit in good)
    return Answer(results.question, good, (), rephrase(asked, good) if in_force else None)


def answers(hit: Hit, known: float) -> bool:
    """Whether a passage has enough of what was asked to be shown as an answer."""
    if hit.coverage * known >= MIN_COVERAGE and known >= MIN_KNOWN:
        return True
    return hit.similarity >= MIN_SIMILARITY and known >= MIN_KNOWN and hit.coverage >= 0.3
