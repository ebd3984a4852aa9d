"""Documents to tokens: the same analysis for both databases (分析)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from portal.core.text.bigrams import latin_tokens, pair_codes, pair_of
from portal.core.text.normalise import is_han, normalise
from portal.core.text.numbers import article_number, measures
from portal.core.text.segment import field_terms_in
from portal.core.text.titles import short_title
from portal.search.models import IndexedDocument
from portal.search.postings import Postings, by_token
from portal.search.source import SearchDocument

_PURPOSE = re.compile(
    r"^为了?.{4,160}(?:制定|根据).{0,80}(?:本法|本条例|本办法|本规定|本细则|本规则)", re.DOTALL
)
_COMMENCEMENT = re.compile(r"^本(?:法|条例|办法|规定|细则|规则|解释|决定)自.{2,40}施行")
MAX_TEXT = 100_000
MAX_TOKEN = 40
PASSAGE_SIGNS = 160
"""Signs of a document that are embedded: beyond them an article repeats itself (docs/search.md)."""


@dataclass(frozen=True)
class Analysed:
    """Rows of a batch without generation and number, and its posting lists by token."""

    rows: list[IndexedDocument]
    postings: dict[str, Postings]


def number64(*parts: str) -> int:
    """A signed 64-bit digest."""
    digest = hashlib.blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=8)
    return int.from_bytes(digest.digest(), "big", signed=True)


def digest_of(document: SearchDocument) -> int:
    """What changes when anything that the source says changes."""
    return number64(*(str(getattr(document, name)) for name in SearchDocument.__dataclass_fields__))


def passage_of(document: SearchDocument | IndexedDocument) -> str:
    """The text of a document that stands for its meaning."""
    about = f"{document.gist} {document.asked}"
    whole = f"{short_title(document.title)} {document.heading} {about} {document.text}"
    return " ".join(whole.split())[:PASSAGE_SIGNS]


def title_field(document: SearchDocument) -> str:
    """What weighs as title, normalised."""
    return normalise(
        "\n".join(
            [document.title, document.title_en, *document.aliases, document.gist, document.asked]
        )
    )


def body_field(document: SearchDocument) -> str:
    """What weighs as body, normalised: place in the whole, issuer and text."""
    return normalise("\n".join([document.heading, document.issuer, document.text[:MAX_TEXT]]))


def analyse(documents: Sequence[SearchDocument], first_number: int) -> Analysed:
    """Analyse a batch; the documents get the numbers from ``first_number`` on."""
    titles = [title_field(document) for document in documents]
    bodies = [body_field(document) for document in documents]
    title_codes, title_owner = pair_codes(titles)
    body_codes, body_owner = pair_codes(bodies)
    others = [
        (token, number, in_title)
        for in_title, texts in ((True, titles), (False, bodies))
        for number, text in enumerate(texts)
        for token in other_tokens(text, single=in_title)
    ]
    lengths = [
        np.bincount(owner, minlength=len(documents)).tolist() for owner in (title_owner, body_owner)
    ]
    rows = [
        row_of(document, title_length=in_title, body_length=in_body)
        for document, in_title, in_body in zip(documents, *lengths, strict=True)
    ]
    postings: dict[str, Postings] = {}
    counted = by_token(
        np.concatenate([title_codes, body_codes]),
        np.concatenate([title_owner, body_owner]) + first_number,
        np.r_[np.ones(len(title_codes), bool), np.zeros(len(body_codes), bool)],
    )
    postings = {pair_of(code): each for code, each in counted}
    postings.update(_count_words(others, first_number))
    return Analysed(rows, postings)


def other_tokens(text: str, *, single: bool) -> list[str]:
    """Latin words, numbers with a measure and, where ``single``, each Chinese character once."""
    tokens = latin_tokens(text)
    for measure in measures(text):
        tokens += [measure.token[:MAX_TOKEN], measure.any_token]
    if single:
        tokens += [sign for sign in dict.fromkeys(text) if is_han(sign)]
    return tokens


def _count_words(
    occurrences: list[tuple[str, int, bool]], first_number: int
) -> Iterable[tuple[str, Postings]]:
    names = list({token: None for token, _number, _in_title in occurrences})
    code_of = {token: code for code, token in enumerate(names)}
    count = len(occurrences)
    counted = by_token(
        np.fromiter((code_of[token] for token, _, _ in occurrences), np.uint32, count),
        np.fromiter((number + first_number for _, number, _ in occurrences), np.int64, count),
        np.fromiter((in_title for _, _, in_title in occurrences), np.bool_, count),
    )
    return ((names[code], postings) for code, postings in counted)


def substance(text: str) -> float:
    """A factor of 1, or less for articles of form: why a law was made, from when on it holds."""
    head = text[:200]
    if _COMMENCEMENT.search(head) and len(text) < 120:
        return 0.4
    return 0.6 if _PURPOSE.search(head) else 1.0


def row_of(document: SearchDocument, *, title_length: int, body_length: int) -> IndexedDocument:
    """The row of a document, still without generation and number."""
    cited = article_number(document.label)
    return IndexedDocument(
        kind=document.kind,
        key=document.key,
        title=document.title[:300],
        title_en=document.title_en[:300],
        short_title=short_title(document.title)[:300],
        heading=document.heading[:300],
        label=document.label[:60],
        gist=document.gist[:60],
        asked=document.asked[:200],
        aliases="\n".join(document.aliases),
        article=cited.place if cited else 0,
        text=document.text[:MAX_TEXT].replace("\x00", " "),
        url=document.url,
        region_code=document.region_code,
        issuer=document.issuer[:200],
        effective_from=document.effective_from,
        effective_to=document.effective_to,
        status=document.status,
        published_on=document.published_on,
        weight=document.weight * substance(document.text),
        digest=digest_of(document),
        passage=number64(passage_of(document)),
        field_terms=field_terms_in(f"{document.title}\n{document.text[:MAX_TEXT]}"),
        title_length=title_length,
        body_length=body_length,
    )
