"""Labels of headings and units at the start of a line: 第一章, 第三十条之一, 一、, （二）."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.policies.enums import PartKind
from portal.policies.numerals import NUMERAL, number_of

_SPACE = r"[ \t\u00a0\u2002\u2003\u3000]"
ARTICLE = re.compile(
    rf"第{_SPACE}*({NUMERAL}+){_SPACE}*条(?:{_SPACE}*之{_SPACE}*({NUMERAL}{{1,3}}))?"
)
"""An article's number, wherever it stands: group 1 the number, group 2 of 之几."""

_HEADING = re.compile(rf"第{_SPACE}*({NUMERAL}+){_SPACE}*(分{_SPACE}*编|编|章|节)")
_HEADING_KINDS = {
    "编": PartKind.BOOK,
    "分编": PartKind.SUBBOOK,
    "章": PartKind.CHAPTER,
    "节": PartKind.DIVISION,
}
_ITEM = re.compile(rf"({NUMERAL}+)、")
# 附则 and 总则 stand alone as headings in texts without chapters' numbers.
_BARE_HEADINGS = frozenset({"总则", "附则", "序言", "目录", "引言", "前言"})
_LONGEST_HEADING = 60
_ENDS_A_SENTENCE = re.compile(r"[。；：，,;:.]$")


@dataclass(frozen=True)
class ArticleLabel:
    """第三十条之一: ``number`` 30, ``sub_number`` 1, ``printed`` as it stands without its spaces."""

    number: int
    sub_number: int | None
    printed: str
    rest: str
    """What follows on the line, without the space between."""
    spaced: bool
    """Whether a space, or the end of the line, follows the label."""


@dataclass(frozen=True)
class HeadingLabel:
    """第一章 总则: ``printed`` 第一章, ``title`` 总则."""

    kind: PartKind
    printed: str
    title: str


def squeeze(text: str) -> str:
    """``text`` without any white space."""
    return "".join(text.split())


def read_article(line: str) -> ArticleLabel | None:
    """The article that begins with this line, if its start has the form of one."""
    found = ARTICLE.match(line)
    if not found:
        return None
    number = number_of(found[1])
    sub_number = number_of(found[2]) if found[2] else None
    if not number or (found[2] and not sub_number):
        return None
    rest = line[found.end() :]
    spaced = not rest or rest[0].isspace()
    return ArticleLabel(number, sub_number, squeeze(found[0]), rest.strip(), spaced)


def read_heading(line: str) -> HeadingLabel | None:
    """第N编/分编/章/节 at the start of a line that is a heading, not a sentence about one."""
    found = _HEADING.match(line)
    if not found or not number_of(found[1]):
        return None
    rest = line[found.end() :]
    title = rest.strip()
    if len(title) > _LONGEST_HEADING or _ENDS_A_SENTENCE.search(title):
        return None
    if title and not rest[0].isspace() and title[0] in "的规第中至和与或、":
        return None
    return HeadingLabel(_HEADING_KINDS[squeeze(found[2])], squeeze(found[0]), title)


def is_bare_heading(line: str) -> bool:
    """附 则, 总 则, 目 录 and the like, alone on a line."""
    return squeeze(line) in _BARE_HEADINGS


def is_contents_heading(line: str) -> bool:
    """目录 alone on a line."""
    return squeeze(line) == "目录"


def read_item(line: str) -> str | None:
    """The label 一、 at the start of a line."""
    found = _ITEM.match(line)
    return found[1] + "、" if found and number_of(found[1]) is not None else None


def anchor_for(number: int, sub_number: int | None = None, series: int = 1) -> str:
    """The anchor of an article: ``12``, ``30-1``; of an annexed text: ``s2-12``."""
    own = f"{number}-{sub_number}" if sub_number else str(number)
    return own if series == 1 else f"s{series}-{own}"


def anchor_of(written: str) -> str:
    """The anchor that people mean by 第十二条, 十二, 12 or 30-1; anything else as it stands."""
    plain = squeeze(written)
    label = read_article(plain)
    if label and not label.rest:
        return anchor_for(label.number, label.sub_number)
    number = number_of(plain)
    return str(number) if number else plain
