"""One plain form of a text, whatever it is disguised as: the detector looks at that form only.

Compatibility forms (full-width, circled, Kangxi radicals) are folded, foreign digits become ASCII
digits, dashes and blanks become one of each, and what cannot be seen is gone (zero-width marks,
variation selectors, control characters, combining marks that belong to no letter).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

# Anything but plain ASCII, Chinese characters and their usual marks is looked up one by one.
_ODD = re.compile("[^\n\x20-\x7e\u00b7\u3001-\u3006\u3008-\u301b\u3400-\u9fff]")
_UNSEEN = frozenset({"Cf", "Cc", "Mn", "Me", "Cn"})
# Seen as nothing at all, though their categories say letter or symbol.
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_DOTS = frozenset("•‧・∙⋅●․")

_NUMERALS = "零〇○◯壹一幺弌贰貳二弍叁參叄三弎肆四伍五陆陸六柒七捌八玖九"
_NUMERAL_VALUES = "000011112222333334455666778899"
_AS_DIGITS = str.maketrans(_NUMERALS, _NUMERAL_VALUES)
# A row of Chinese numerals as long as a telephone number is one; numbers in words have 十 and 百.
_NUMERAL_RUN = re.compile(rf"[\d{_NUMERALS}](?:[ \-.·]?[\d{_NUMERALS}]){{6,}}")
_HAS_NUMERAL = re.compile(rf"[{_NUMERALS}]")
# Letters put for digits in something as long as a telephone or identity number.
_MIXED = re.compile(r"(?<![0-9A-Za-z])(?:[0-9OoIl]{18}|[0-9OoIl]{11})(?![0-9A-Za-z])")
_LETTER_DIGITS = str.maketrans("OoIl", "0011")


def folded(texts: Sequence[str]) -> list[str]:
    """The plain form of each text; line breaks become blanks."""
    joined = "\n".join(texts)
    if joined.count("\n") >= len(texts):
        joined = "\n".join(text.replace("\n", " ") for text in texts)
    # At once, since no rule reaches over a line break.
    return _fold(joined).split("\n") if texts else []


def _fold(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = _ODD.sub(lambda match: _plain(match[0]), text)
    if _HAS_NUMERAL.search(text):
        text = _NUMERAL_RUN.sub(lambda match: match[0].translate(_AS_DIGITS), text)
    return _MIXED.sub(_without_letters, text)


@cache
def _plain(char: str) -> str:
    category = unicodedata.category(char)
    if char in "\t\r\v\f" or category in ("Zs", "Zl", "Zp"):
        return " "
    if category in _UNSEEN or char in _FILLERS:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Pd" or char == "\u2212":
        return "-"
    return "·" if char in _DOTS else char


def _without_letters(match: re.Match[str]) -> str:
    text = match[0]
    digits = sum(char.isdigit() for char in text)
    return text.translate(_LETTER_DIGITS) if 2 * digits > len(text) else text
