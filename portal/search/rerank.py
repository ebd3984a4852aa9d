"""The best candidates looked at closely: phrases and nearness of words (精排)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from portal.core.text.bigrams import pairs
from portal.core.text.normalise import normalise
from portal.core.text.numbers import measures
from portal.search.highlight import places as places_of
from portal.search.models import IndexedDocument
from portal.search.question import Question

PHRASE, NEARNESS, LEADING, DEFINING, ASKED = 0.25, 0.35, 0.35, 0.5, 0.35
LEADING_SIGNS = 40
_DEFINITION = re.compile(r"所称(?:的)?([^，。；]{2,20})|([^，。；、\n]{2,16})[，]?是指")
_MAX_PLACES = 12


def closeness(question: Question, document: IndexedDocument) -> float:
    """A factor of 1 or more: how closely the words of a question stand together in a document."""
    parts = (document.short_title, document.heading, document.gist, document.asked, document.text)
    text = normalise("\n".join(parts))
    factor = 1.0
    whole = question.text
    if len(whole) > 1 and whole in text:
        factor += PHRASE
    own = normalise(document.text)
    led = max(leading(question, own), leading(question, normalise(document.gist)))
    factor += LEADING * led + DEFINING * defining(question, own)
    factor += ASKED * asked_alike(question.text, normalise(document.asked))
    return factor + NEARNESS * nearness(_places(question, text))


def leading(question: Question, text: str) -> float:
    """Which share of the concepts stands in the first words of an article: they say what it is on."""
    concepts = [concept for concept in question.concepts if not concept.bridge]
    head = text[:LEADING_SIGNS]
    led = [any(form.text in head for form in concept.forms) for concept in concepts]
    return sum(led) / len(led) if led else 0.0


def asked_alike(text: str, asked: str) -> float:
    """0 to 1: how much a query has in common with one of the everyday questions (Dice 1945, pairs)."""
    own = set(pairs(text))
    others = [set(pairs(question)) for question in asked.split("、")]
    return max(
        (2 * len(own & other) / (len(own) + len(other)) for other in others if own or other),
        default=0.0,
    )


def defining(question: Question, text: str) -> float:
    """1 where the text says what a concept means: 本法所称…，是指…."""
    for found in _DEFINITION.finditer(text):
        phrase = found[1] or found[2]
        for concept in question.concepts:
            if not concept.bridge and any(
                form.text in phrase for form in concept.forms if form.text
            ):
                return 1.0
    return 0.0


def _places(question: Question, text: str) -> list[list[tuple[int, int]]]:
    """For each concept that the text has: where it stands."""
    every = []
    measured = measures(text) if any(token[0] == "#" for token in question.tokens if token) else []
    for concept in question.concepts:
        if concept.bridge:
            continue
        places: list[tuple[int, int]] = []
        for form in concept.forms:
            places += places_of(text, form.text)
            places += [
                (each.start, each.end)
                for each in measured
                if each.token in form.tokens or each.any_token in form.tokens
            ]
        if places:
            every.append(sorted(places)[:_MAX_PLACES])
    return every


def nearness(places: Sequence[Sequence[tuple[int, int]]]) -> float:
    """0 to 1: the signs of the concepts over the shortest stretch of text that has all of them."""
    if len(places) < 2:
        return 0.0
    events = sorted((start, end, which) for which, each in enumerate(places) for start, end in each)
    last: dict[int, tuple[int, int]] = {}
    best = 0.0
    for start, end, which in events:
        last[which] = (start, end)
        if len(last) == len(places):
            begin = min(place[0] for place in last.values())
            stop = max(place[1] for place in last.values())
            signs = sum(place[1] - place[0] for place in last.values())
            best = max(best, signs / max(stop - begin, 1))
    return min(best, 1.0)
