"""Chinese numerals as statutes print them (一百零三, 二〇二〇, １２, 12)."""

from __future__ import annotations

import unicodedata

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "Ｏ": 0,
}
_DIGITS |= {"两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
NUMERAL = "[零〇○一二两三四五六七八九十百千0-9０-９]"
"""One sign of a numeral, for regular expressions."""


def number_of(text: str) -> int | None:
    """The value of a numeral up to 9999, None where ``text`` is not a well-formed one.

    Both ways of writing are read: by place (一百零三) and digit by digit (二〇二〇, 103).
    """
    plain = unicodedata.normalize("NFKC", text) if not text.isascii() else text
    if plain.isascii() and plain.isdigit():
        return int(plain) if len(plain) <= 4 else None
    if not plain or any(sign not in _DIGITS and sign not in _PLACES for sign in plain):
        return None
    if not any(sign in _PLACES for sign in plain):
        digits = "".join(str(_DIGITS[sign]) for sign in plain)
        return int(digits) if len(digits) <= 4 else None
    return _by_place(plain)


def _by_place(text: str) -> int | None:
    total, digit, ceiling = 0, None, 10_000
    for sign in text:
        if sign in _DIGITS:
            if digit:  # two digits in a row: 二三十
                return None
            digit = _DIGITS[sign]
            continue
        place = _PLACES[sign]
        if place >= ceiling:  # 十百 or 百百
            return None
        ceiling = place
        total += (1 if digit is None else digit) * place
        digit = None
    return total + (digit or 0)


def numeral_of(number: int) -> str:
    """The numeral by place: 12 -> 十二, 103 -> 一百零三. For 1 to 9999."""
    text, gap = "", False
    for place, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += ("零" if gap else "") + "零一二三四五六七八九"[digit] + sign
            gap = False
        elif text:
            gap = True
    return text[1:] if text.startswith("一十") else text
