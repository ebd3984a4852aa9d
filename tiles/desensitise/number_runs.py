"""Personal numbers among digits: the groups in which people write them, told from other codes.

Digits that only blanks, dashes or dots keep apart form a run of groups. A number may be one group
or several; which groupings count depends on how sure its own test is. An identity number with its
date and check digit counts in any grouping, a phone number only in those that people use.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Literal

NumberKind = Literal["id_number", "bank_card", "phone"]

_REGIONS = frozenset(
    str(region)
    for block in ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 66), (71, 72), (81, 84))
    for region in range(*block)
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_LONGEST = 21

_GROUP = re.compile(r"\d+(?:[Xx](?!\d))?|(?<=[ \-./_])[Xx](?![0-9A-Za-z])")
# Between two groups of one number stand at most three of these.
BETWEEN = r"[ \-._·/\\,、()]{0,3}"
_APART = re.compile(BETWEEN)
# An enumeration is no telephone number; an identity number has its check digit against that.
_LISTED = re.compile(r"[,、]")
RUN = re.compile(rf"\d(?:{BETWEEN}[\dXx]){{10,}}")

_MOBILE = re.compile(r"(?:(?:00)?86)?(1(?:3\d|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])\d{8})")
_CARD = re.compile(r"62\d{14,17}|9558\d{15}|(?:4\d|5[1-5])\d{14}")
_YEAR = re.compile(r"(?:19|20)\d\d")
# Shapes of a mobile number in several groups, without the country's code.
_PHONE_SHAPES = frozenset(
    {(3, 4, 4), (3, 3, 5), (4, 4, 3), (4, 3, 4), (3, 8), (2,) * 5 + (1,), (1,) + (2,) * 5}
)
_CARD_SHAPES = frozenset({(4, 4, 4, 4), (4, 4, 4, 4, 1), (4, 4, 4, 4, 2), (4, 4, 4, 4, 3), (6, 13)})
_DATED = re.compile(r"19\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")
# What makes a number the serial number of a document.
_SERIAL_BEFORE = re.compile(r"(?:[字第]|编号|編號|文号|文號|序号|序號|流水号|档号|No\.?)[:： ]?$")


def numbers_in(text: str) -> Iterator[tuple[NumberKind, int, int]]:
    """Kind, start and end of each personal number in a folded text."""
    for run in RUN.finditer(text):
        groups = [
            (match.start(), match.end()) for match in _GROUP.finditer(text, run.start(), run.end())
        ]
        for first in range(len(groups)):
            yield from _beginning_with(text, groups, first)


def _beginning_with(
    text: str, groups: Sequence[tuple[int, int]], first: int
) -> Iterator[tuple[NumberKind, int, int]]:
    digits, shape, before = "", [], groups[first][0]
    for start, end in groups[first:]:
        if not _APART.fullmatch(text, before, start):
            return
        before = end
        digits += text[start:end].upper()
        shape.append(end - start)
        if len(digits) > _LONGEST:
            return
        kind = _kind(text, digits, tuple(shape), groups[first][0], end)
        if kind is not None:
            yield kind, groups[first][0], end


def _kind(
    text: str, digits: str, shape: tuple[int, ...], start: int, end: int
) -> NumberKind | None:
    if len(digits) == 18 and is_id18(digits) and not _is_fraction(text, start, end):
        return "id_number"
    if (
        len(digits) == 15
        and len(shape) == 1
        and _is_id15(digits)
        and _stands_alone(text, start, end)
    ):
        return "id_number"
    if _is_fraction(text, start, end) or (len(shape) > 1 and _LISTED.search(text, start, end)):
        return None
    if (
        is_card(digits)
        and _may_be(shape, _CARD_SHAPES, len(digits))
        and not _in_code(text, start, end)
    ):
        return "bank_card"
    if _is_phone(text, digits, shape, start):
        return "phone"
    return None


def _is_phone(text: str, digits: str, shape: tuple[int, ...], start: int) -> bool:
    match = _MOBILE.fullmatch(digits)
    if match is None:
        return False
    code = len(digits) - 11
    if len(shape) > 1 and shape[0] == code:
        shape = shape[1:]
    elif code:
        shape = (shape[0] - code, *shape[1:])
    if len(shape) == 1:
        serial = _SERIAL_BEFORE.search(text[max(0, start - 4) : start])
        return not (serial and (_DATED.fullmatch(digits) or text[start - 1] == "第"))
    if shape[0] == 4 and _YEAR.fullmatch(match[1][:4]):
        return False  # year, month and day, or year and serial numbers
    return _may_be(shape, _PHONE_SHAPES, 11)


def _may_be(shape: tuple[int, ...], shapes: frozenset[tuple[int, ...]], length: int) -> bool:
    return len(shape) == 1 or shape in shapes or shape == (1,) * length


def _is_fraction(text: str, start: int, end: int) -> bool:
    """Digits after or before a decimal point, or next to more digits, are part of a figure."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return (
        before[-1:].isdigit()
        or after[:1].isdigit()
        or (before[-1:] == "." and before[:1].isdigit() and len(before) == 2)
        or (after[:1] == "." and after[1:].isdigit())
    )


def _in_code(text: str, start: int, end: int) -> bool:
    """Letters or dashed figures next to it: a plot's or a feature's code."""
    return bool(
        re.search(r"[A-Za-z-]$", text[max(0, start - 1) : start])
        or re.match(r"[A-Za-z]|-\d", text[end : end + 2])
    )


def _stands_alone(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    return not re.search(r"[A-Za-z.-]", around)


def _is_date(text: str) -> bool:
    try:
        day = dt.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return dt.date(1880, 1, 1) <= day <= dt.date(2100, 1, 1)


def is_id18(digits: str) -> bool:
    """Region, date of birth and check digit (GB 11643-1999); ``digits``: 17 digits and a digit or X."""
    if digits[:2] not in _REGIONS or not digits[:17].isdigit() or not _is_date(digits[6:14]):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, digits, strict=False))
    return _ID_CHECK[total % 11] == digits[17]


def _is_id15(digits: str) -> bool:
    return (
        digits.isdigit()
        and digits[:2] in _REGIONS
        and digits[4:6] != "00"
        and _is_date("19" + digits[6:12])
    )


def is_mobile(digits: str) -> bool:
    """Eleven digits in the form of a mainland mobile number."""
    return len(digits) == 11 and _MOBILE.fullmatch(digits) is not None


def is_card(digits: str) -> bool:
    """Issuer's prefix, length and Luhn's check digit."""
    if _CARD.fullmatch(digits) is None:
        return False
    if len(digits) == 18 and digits[:2] == "62" and digits[2:4] in {"01", "02", "03", "04", "05"}:
        return False  # an 18-character feature code (标识码) of Gansu, not a card
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    total = sum(int(digit) for digit in digits[-1::-2]) + sum(
        pair // 10 + pair % 10 for pair in doubled
    )
    return total % 10 == 0
