"""Finding personal data in text: a net under the allow-list, not a replacement for it.

Kinds and their tests: identity numbers with region, date and check digit (GB 11643-1999; the old
15-digit form without), mainland mobile and landline phones, vehicle plates including new-energy
ones (GA 36-2018), bank cards with issuer prefix and Luhn check digit, e-mail addresses, and names
with a form of address. The tests lean on check digits, dates and context, because zoning texts
are full of codes, areas and document numbers that only look similar.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt

Kind = Literal["id_number", "phone", "plate", "bank_card", "email", "person_name"]
REPLACEMENT = "〔已隐去〕"

_REGIONS = frozenset(
    str(region)
    for block in ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 66), (71, 72), (81, 84))
    for region in range(*block)
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"

# A digit or a decimal point on either side means that the figure is part of a longer one.
_LEFT, _RIGHT = r"(?<![\d.])", r"(?!\.?\d)"
# People break long numbers with one blank or hyphen; a code that runs on with letters is no number.
_GAP = r"[ -]?"
_ID18 = re.compile(
    rf"{_LEFT}([1-8]\d{{5}}){_GAP}((?:18|19|20)\d\d[01]\d[0-3]\d){_GAP}(\d{{3}}[\dXx]){_RIGHT}(?![A-Za-z])"
)
_ID15 = re.compile(
    rf"(?<![\d.A-Za-z-])([1-8]\d{{5}})(\d\d[01]\d[0-3]\d)(\d{{3}}){_RIGHT}(?![A-Za-z-])"
)
_MOBILE = re.compile(
    rf"{_LEFT}(?<!\d-)(?:(?:\+|00)?86{_GAP})?"
    rf"1(?:3\d|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9]){_GAP}\d{{4}}{_GAP}\d{{4}}{_RIGHT}(?!-\d)"
)
_AREA_CODE = (
    r"0(?:10|2[0-57-9]|3(?:1\d|35|[57]\d|49|9[1-8])|4(?:1\d|2[179]|3[1-9]|[56]\d|7[0-9]|8[23])"
    r"|5(?:1\d|2[37]|[3-7]\d|80|9\d)|6(?:3[1-5]|6[0238]|9[12])|7(?:[02]\d|1[0-9]|[3-6]\d|7[0-9]|9\d)"
    r"|8(?:1[236-9]|2[5-7]|3\d|5[1-9]|7[0-9]|8[3678]|9[1-9])|9(?:0[1-9]|[13457]\d|9\d))"
)
_LANDLINE = re.compile(
    rf"(?<![\d.A-Za-z-])(?:[(]{_AREA_CODE}[)] ?|{_AREA_CODE}[ -])[2-8]\d{{6,7}}{_RIGHT}(?!-?[A-Za-z])"
)
_NAMED_LANDLINE = re.compile(
    rf"(?:电话|電話|热线|熱線|手机|手機|传真|傳真|联系方式|聯絡|(?i:\btel\b|\bphone\b))"
    rf"[:：.\s号號码碼为為是]*(?:{_AREA_CODE}{_GAP})?[2-8]\d{{2,3}}{_GAP}\d{{4}}{_RIGHT}"
)
_PLATE_HEAD = (
    r"(?:(?<![\u3400-\u9fff])|(?<=车牌)|(?<=牌号)|(?<=车号)|(?<=号牌)|(?<=牌照)|(?<=车辆)|(?<=[为是车]))"
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Y]"
)
# A plot code such as 新A05012地块 has the shape of a plate; what follows tells them apart.
_PLATE_TAIL = r"(?![0-9A-Za-z]|-\d|(?:号|號)?(?:地块|地塊|地号|地號|街坊|单元|街区|片区|分区|宗地))"
_PLATE = re.compile(
    rf"{_PLATE_HEAD}[·•. ]?(?=[A-Z]*\d[A-Z]*\d)"
    rf"(?:[DF](?:[A-HJ-NP-Z0-9]\d{{4}})|\d{{5}}[DF]|[A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9挂学警港澳]){_PLATE_TAIL}"
)
_CARD = re.compile(
    r"(?<![\dA-Za-z.-])(?:62\d{2}|4\d{3}|5[1-5]\d{2}|9558)(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?"
    r"(?!\.?\d|[A-Za-z])"
)
_EMAIL = re.compile(
    r"[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}"
)

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭"
    "廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易常武乔贺赖龚文庞樊殷施洪倪严牛温芦俞章鲁葛韦申尤毕聂焦柳邢岳骆祁莫向涂关游甘"
    "張劉陳楊趙黃吳孫鄭謝韓馮蕭鄧許呂蘇盧蔣賈葉閻鐘鍾範譚鄒陸顧龍萬錢湯賴龔龐嚴溫蘆韋畢聶駱關塗"
)
_NAME = rf"(?:欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|夏侯|东方|東方|皇甫|尉迟|公孙|慕容|[{_SURNAMES}])"
_GIVEN = r"(?![级全层端新管务融域项目部车间办])[\u3400-\u9fff]"
_HONORIFIC = r"(?:先生|女士|小姐|太太|师傅|師傅|阿姨|大爷|大妈|老师|老師)"
_OFFICE = (
    r"(?:总?经理|總?經理|主任|书记|書記|局长|局長|处长|處長|科长|科長|院长|院長|校长|校長|村长|村長|董事长|董事長"
    r"|医生|醫生|律师|律師|教授|工程师|工程師|主席|股长|股長|队长|隊長)"
)
# A street or a hall named after someone is a place, not a person.
_PLACE_TAIL = (
    r"(?!纪念|紀念|故居|故里|雕像|铜像|墓|祠|路|街|巷|公园|公園|陵|学校|學校|图书馆|圖書館)"
)
_ADDRESSED = re.compile(rf"{_NAME}(?:{_GIVEN}){{0,2}}?{_HONORIFIC}{_PLACE_TAIL}")
_OFFICER = re.compile(
    rf"(?:(?<![\u3400-\u9fff])|(?<=[人由与與和及是为為找的]))"
    rf"{_NAME}(?:{_GIVEN}){{0,2}}?{_OFFICE}{_PLACE_TAIL}"
)
_LATIN_ADDRESSED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr)\.? [A-Z][a-z]+(?: [A-Z][a-z]+)?\b")
# Nothing can match without two digits in a row, an @ sign or the last character of a title.
_WORTH_A_LOOK = re.compile(r"\d\d|@|[生士姐太傅姨爷妈师師老理任记記长長授席]|\b(?:Mr|Ms|Miss|Dr)")

_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def _is_date(text: str) -> bool:
    try:
        day = dt.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return dt.date(1880, 1, 1) <= day <= dt.date(2100, 1, 1)


def _is_id18(match: re.Match[str]) -> bool:
    digits = "".join(match.groups()).upper()
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, digits, strict=False))
    return digits[:2] in _REGIONS and _is_date(match[2]) and _ID_CHECK[total % 11] == digits[17]


def _is_id15(match: re.Match[str]) -> bool:
    return match[1][:2] in _REGIONS and match[1][4:6] != "00" and _is_date("19" + match[2])


def _is_card(match: re.Match[str]) -> bool:
    digits = re.sub(r"\D", "", match[0])
    if len(digits) == 18 and digits[:2] == "62" and digits[2:4] in {"01", "02", "03", "04", "05"}:
        return False  # an 18-character feature code (标识码) of Gansu, not a card
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    total = sum(int(digit) for digit in digits[-1::-2]) + sum(
        pair // 10 + pair % 10 for pair in doubled
    )
    return total % 10 == 0


def _always(match: re.Match[str]) -> bool:
    return bool(match)


_TESTS: tuple[tuple[Kind, re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
    ("id_number", _ID18, _is_id18),
    ("id_number", _ID15, _is_id15),
    ("bank_card", _CARD, _is_card),
    ("phone", _MOBILE, _always),
    ("phone", _LANDLINE, _always),
    ("phone", _NAMED_LANDLINE, _always),
    ("plate", _PLATE, _always),
    ("email", _EMAIL, _always),
    ("person_name", _ADDRESSED, _always),
    ("person_name", _OFFICER, _always),
    ("person_name", _LATIN_ADDRESSED, _always),
)


def _finds(text: str) -> Iterator[tuple[Kind, re.Match[str]]]:
    for kind, pattern, confirmed in _TESTS:
        for match in pattern.finditer(text):
            if confirmed(match):
                yield kind, match


def _plain(text: str) -> str:
    """Full-width digits and letters as ASCII ones, invisible characters gone."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def detect(text: str) -> Kind | None:
    """The first kind of personal data in ``text``, or ``None``."""
    plain = text if text.isascii() else _plain(text)
    if not _WORTH_A_LOOK.search(plain):
        return None
    return next((kind for kind, _ in _finds(plain)), None)


def scrub(text: str) -> str:
    """``text`` with each find replaced by 〔已隐去〕; text without a find comes back unchanged.

    Where something is found the text comes back in its folded form (ASCII digits).
    """
    if detect(text) is None:
        return text
    plain = _plain(text)
    hidden = np.zeros(len(plain), dtype=bool)
    for _, match in _finds(plain):
        hidden[match.start() : match.end()] = True
    pieces: list[str] = []
    for place, char in enumerate(plain):
        if not hidden[place]:
            pieces.append(char)
        elif place == 0 or not hidden[place - 1]:
            pieces.append(REPLACEMENT)
    scrubbed = "".join(pieces)
    # Taking one number out can join its neighbours into another; then nothing may stay.
    return scrubbed if detect(scrubbed) is None else REPLACEMENT


def detect_column(column: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """``detect`` for each text of a column; ``None`` for numbers and empty cells.

    Numbers are left out on purpose: areas and codes held as numbers are no texts. A column of
    digits held as text is scanned. Equal texts are looked at once.
    """
    known: dict[str, Kind | None] = {}
    kinds = np.full(column.shape, None, dtype=object)
    for row, value in enumerate(column):
        if isinstance(value, str):
            if value not in known:
                known[value] = detect(value)
            kinds[row] = known[value]
    return kinds


def scrub_column(column: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """``scrub`` for each text of a column; other values pass."""
    known: dict[str, str] = {}
    scrubbed = column.copy()
    for row, value in enumerate(column):
        if isinstance(value, str):
            if value not in known:
                known[value] = scrub(value)
            scrubbed[row] = known[value]
    return scrubbed
