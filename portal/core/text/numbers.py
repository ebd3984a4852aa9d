"""Numbers as laws write them and as people type them: 三十日 is 30天, 第四十四条 is 44条."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10_000, "亿": 100_000_000}
_MOST_ARTICLES, _SUBS = 99_999, 100
CHINESE_NUMERAL = "零〇一二两三四五六七八九十百千万亿"

_MEASURES = {
    "日": "日",
    "天": "日",
    "个工作日": "工作日",
    "工作日": "工作日",
    "年": "年",
    "个月": "月",
    "月": "月",
    "倍": "倍",
    "亩": "亩",
    "公顷": "公顷",
    "元": "元",
    "%": "%",
    "米": "米",
}
_measure = "|".join(sorted(map(re.escape, _MEASURES), key=len, reverse=True))
_NUMBER = re.compile(
    rf"百分之(?P<percent>[{CHINESE_NUMERAL}]+|\d+)"
    rf"|(?P<value>[{CHINESE_NUMERAL}]+|\d+)(?P<measure>{_measure})"
)
_ARTICLE = re.compile(
    rf"第?\s*(?P<number>[{CHINESE_NUMERAL}]+|(?<!\d)\d{{1,4}})\s*条(?:之(?P<sub>[一二三四五六七八九十]+|\d))?"
)


def number_of(text: str) -> int | None:
    """The value of a Chinese numeral or of digits, up to 亿; None where it is no number.

    >>> number_of("一百二十三"), number_of("二〇二五"), number_of("44"), number_of("十五")
    (123, 2025, 44, 15)
    """
    if text.isascii():
        return int(text) if text.isdigit() and len(text) <= 12 else None
    if not any(sign in _UNITS or sign in _BIG for sign in text):
        if any(sign not in _DIGITS for sign in text) or len(text) > 12:
            return None
        return int("".join(str(_DIGITS[sign]) for sign in text))
    total = section = digit = 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _UNITS:
            section += (digit or 1) * _UNITS[sign]
            digit = 0
        elif sign in _BIG:
            total += (section + digit or 1) * _BIG[sign]
            section = digit = 0
        else:
            return None
    return total + section + digit


@dataclass(frozen=True)
class ArticleNumber:
    """A cited article: ``number`` 44 of 第四十四条, ``sub`` 1 of 第四十四条之一 (else 0)."""

    number: int
    sub: int
    start: int
    end: int

    @property
    def place(self) -> int:
        """One number for both, in the order of the law: 4400 of 第四十四条, 4401 of 第四十四条之一."""
        return min(self.number, _MOST_ARTICLES) * _SUBS + min(self.sub, _SUBS - 1)


def article_number(text: str) -> ArticleNumber | None:
    """The first cited article in ``text``, with where it stands; None without one."""
    for found in _ARTICLE.finditer(text):
        number = number_of(found["number"])
        if number is not None:
            return ArticleNumber(
                number, number_of(found["sub"] or "零") or 0, found.start(), found.end()
            )
    return None


@dataclass(frozen=True)
class Measure:
    """A number with its measure: ``token`` "#30日" for 三十日 and 30天, ``any_token`` "#日"."""

    token: str
    any_token: str
    start: int
    end: int


def measures(text: str) -> list[Measure]:
    """Numbers with a measure in ``text``, each in one spelling; dates are none."""
    found = []
    for match in _NUMBER.finditer(text):
        value = number_of(match["percent"] or match["value"])
        spelled = match["measure"] or ""
        if value is None or _is_date(text, match.start(), value, spelled):
            continue
        measure = "%" if match["percent"] else _MEASURES[spelled]
        any_token = "#" + measure
        found.append(Measure(f"#{value}{measure}", any_token, match.start(), match.end()))
    return found


def _is_date(text: str, start: int, value: int, measure: str) -> bool:
    """2019年, 8月 and the 26日 behind it."""
    if measure == "月":
        return True
    return (measure == "年" and value >= 1900) or (
        measure == "日" and text[start - 1 : start] == "月"
    )
