"""Words and meaning together (混合排序)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal.search.columns import Columns
from portal.search.meaning import similarity
from portal.search.question import Question
from portal.search.rank import CERTAIN

MEANING_SHARE = 0.5
"""How much of the fused score is meaning; chosen on the tuning half of the labels (docs/search.md)."""
NEAREST = 40
MIN_SIMILARITY = 0.84
"""Cosines of this model lie between 0.7 and 0.95; below this a passage only shares the language."""


@dataclass(frozen=True)
class Fused:
    """Arrays by document number: the score (0: no hit), and whether meaning alone found it."""

    value: NDArray[np.float32]
    by_meaning: NDArray[np.bool_]
    similarity: NDArray[np.float32]
    took_part: bool


def fuse(
    question: Question,
    columns: Columns,
    value: NDArray[np.float32],
    through: NDArray[np.bool_],
    *,
    semantic: bool,
) -> Fused:
    """Fuse the scores by words with similarity of meaning.

    Short queries, acronyms and cited numbers stay as they are: their signs say more than a vector.
    """
    nothing, unknown = np.zeros(columns.size, bool), np.full(columns.size, -1, np.float32)
    if not semantic or question.is_short or question.article:
        return Fused(value, nothing, unknown, False)
    near = similarity(columns, question.text)
    if near is None:
        return Fused(value, nothing, unknown, False)
    candidates = through & (near > 0)
    if not candidates.any():
        return Fused(value, nothing, near, True)
    top = float(value[through & (value < CERTAIN)].max(initial=0.0)) or 1.0
    each = near[candidates]
    high, middle = float(each.max()), float(np.median(each))
    share = np.clip((near - middle) / max(high - middle, 1e-6), 0, 1)
    ranked = np.flatnonzero(candidates)
    nearest = ranked[np.argsort(-each, kind="stable")[:NEAREST]]
    only = nothing.copy()
    only[nearest] = (value[nearest] == 0) & (near[nearest] >= MIN_SIMILARITY)
    hit = (value > 0) | only
    words = np.minimum(value / top, 1)
    # A passage whose vector is not made yet is not unlike the question: nobody knows.
    meaning = np.where(near > 0, share**2, words)
    fused = (1 - MEANING_SHARE) * words + MEANING_SHARE * meaning
    fused = np.where(value >= CERTAIN, value, fused)
    return Fused(np.where(hit, fused, 0).astype(np.float32), only, near, True)
