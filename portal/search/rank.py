"""From scores to an order: cited laws and articles first, then what meets most of the query (排序)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from portal.core.regions.models import Region
from portal.search.columns import Columns, of_codes
from portal.search.question import Question
from portal.search.reach import reached
from portal.search.request import SearchRequest, Validity
from portal.search.score import Scores

CITED_TITLE = 1.5
SAME_NUMBER = 1.5
CITED_ARTICLE, WHOLE_TITLE, CERTAIN = 2_000.0, 1_000.0, 900.0
"""Added where there is no doubt what is meant; from ``CERTAIN`` on nothing else reorders."""
MIN_COVERAGE = 0.3
COVERED = 0.7
AFFINITY, AFFINITY_HALF = 1.0, 1.0
"""A law of the field weighs up to twice as much as one that never speaks of it."""


@dataclass(frozen=True)
class Masks:
    """Boolean arrays by document number: those that the filters let through, with or without kind."""

    any_kind: NDArray[np.bool_]
    shown: NDArray[np.bool_]
    ended: NDArray[np.bool_]
    """Let through by everything but their validity, which is over or to come."""
    unverified: NDArray[np.bool_]
    """The same, of unknown validity."""


def masks(request: SearchRequest, columns: Columns, node: Region | None = None) -> Masks:
    """What the filters of a request, and the node that it came to, let through."""
    standing = columns.standing(request.day)
    through = columns.live.copy()
    if node is not None:
        through &= reached(columns, node)
    if request.region:
        through &= of_codes(columns.region, columns.regions, _region_test(request))
    if request.issuer:
        through &= of_codes(columns.issuer, columns.issuers, request.issuer.__eq__)
    ended, unverified = through & ~standing, through & standing & columns.unverified
    through = {
        Validity.NOT_ENDED: through & standing,
        Validity.IN_FORCE: through & standing & ~columns.unverified,
        Validity.UNVERIFIED: unverified,
        Validity.ENDED: ended,
        Validity.ALL: through,
    }[Validity(request.validity)]
    shown = through
    if request.kind:
        shown = through & of_codes(columns.kind, columns.kinds, request.kind.__eq__)
    return Masks(through, shown, ended, unverified)


def _region_test(request: SearchRequest) -> Callable[[str], bool]:
    """Whether a division's code is the wanted one, below it, or (unless local) above it."""
    wanted = request.region.rstrip("0")
    wanted += "0" * (len(wanted) % 2)

    def fits(code: str) -> bool:
        above = code.rstrip("0")
        above += "0" * (len(above) % 2)
        if code and code.startswith(wanted):
            return True
        return not request.local and (not code or code == "100000" or wanted.startswith(above))

    return fits


def order_key(question: Question, columns: Columns, scores: Scores) -> NDArray[np.float32]:
    """The score by which documents are ordered; 0 for those that are no hits."""
    affinity = columns.affinity / (columns.affinity + AFFINITY_HALF)
    prior = columns.weight * (1 + AFFINITY * affinity)
    value = scores.score * prior * (1 - COVERED + COVERED * scores.coverage)
    hit = scores.coverage >= MIN_COVERAGE
    numbered = (columns.article == question.article) if question.article else None
    if question.titles:
        cited = np.isin(columns.title, [columns.titles[key] for key in question.titles])
        value = np.where(cited, value * CITED_TITLE, value)
        hit |= cited & (scores.score > 0)
        if numbered is not None:
            # The longest title counts: 土地管理法实施条例第三条 is not 土地管理法第三条.
            first = columns.title == columns.titles[question.titles[0]]
            value = np.where(first & numbered, value + CITED_ARTICLE, value)
            hit |= first & numbered
        elif _plain(question.text) == question.titles[0]:
            value = _in_reading_order(value, columns, question.titles[0])
    elif numbered is not None:
        value = np.where(numbered, value * SAME_NUMBER, value)
    return np.where(hit, value, 0).astype(np.float32)


def _plain(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum()).removeprefix("中华人民共和国")


def _in_reading_order(
    value: NDArray[np.float32], columns: Columns, title: str
) -> NDArray[np.float32]:
    """Who types nothing but a title wants the text itself, from its beginning."""
    own = np.flatnonzero(columns.title == columns.titles[title])
    place = np.lexsort((own, columns.article[own]))
    lifted = value.copy()
    lifted[own[place]] = WHOLE_TITLE - np.arange(len(own)) * 0.01
    return lifted


def with_earlier_versions(
    question: Question, columns: Columns, through: Masks, request: SearchRequest
) -> Masks:
    """Who cites an article may mean an earlier version of it: those stand below, marked as ended.

    Not where a certain validity was asked for.
    """
    if not question.titles or not question.article or request.validity != Validity.NOT_ENDED:
        return through
    same = columns.title == columns.titles[question.titles[0]]
    earlier = through.ended & same & (columns.article == question.article)
    shown = earlier
    if request.kind:
        shown = earlier & of_codes(columns.kind, columns.kinds, request.kind.__eq__)
    return replace(through, any_kind=through.any_kind | earlier, shown=through.shown | shown)


def best(value: NDArray[np.float32], shown: NDArray[np.bool_], count: int) -> NDArray[np.intp]:
    """The numbers of the best ``count`` documents, best first; ties by number."""
    hits = np.flatnonzero(shown & (value > 0))
    if len(hits) > count:
        edge = np.partition(value[hits], len(hits) - count)[len(hits) - count]
        hits = hits[value[hits] >= edge]
    return hits[np.lexsort((hits, -value[hits]))][:count]


def best_standing_first(
    value: NDArray[np.float32], shown: NDArray[np.bool_], standing: NDArray[np.bool_], count: int
) -> NDArray[np.intp]:
    """What was cited first, then the rest; in each part what has ended or is to come last."""
    certain = value >= CERTAIN
    numbers = np.empty(0, np.intp)
    for part in (certain, ~certain):
        for tier in (part & standing, part & ~standing):
            if len(numbers) < count:
                some = best(value, shown & tier, count - len(numbers))
                numbers = np.concatenate([numbers, some])
    return numbers
