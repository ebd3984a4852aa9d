"""Invented owners and contacts: what the raw layers hold and the public must never see.

None of it can belong to a person: names carry 示, the region code in the identity numbers is
issued nowhere, and the phone numbers lie in a block for data cards of machines.
"""

from __future__ import annotations

import numpy as np

from portal.samplecity.curves import Geometries

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "安平明远成达宁和信立嘉文思泽晨逸川野禾舟林石言书默乐知行一清澄"
COMPANY_HEADS = (
    "例泰",
    "示达",
    "例盛",
    "示和",
    "例信",
    "示源",
    "例恒",
    "示通",
    "例宏",
    "示隆",
    "例启",
    "示嘉",
)
COMPANY_TAILS = ("置业", "实业", "开发", "物流", "制造", "商贸", "科技", "投资")
REGION = "429999"  # a county code that is issued nowhere
PHONE_BLOCK = "1480000"
ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
ID_CHECK = "10X98765432"
REMARKS = (
    "权利人{name}先生，联系电话{phone}",
    "现场联系人：{name}女士 {phone}",
    "补偿协议待签，{name}（{number}）",
    "经办人{name}，请于每周二致电{phone}核对界址",
)


def person_names(rng: np.random.Generator, count: int) -> Geometries:
    """Names such as 王示安, shape (count,)."""
    first = rng.choice(np.array(list(SURNAMES), dtype=object), count)
    last = rng.choice(np.array(list(GIVEN), dtype=object), count)
    return np.asarray(first + "示" + last, dtype=object)


def companies(rng: np.random.Generator, count: int) -> Geometries:
    """Company names, shape (count,)."""
    head = rng.choice(np.array(COMPANY_HEADS, dtype=object), count)
    tail = rng.choice(np.array(COMPANY_TAILS, dtype=object), count)
    return np.asarray("示例市" + head + tail + "有限公司", dtype=object)


def phones(rng: np.random.Generator, count: int) -> Geometries:
    """Mobile numbers of 11 digits, shape (count,)."""
    ends = rng.integers(0, 10_000, count)
    return np.array([f"{PHONE_BLOCK}{end:04d}" for end in ends], dtype=object)


def check_digit(first_17: str) -> str:
    """The last character of an identity number (GB 11643-1999)."""
    total = int((np.array([int(digit) for digit in first_17]) * ID_WEIGHTS).sum())
    return ID_CHECK[total % 11]


def identity_numbers(rng: np.random.Generator, count: int) -> Geometries:
    """Identity numbers of 18 characters with right check digits, shape (count,)."""
    years, months = rng.integers(1950, 2004, count), rng.integers(1, 13, count)
    days, orders = rng.integers(1, 29, count), rng.integers(1, 1000, count)
    stems = (
        f"{REGION}{year:04d}{month:02d}{day:02d}{order:03d}"
        for year, month, day, order in zip(years, months, days, orders, strict=True)
    )
    return np.array([stem + check_digit(stem) for stem in stems], dtype=object)


def remarks(
    rng: np.random.Generator, names: Geometries, numbers: Geometries, telephones: Geometries
) -> Geometries:
    """A remark on every eighth row, full of what must not get out; None elsewhere."""
    column = np.full(len(names), None, dtype=object)
    for row in np.flatnonzero(rng.random(len(names)) < 0.125):
        pattern = REMARKS[int(rng.integers(len(REMARKS)))]
        column[row] = pattern.format(name=names[row], phone=telephones[row], number=numbers[row])
    return column
