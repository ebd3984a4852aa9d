"""The best passage of a hit, with what was found in it marked (摘要与高亮)."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.core.text.normalise import normalise
from portal.core.text.numbers import measures
from portal.search.question import Question

EXCERPT_SIGNS = 130
_LEAD_SIGNS = 24
_MAX_PLACES = 40
_WHOLE_TERM = 1.0
Span = tuple[int, int]


@dataclass(frozen=True)
class Term:
    """Texts that mean one concept, and the parts that are marked where none of them stands."""

    texts: tuple[str, ...]
    tokens: frozenset[str]
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A place in a text: what is marked, and what it is worth for choosing a passage."""

    start: int
    end: int
    worth: float
    which: int


def terms_of(question: Question) -> list[Term]:
    """What is marked for a question: words and their synonyms, or the parts of a word."""
    return [
        Term(
            tuple(form.text for form in concept.forms if not form.text.startswith("#")),
            frozenset(t for form in concept.forms for t in form.tokens if t.startswith("#")),
            tuple(form.text for part in concept.parts for form in part.forms),
        )
        for concept in question.concepts
        if not concept.bridge
    ]


def find(text: str, terms: Sequence[Term]) -> list[Found]:
    """Where terms stand in ``text``, in order, none within another."""
    plain = normalise(text)
    measured = measures(plain) if any(term.tokens for term in terms) else []
    found: list[Found] = []
    for which, term in enumerate(terms):
        own = [
            Found(s, e, _WHOLE_TERM + 0.1 * (e - s), which)
            for t in term.texts
            for s, e in places(plain, t)
        ]
        own += [
            Found(each.start, each.end, 1.5, which)
            for each in measured
            if term.tokens & {each.token, each.any_token}
        ]
        if not own:
            own = [Found(s, e, 0.3, which) for t in term.parts for s, e in places(plain, t)]
        found += own
    return _apart(found)


def places(text: str, term: str) -> list[Span]:
    """The first places of ``term`` in ``text``."""
    every: list[Span] = []
    at = text.find(term) if term else -1
    while at >= 0 and len(every) < _MAX_PLACES:
        every.append((at, at + len(term)))
        at = text.find(term, at + len(term))
    return every


def _apart(found: list[Found]) -> list[Found]:
    """In order; of two that overlap the longer one."""
    kept: list[Found] = []
    for each in sorted(found, key=lambda one: (one.start, one.start - one.end)):
        if kept and each.start < kept[-1].end:
            if each.end - each.start > kept[-1].end - kept[-1].start:
                kept[-1] = each
            continue
        kept.append(each)
    return kept


def best_passage(text: str, found: Sequence[Found]) -> Span:
    """The window of ``EXCERPT_SIGNS`` that holds the most different terms."""
    if len(text) <= EXCERPT_SIGNS or not found:
        return 0, min(len(text), EXCERPT_SIGNS)
    starts = [each.start for each in found]
    best, best_worth = starts[0], -1.0
    for first, each in enumerate(found):
        last = bisect.bisect_right(starts, each.start + EXCERPT_SIGNS - _LEAD_SIGNS)
        inside = found[first:last]
        worth = sum({one.which: one.worth for one in inside}.values()) + 0.01 * len(inside)
        if worth > best_worth:
            best, best_worth = each.start, worth
    begin = max(0, min(best - _LEAD_SIGNS, len(text) - EXCERPT_SIGNS))
    begin = _after_stop(text, begin, best)
    return begin, min(len(text), begin + EXCERPT_SIGNS)


def _after_stop(text: str, begin: int, first: int) -> int:
    """Begin after the last full stop before the first term, where one is near."""
    if begin == 0:
        return 0
    stop = max(text.rfind(sign, begin, first) for sign in "。；\n")
    return stop + 1 if stop >= 0 else begin


def marked(text: str, found: Sequence[Found], begin: int, end: int) -> SafeString:
    """``text[begin:end]`` escaped, the found places in ``<mark>``."""
    pieces: list[SafeString] = []
    at = begin
    for each in found:
        start, stop = max(each.start, at), min(each.end, end)
        if start < stop:
            pieces.append(format_html("{}<mark>{}</mark>", text[at:start], text[start:stop]))
            at = stop
    pieces.append(format_html("{}", text[at:end]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def excerpt(text: str, terms: Sequence[Term]) -> SafeString:
    """The best passage of ``text``, marked; an ellipsis where it was cut."""
    found = find(text, terms)
    begin, end = best_passage(text, found)
    before, after = "…" if begin > 0 else "", "…" if end < len(text) else ""
    return format_html("{}{}{}", before, marked(text, found, begin, end), after)


def marked_whole(text: str, terms: Sequence[Term]) -> SafeString:
    """A short text, such as a title, marked."""
    return marked(text, find(text, terms), 0, len(text))


def met(text: str, terms: Sequence[Term]) -> SafeString:
    """Questions separated by 、: those that have a whole term, marked; empty where none has."""
    found = ((each, find(each, terms)) for each in text.split("、"))
    kept = ((each, own) for each, own in found if any(one.worth >= _WHOLE_TERM for one in own))
    return format_html_join("、", "{}", ((marked(each, own, 0, len(each)),) for each, own in kept))
