"""Finds what a text of law cites: 《土地管理法》第四十四条, 本法第十二条, 前条.

A reference is a claim, not yet a link: whether its target exists is for ``linking`` to check.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from portal.policies.library_index import LONGEST_BARE_NAME, citable
from portal.policies.numerals import NUMERAL, number_of
from portal.policies.text.labels import anchor_for

_ARTICLE = rf"第(?P<number>{NUMERAL}{{1,9}})条(?:之(?P<sub>{NUMERAL}{{1,3}}))?"
_TOKEN = re.compile(
    rf"《(?P<title>[^《》]{{2,120}}(?:《[^《》]{{2,80}}》[^《》]{{0,80}})?)》"
    rf"|(?P<own>本(?:法|条例|规定|办法|细则|规则|决定|解释|规范|规程))(?=第{NUMERAL}{{1,9}}条)"
    rf"|{_ARTICLE}|(?P<previous>前条)"
)
# What may stand between two numbers of one citation: 第三条第二款、第五条第（一）项和第七条.
_GLUE = re.compile(
    rf"(?:第{NUMERAL}{{1,3}}款)?(?:第?[（(]?{NUMERAL}{{1,3}}[）)]?项)?(?:、|和|及|以及|或|或者|与|至|到)?"
)
_AFTER_TITLE = re.compile(r"(?:[（(][^（）()]{0,60}[）)])?(?:中的?|的)?")
_BEFORE_NAME = re.compile(
    r"(?:^|[，。；：、“”‘’（）()《》\s]|依照|按照|依据|根据|违反|适用|参照|符合|触犯|构成|执行|遵守|除|有|对|和|及|与|或|或者|的|以|由|在|将|即|是|按|依|于)$"
)
_MEANS_OWN = re.compile(r"(?:依照|按照|依据|根据|违反|适用|参照|符合|除|有|因)$")
_BARE_NAME_ENDS = ("法", "法典", "条例", "规定", "办法", "细则", "解释")


@dataclass(frozen=True)
class Reference:
    """``start``, ``end``: characters of the text. ``name``: of another text, empty: this one.

    ``anchor``: of the article, empty: the text as a whole. ``previous``: the article before.
    """

    start: int
    end: int
    name: str = ""
    anchor: str = ""
    previous: bool = False


def references(
    text: str, is_known: Callable[[str], bool], *, bare_means_own: bool
) -> Iterator[Reference]:
    """The references of a paragraph, in order.

    ``is_known`` says whether a name without 《》 is one of the library. ``bare_means_own``: whether
    依照第三条 speaks of this very text; in amendments and interpretations it mostly does not.
    """
    context: str | None = None  # the text that the next number belongs to: a name, or "" for this
    end = 0
    after_title = False
    for token in _TOKEN.finditer(text):
        between = text[end : token.start()]
        if token["title"]:
            context, after_title = citable(token["title"]), True
            yield Reference(token.start(), token.end(), name=context)
        elif token["own"]:
            context, after_title = "", False
        elif token["previous"]:
            context = None
            if not _is_inside_word(text, token.end()):
                yield Reference(token.start(), token.end(), previous=True)
        else:
            glue = _AFTER_TITLE if after_title else _GLUE
            if context is None or not glue.fullmatch(between):
                context = _context_of_bare(text, token.start(), is_known, bare_means_own)
            after_title = False
            anchor = _anchor(token)
            if context is not None and anchor:
                yield Reference(token.start(), token.end(), name=context, anchor=anchor)
        end = token.end()


def _is_inside_word(text: str, end: int) -> bool:
    """前条例 is no reference to an article."""
    return text[end : end + 1] in {"例", "件", "款"}


def _anchor(token: re.Match[str]) -> str:
    number = number_of(token["number"])
    sub = number_of(token["sub"]) if token["sub"] else None
    return anchor_for(number, sub) if number else ""


def _context_of_bare(
    text: str, start: int, is_known: Callable[[str], bool], bare_means_own: bool
) -> str | None:
    """Which text a number speaks of that follows neither 《》 nor 本法; None: nobody can tell."""
    before = text[:start]
    if before.endswith(_BARE_NAME_ENDS):
        for length in range(min(LONGEST_BARE_NAME, start), 1, -1):
            name = citable(before[-length:])
            if is_known(name) and _BEFORE_NAME.search(before[:-length][-3:]):
                return name
        return None
    return "" if bare_means_own and _MEANS_OWN.search(before) else None
