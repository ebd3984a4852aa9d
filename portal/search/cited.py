"""What stands below a cited article: what refers to it, and what is on the same matter (同一事项)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from portal.core.text.numbers import CHINESE_NUMERAL
from portal.search.columns import Columns
from portal.search.models import IndexedDocument
from portal.search.question import Question, understand
from portal.search.rank import CERTAIN, Masks, best, order_key
from portal.search.score import read_postings, score

SAME_MATTER = 0.85
"""How much of the order below the article is its matter; the rest is what else was typed."""
REFERS = 1.0
"""Added to articles of the same law that name the cited one: conditions, exceptions, penalties."""
MATTER_SIGNS = 80
"""Signs of gist and text that say what the article is on."""


@dataclass(frozen=True)
class Beside:
    """By document number: the score, and why a document stands below the cited article."""

    value: NDArray[np.float32]
    refers: NDArray[np.bool_]
    same_matter: NDArray[np.bool_]
    label: str = ""
    """The number of the cited article as texts name it: 第四十七条."""


def beside_cited(
    question: Question, columns: Columns, value: NDArray[np.float32], through: Masks
) -> Beside:
    """Order all but what is certain by what it has to do with the cited article.

    Nothing changes where no article was cited, or none that the filters let through.
    """
    unchanged = Beside(value, np.zeros(columns.size, bool), np.zeros(columns.size, bool))
    if not question.titles or not question.article:
        return unchanged
    certain = value >= CERTAIN
    named = np.where(certain, value, 0)
    cited = best(named, through.any_kind & ~through.ended, 1)
    if not len(cited):
        cited = best(named, through.any_kind, 1)
    live = IndexedDocument.objects.filter(generation=columns.generation, live=True)
    article = live.filter(number=int(cited[0])).first() if len(cited) else None
    if article is None:
        return unchanged
    alike = _on_matter_of(article, columns)
    mixed = (1 - SAME_MATTER) * _of_one(value, certain) + SAME_MATTER * _of_one(alike, certain)
    refers = unchanged.refers.copy()
    refers[referring(article, columns)] = True
    refers &= ~certain
    mixed[refers] += REFERS
    mixed = np.where(certain, value, mixed).astype(np.float32)
    return Beside(mixed, refers, (alike > 0) & ~certain & ~refers, article.label)


def _on_matter_of(article: IndexedDocument, columns: Columns) -> NDArray[np.float32]:
    about = understand(f"{article.gist} {article.text}"[:MATTER_SIGNS], {}, columns.synonyms)
    matter = replace(about, article=0)
    scores = score(matter, columns, read_postings(columns, matter.tokens))
    return order_key(matter, columns, scores)


def referring(article: IndexedDocument, columns: Columns) -> list[int]:
    """The numbers of the documents of the same title whose text names ``article`` by its number."""
    if not article.label:
        return []
    own = np.flatnonzero(columns.live & (columns.title == columns.title[article.number]))
    rows = IndexedDocument.objects.filter(generation=columns.generation, live=True)
    rows = rows.filter(number__in=own.tolist(), text__contains=article.label)
    # Not 《他法》第八条, not 第八条之一, and not 第八条之十一 where 第八条之十 is meant.
    named = re.compile(f"(?<!》){re.escape(article.label)}(?![之{CHINESE_NUMERAL}])")
    texts = rows.exclude(number=article.number).values_list("number", "text")
    return [number for number, text in texts if named.search(text)]


def _of_one(value: NDArray[np.float32], certain: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Values as shares of the highest that is not certain."""
    return np.asarray(value / (float(value[~certain].max(initial=0.0)) or 1.0))
