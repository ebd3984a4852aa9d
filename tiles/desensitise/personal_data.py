"""Finding personal data in text: a net under the allow-list, not a replacement for it.

Kinds and their tests: identity numbers with region, date and check digit (GB 11643-1999; the old
15-digit form without), mainland mobile and landline phones, vehicle plates including new-energy
ones (GA 36-2018), bank cards with issuer prefix and Luhn check digit, e-mail addresses, and names
with a form of address. The tests lean on check digits, dates and context, because zoning texts
are full of codes, areas and document numbers that only look similar. Texts are looked at in their
plain form (``text_folding``), so that full-width digits, Chinese numerals, zero-width marks and
blanks between the digits hide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from tiles.desensitise.columns import Column, Distinct, blank
from tiles.desensitise.number_runs import BETWEEN, RUN, is_card, is_id18, is_mobile, numbers_in
from tiles.desensitise.personal_names import ADDRESS_FORMS, LATIN_FORMS, NAMES
from tiles.desensitise.text_folding import folded

Kind = Literal["id_number", "phone", "plate", "bank_card", "email", "person_name"]
REPLACEMENT = "〔已隐去〕"

_RIGHT = r"(?!\.?\d)"
_BREAK = r"[ \-._·]{0,2}"
_AREA_CODE = (
    r"0(?:10|2[0-57-9]|3(?:1\d|35|[57]\d|49|9[1-8])|4(?:1\d|2[179]|3[1-9]|[56]\d|7[0-9]|8[23])"
    r"|5(?:1\d|2[37]|[3-7]\d|80|9\d)|6(?:3[1-5]|6[0238]|9[12])|7(?:[02]\d|1[0-9]|[3-6]\d|7[0-9]|9\d)"
    r"|8(?:1[236-9]|2[5-7]|3\d|5[1-9]|7[0-9]|8[3678]|9[1-9])|9(?:0[1-9]|[13457]\d|9\d))"
)
_LANDLINE = re.compile(
    rf"(?<![\d.A-Za-z-])(?:[(]{_AREA_CODE}[)] ?|{_AREA_CODE}[ \-_·]{{1,2}})[2-8]\d{{2,3}}[ -]?\d{{4}}{_RIGHT}"
    r"(?!-?[A-Za-z])"
)
_NAMED_LANDLINE = re.compile(
    r"(?:电话|電話|热线|熱線|手机|手機|座机|座機|传真|傳真|致电|致電|联系方式|聯絡|(?i:\btel\b|\bphone\b|\bfax\b))"
    rf"[:：.\s号號码碼为為是]*(?:[(]?{_AREA_CODE}[)]?{_BREAK})?[2-8]\d{{2,3}}{_BREAK}\d{{4}}{_RIGHT}"
)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
# These do not end a word before which a plot's code could stand.
_PLAIN_PROVINCES = "粤沪渝冀豫辽皖鲁赣鄂桂晋陕闽琼"
_PLATE_HEAD = (
    rf"(?:(?:(?<![\u3400-\u9fff])|(?<=车牌)|(?<=牌号)|(?<=车号)|(?<=号牌)|(?<=牌照)|(?<=车辆)|(?<=[为是车]))"
    rf"[{_PROVINCES}]|[{_PLAIN_PROVINCES}]) ?[A-HJ-NP-Ya-hj-np-y]"
)
# A plot code such as 新A05012地块 has the shape of a plate; what follows tells them apart.
_PLATE_TAIL = r"(?![0-9A-Za-z]|-\d|(?:号|號)?(?:地块|地塊|地号|地號|街坊|单元|街区|片区|分区|宗地))"
_PLATE = re.compile(
    rf"{_PLATE_HEAD}[·•. \-]{{0,2}}(?=[A-Za-z]*\d[A-Za-z]*\d)"
    rf"(?:[DFdf](?:[A-HJ-NP-Za-hj-np-z0-9]\d{{4}})|\d{{5}}[DFdf]"
    rf"|[A-HJ-NP-Za-hj-np-z0-9]{{4}}[A-HJ-NP-Za-hj-np-z0-9挂学警港澳]){_PLATE_TAIL}"
)
_AT = r" ?(?:@|\[at\]|[(]at[)]|＠) ?"
_EMAIL = re.compile(
    rf"[A-Za-z0-9][\w.+-]{{0,63}}(?:{_AT}|#(?=[A-Za-z0-9.-]{{1,63}}\.(?:com|cn|net|org|edu|gov)\b))"
    r"[A-Za-z0-9-]{1,63}(?: ?\. ?[A-Za-z0-9-]{1,63})*? ?\. ?[A-Za-z]{2,24}"
)

_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("phone", _LANDLINE),
    ("phone", _NAMED_LANDLINE),
    ("plate", _PLATE),
    ("email", _EMAIL),
    *(("person_name", pattern) for pattern in NAMES),
)
# Nothing can be found without seven digits in a row of groups, a plate's head, an @ or a title.
_SIGNS = (
    re.compile(rf"\d(?:{BETWEEN}[\dXx]){{6}}"),
    re.compile(rf"[{_PROVINCES}] ?[A-Za-z]"),
    re.compile(r"[@#]|[\[(]at[\])]"),
    re.compile(ADDRESS_FORMS),
    re.compile(LATIN_FORMS),
)
_ORDER: tuple[Kind, ...] = ("id_number", "bank_card", "phone", "plate", "email", "person_name")
_AT_ONCE = 50_000
# A column of numbers is one of phones or cards when most of its values are; one value is chance.
_FEWEST_NUMBERS = 3
_SHORTEST_NUMBER = 10**10


def _finds(text: str) -> Iterator[tuple[Kind, int, int]]:
    """Kind, start and end of each find in a folded text."""
    if RUN.search(text):
        yield from numbers_in(text)
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield kind, match.start(), match.end()


def _first_kind(text: str) -> Kind | None:
    found = {kind for kind, _, _ in _finds(text)}
    return next((kind for kind in _ORDER if kind in found), None)


def detect(text: str) -> Kind | None:
    """The first kind of personal data in ``text``, or ``None``."""
    return detected_kinds([text])[0]


def detected_kinds(texts: Sequence[str]) -> list[Kind | None]:
    """``detect`` for each of many texts."""
    kinds: list[Kind | None] = []
    for start in range(0, len(texts), _AT_ONCE):
        plain = folded(texts[start : start + _AT_ONCE])
        kinds += [None] * len(plain)
        for row in _worth_a_look(plain):
            kinds[start + row] = _first_kind(plain[row])
    return kinds


def _worth_a_look(plain: Sequence[str]) -> list[int]:
    """Which of some folded texts have a sign of what could be found; all are searched as one."""
    joined = "\n".join(plain)
    ends = np.cumsum(np.fromiter((len(text) + 1 for text in plain), np.intp, len(plain)))
    places = [match.start() for sign in _SIGNS for match in sign.finditer(joined)]
    rows: list[int] = np.unique(np.searchsorted(ends, places, side="right")).tolist()
    return rows


def scrub(text: str) -> str:
    """``text`` with each find replaced by 〔已隐去〕; text without a find comes back unchanged.

    Where something is found the text comes back in its folded form (ASCII digits).
    """
    return text if detect(text) is None else _scrubbed(text)


def scrubbed_texts(texts: Sequence[str | None]) -> list[str | None]:
    """``scrub`` for each of many texts; ``None`` stays."""
    kinds = detected_kinds([text or "" for text in texts])
    return [
        text if kind is None or text is None else _scrubbed(text)
        for text, kind in zip(texts, kinds, strict=True)
    ]


def _scrubbed(text: str) -> str:
    (plain,) = folded([text])
    hidden = np.zeros(len(plain), dtype=bool)
    for _, start, end in _finds(plain):
        hidden[start:end] = True
    pieces: list[str] = []
    for place, char in enumerate(plain):
        if not hidden[place]:
            pieces.append(char)
        elif place == 0 or not hidden[place - 1]:
            pieces.append(REPLACEMENT)
    scrubbed = "".join(pieces)
    # Taking one number out can join its neighbours into another; then nothing may stay.
    return scrubbed if detect(scrubbed) is None else REPLACEMENT


def detect_column(column: Column) -> npt.NDArray[np.object_]:
    """The kind of personal data in each value of a column; ``None`` where there is none.

    Texts are looked at one by one. Numbers are codes and areas as a rule: an identity number is
    told by its check digit, phones and cards only where most numbers of the column have their form.
    """
    distinct = Distinct.of(column)
    texts = [value if isinstance(value, str) else "" for value in distinct.values]
    kinds = detected_kinds(texts)
    for place, kind in _kinds_of_numbers(distinct.values):
        kinds[place] = kind
    return distinct.rows(kinds)


def _kinds_of_numbers(values: Sequence[Any]) -> Iterable[tuple[int, Kind]]:
    whole = {
        place: str(int(value))
        for place, value in enumerate(values)
        if isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) >= _SHORTEST_NUMBER
        and float(value).is_integer()
    }
    found: list[tuple[int, Kind]] = [
        (place, "id_number")
        for place, digits in whole.items()
        if len(digits) == 18 and is_id18(digits)
    ]
    numbers = sum(isinstance(value, int | float) and not blank(value) for value in values)
    tests: tuple[tuple[Kind, Any], ...] = (("phone", is_mobile), ("bank_card", is_card))
    for kind, test in tests:
        places = [place for place, digits in whole.items() if test(digits)]
        if len(places) >= _FEWEST_NUMBERS and 2 * len(places) > numbers:
            found += [(place, kind) for place in places]
    return found


def scrub_column(column: Column) -> npt.NDArray[np.object_]:
    """``scrub`` for each text of a column; other values pass."""
    distinct = Distinct.of(column)
    texts = [value if isinstance(value, str) else None for value in distinct.values]
    answers = scrubbed_texts(texts)
    return distinct.rows(
        value if text is None else text
        for value, text in zip(distinct.values, answers, strict=True)
    )
