"""Personal data is found, and zoning texts are left alone."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from tests.tiles.desensitise.plots import column
from tiles.desensitise.personal_data import REPLACEMENT, detect, detect_column, scrub, scrub_column


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("11010519491231002X", "id_number"),
        ("11010519491231002x", "id_number"),
        ("身份证：110105 19491231 002X，男", "id_number"),
        ("１１０１０５１９４９１２３１００２Ｘ", "id_number"),
        ("110105491231002", "id_number"),
        ("13812345678", "phone"),
        ("联系电话138-1234-5678", "phone"),
        ("+86 138 1234 5678", "phone"),
        ("138\u200b12345678", "phone"),
        ("0755-26543210", "phone"),
        ("(010)62345678", "phone"),
        ("电话：88886666", "phone"),
        ("车牌粤A12345", "plate"),
        ("粤B·D12345", "plate"),
        ("京AF12345", "plate"),
        ("沪A12345D", "plate"),
        ("4111 1111 1111 1111", "bank_card"),
        ("6222021234567890128", "bank_card"),
        ("someone@example.com", "email"),
        ("张先生", "person_name"),
        ("小区王女士反映", "person_name"),
        ("李经理", "person_name"),
        ("联系人：歐陽小姐", "person_name"),
        ("Mr. Smith", "person_name"),
    ],
)
def test_personal_data_is_found_and_scrubbed(text: str, kind: str) -> None:
    assert detect(text) == kind
    assert REPLACEMENT in scrub(text)
    assert detect(scrub(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "第三種住宅區",
        "道路用地(兼供排水使用)",
        "3000010001",
        "110101001001GB00001",
        "440106001001GB00001F00010001",
        "110105194912310021",
        "110105194913310021",
        "4111 1111 1111 1112",
        "总建筑面积12345.67平方米",
        "15012345678.12",
        "113.264385123456",
        "2021-2035",
        "示府批〔2024〕12号",
        "府都計字第0940123456號",
        "0301-20240101",
        "新A05012地块",
        "高新A05012",
        "A-12-03",
        "项目经理",
        "高级经理",
        "安全主任",
        "孙中山先生纪念馆",
        "先生",
    ],
)
def test_codes_and_zoning_texts_raise_no_alarm(text: str) -> None:
    assert detect(text) is None
    assert scrub(text) == text


def test_columns_of_numbers_are_left_alone_but_columns_of_digits_are_not() -> None:
    kinds = detect_column(column(13812345678, 13812345678.0, None, True, "13812345678", "无"))
    assert kinds.tolist() == [None, None, None, None, "phone", None]
    scrubbed = scrub_column(column("电话13812345678，急", 13812345678, None))
    assert scrubbed.tolist() == [f"电话{REPLACEMENT},急", 13812345678, None]


@pytest.mark.data
def test_forty_thousand_place_names_raise_hardly_an_alarm(shared_data: Path) -> None:
    with gzip.open(shared_data / "02-admin" / "town.csv.gz", "rt", encoding="utf-8") as lines:
        cells = np.array([cell for row in csv.reader(lines) for cell in row], dtype=object)
    kinds = detect_column(cells)
    # 田师傅镇 is a town, and nothing in its name says so.
    assert sum(kind is not None for kind in kinds) <= 1
