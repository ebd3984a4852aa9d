"""Words of a Chinese text (分词): the segmenter's dictionary and the terms of the field."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import rjieba

TERMS = Path(__file__).parent / "terms.txt"
STOP_WORDS = Path(__file__).parent / "stop_words.txt"
_TERM_FREQUENCY = 20_000
"""High enough that a term of the field is kept whole, whatever its parts are worth."""


@functools.cache
def _segmenter() -> rjieba.Jieba:
    segmenter = rjieba.Jieba()
    for term in field_terms():
        segmenter.add_word(term, _TERM_FREQUENCY, "n")
    return segmenter


@functools.cache
def field_terms() -> tuple[str, ...]:
    """Terms of planning and land that a general dictionary cuts apart, longest first."""
    return tuple(sorted(_listed(TERMS), key=lambda term: (-len(term), term)))


@functools.cache
def stop_words() -> frozenset[str]:
    """Words that every question has and no answer needs."""
    return frozenset(_listed(STOP_WORDS))


@functools.cache
def _any_term() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, field_terms())))


def field_terms_in(text: str) -> int:
    """How many different terms of the field a text uses."""
    return len(set(_any_term().findall(text)))


def _listed(path: Path) -> set[str]:
    lines = path.read_text("utf-8").splitlines()
    return {word for line in lines if not line.startswith("#") for word in line.split()}


def words(text: str) -> list[str]:
    """The words of ``text`` one after the other; joined they are ``text`` again.

    Without guessing at unknown words (no hidden Markov model): the same text gives the same words.
    """
    cut: list[str] = _segmenter().cut(text, False)
    return cut


def parts(word: str) -> list[str]:
    """Shorter words of the dictionary within a long one: 建设用地使用权 holds 建设用地, 使用权."""
    every: list[str] = _segmenter().cut_all(word)
    return [part for part in dict.fromkeys(every) if 2 <= len(part) < len(word)]
