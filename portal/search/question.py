"""What somebody typed, understood: concepts with their synonyms, cited titles and articles (查询)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from portal.core.text.bigrams import latin_tokens, pairs
from portal.core.text.normalise import is_han, normalise
from portal.core.text.numbers import article_number, measures
from portal.core.text.segment import parts, stop_words, words

MAX_SIGNS = 120
MAX_CONCEPTS = 40
MIN_TITLE, SHORT_TITLE = 3, 2
PART_WEIGHT, BRIDGE_WEIGHT, SYNONYM_FACTOR, ASKED_WEIGHT = 0.4, 0.15, 0.95, 0.6
SHORT_QUERY = 3
LONG_WORD = 4
LONG_ASKING = 3

# What a question asks for -> the measures that an answer then has.
ASKED_MEASURES = {
    "#日 #工作日 #月 #年": (
        "多少天",
        "几天",
        "多少日",
        "几日",
        "多久",
        "多长时间",
        "多少年",
        "几年",
        "什么期限",
        "多少个工作日",
    ),
    "#元 #%": ("多少钱", "罚多少", "多少元"),
    "#%": ("百分之几", "百分之多少", "多少比例"),
}


@dataclass(frozen=True)
class Form:
    """One way to say a concept: a document has it when it has all of ``tokens``."""

    text: str
    tokens: tuple[str, ...]
    factor: float = 1.0


@dataclass(frozen=True)
class Concept:
    """What a word of the query means: its own form first, then its synonyms'.

    ``parts`` are the shorter words of a long one: they count a little beside it, and in its place
    where no document has it. ``bridge``: not a word, only the joint of two neighbouring words.
    """

    forms: tuple[Form, ...]
    weight: float = 1.0
    bridge: bool = False
    parts: tuple[Concept, ...] = ()


@dataclass(frozen=True)
class Question:
    """A query as it is searched. ``text`` is normalised and at most ``MAX_SIGNS`` long."""

    text: str
    concepts: tuple[Concept, ...] = ()
    titles: tuple[str, ...] = ()
    """Keys of titles that it cites, longest first."""
    article: int = 0
    """4401 where 第四十四条之一 is cited; 0: none."""
    heard: float = 1.0
    """Share of its signs, but for words that mean nothing, that stand in a word that is searched."""
    unread: str = ""
    """What was typed beyond ``MAX_SIGNS`` and is not searched."""

    @property
    def tokens(self) -> set[str]:
        """All tokens whose postings are needed."""
        every = [*self.concepts, *(part for concept in self.concepts for part in concept.parts)]
        return {token for concept in every for form in concept.forms for token in form.tokens}

    @property
    def is_short(self) -> bool:
        """Too short, or an acronym: its letters say more than its meaning."""
        signs = "".join(self.text.split())
        return len(signs) <= SHORT_QUERY or (signs.isascii() and len(signs) <= 8)


def form_of(text: str, factor: float = 1.0) -> Form:
    """The form of a word; its tokens are as in the index."""
    tokens = [*pairs(text), *latin_tokens(text)]
    if not tokens and text:
        tokens = [sign for sign in text if is_han(sign)]
    return Form(text, tuple(dict.fromkeys(tokens)), factor)


def clean(typed: str) -> tuple[str, str]:
    """Normalised text without control signs, and what was too long to be read."""
    plain = "".join(sign if sign.isprintable() else " " for sign in normalise(typed))
    plain = " ".join(plain.split())
    return plain[:MAX_SIGNS].strip(), plain[MAX_SIGNS:]


def understand(
    typed: str, titles: Mapping[str, int], synonyms: Mapping[str, tuple[str, ...]]
) -> Question:
    """Understand what was typed, with the titles and synonyms that the index knows."""
    text, unread = clean(typed)
    cited = article_number(text)
    rest = text[: cited.start] + " " + text[cited.end :] if cited else text
    concepts = _concepts(rest, synonyms)
    if cited and not concepts:
        concepts = _concepts(text, synonyms)
    return Question(
        text=text,
        concepts=tuple(concepts[:MAX_CONCEPTS]),
        titles=tuple(cited_titles(rest, titles, text[: cited.start] if cited else "")),
        article=cited.place if cited else 0,
        heard=_heard(rest, synonyms),
        unread=unread,
    )


def _heard(text: str, synonyms: Mapping[str, tuple[str, ...]]) -> float:
    """Single characters outside of words are not searched: 涨 of 股票会涨吗."""
    content = [word for word in words(text) if word.isalnum() and word not in stop_words()]
    searched = [word for word in content if len(word) > 1 or word.isascii() or word in synonyms]
    signs = sum(map(len, content))
    return sum(map(len, searched)) / signs if signs else 1.0


def _plain(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum()).removeprefix("中华人民共和国")


def cited_titles(text: str, titles: Mapping[str, int], before: str = "") -> list[str]:
    """Keys of known titles that stand in ``text``, the longest first, none within another.

    ``before``: what stands before a cited number. Titles of two signs (刑法) count only there.
    """
    plain = _plain(text)
    found: list[str] = []
    for size in range(len(plain), MIN_TITLE - 1, -1):
        for start in range(len(plain) - size + 1):
            key = plain[start : start + size]
            if key in titles and not any(key in longer for longer in found):
                found.append(key)
    short = _plain(before)[-SHORT_TITLE:]
    if len(short) == SHORT_TITLE and short in titles and not any(short in key for key in found):
        found.append(short)
    return found


def _concepts(text: str, synonyms: Mapping[str, tuple[str, ...]]) -> list[Concept]:
    """The concepts of a text: numbers, groups of synonyms, words, their parts, their joints."""
    concepts: list[Concept] = []
    taken = [False] * len(text)
    for measure in measures(text):
        concepts.append(Concept((Form(text[measure.start : measure.end], (measure.token,)),)))
        taken[measure.start : measure.end] = [True] * (measure.end - measure.start)
    for asked, start, end in _asked(text):
        concepts.append(
            Concept(tuple(Form(token, (token,)) for token in asked.split()), ASKED_WEIGHT)
        )
        taken[start:end] = [True] * (end - start)
    for start, end in _synonym_spans(text, synonyms, taken):
        word = text[start:end]
        concepts.append(concept_of(word, synonyms))
        taken[start:end] = [True] * (end - start)
    _take_asking_words(text, taken)
    for start, end, word in _words(text):
        if any(taken[start:end]) or word in stop_words():
            continue
        if not word.strip() or not any(sign.isalnum() for sign in word):
            continue
        if len(word) > 1 or word.isascii() or word in synonyms:
            concepts.append(concept_of(word, synonyms))
    if not concepts:
        signs = dict.fromkeys(sign for sign in text if is_han(sign))
        concepts = [Concept((form_of(sign),)) for sign in signs]
    return concepts + _bridges(text, concepts)


def _take_asking_words(text: str, taken: list[bool]) -> None:
    """Mark phrases that only ask: a segmenter cuts 能不能 into 能 and 不能, which laws are full of."""
    phrases = [word for word in stop_words() if len(word) >= LONG_ASKING]
    for phrase in sorted(phrases, key=lambda each: (-len(each), each)):
        at = text.find(phrase)
        while at >= 0:
            if not any(taken[at : at + len(phrase)]):
                taken[at : at + len(phrase)] = [True] * len(phrase)
            at = text.find(phrase, at + 1)


def _asked(text: str) -> list[tuple[str, int, int]]:
    """Which measures are asked for, with where the asking words stand."""
    return [
        (asked, text.index(phrase), text.index(phrase) + len(phrase))
        for asked, phrases in ASKED_MEASURES.items()
        for phrase in phrases
        if phrase in text
    ]


def concept_of(word: str, synonyms: Mapping[str, tuple[str, ...]]) -> Concept:
    """A word with its synonyms and, of a long one, its parts."""
    others = tuple(
        form_of(other, SYNONYM_FACTOR) for other in synonyms.get(word, ()) if len(other) > 1
    )
    within = parts(word) if len(word) >= LONG_WORD else []
    pieces = tuple(Concept((form_of(part),), PART_WEIGHT) for part in within)
    own = () if len(word) == 1 and is_han(word) else (form_of(word),)
    return Concept((*own, *others), parts=pieces)


def _bridges(text: str, concepts: list[Concept]) -> list[Concept]:
    """Pairs of characters that no word covers: two words side by side are worth more."""
    known = {token for concept in concepts for token in concept.forms[0].tokens}
    stopped = {sign for word in stop_words() if len(word) == 1 for sign in word}
    joints = [
        pair
        for pair in dict.fromkeys(pairs(text))
        if pair not in known and not stopped & set(pair) and pair not in stop_words()
    ]
    return [Concept((Form(pair, (pair,)),), BRIDGE_WEIGHT, bridge=True) for pair in joints]


def _words(text: str) -> list[tuple[int, int, str]]:
    found, at = [], 0
    for word in words(text):
        found.append((at, at + len(word), word))
        at += len(word)
    return found


def _synonym_spans(
    text: str, synonyms: Mapping[str, tuple[str, ...]], taken: list[bool]
) -> list[tuple[int, int]]:
    """Where words of groups stand in ``text``, longest first, not overlapping."""
    spans: list[tuple[int, int]] = []
    covered = list(taken)
    for size in range(min(len(text), 20), 1, -1):
        for start in range(len(text) - size + 1):
            end = start + size
            if any(covered[start:end]) or text[start:end] not in synonyms:
                continue
            if _inside_latin(text, start, end):
                continue
            spans.append((start, end))
            covered[start:end] = [True] * size
    return sorted(spans)


def _inside_latin(text: str, start: int, end: int) -> bool:
    """Whether a Latin word would be cut: ``far`` in ``farm``."""
    edges = (text[max(0, start - 1) : start + 1], text[end - 1 : end + 1])
    return any(len(edge) == 2 and re.fullmatch("[a-z0-9]{2}", edge) is not None for edge in edges)
