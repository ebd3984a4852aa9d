"""Personal data is found, and zoning texts are left alone."""

from __future__ import annotations

import csv
import gzip
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.tiles.desensitise.plots import column
from tiles.desensitise.personal_data import (
    REPLACEMENT,
    detect,
    detect_column,
    detected_kinds,
    scrub,
    scrub_column,
)
from tiles.packages.limits import Limits
from tiles.packages.sources import read_sources


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
        # what people write to get past a filter, or by mere habit
        ("1 3 8 1 2 3 4 5 6 7 8", "phone"),
        ("138.1234.5678", "phone"),
        ("138—1234—5678", "phone"),
        ("138 - 1234 - 5678", "phone"),
        ("1381-2345-678", "phone"),
        ("(138)12345678", "phone"),
        ("一三八一二三四五六七八", "phone"),
        ("幺三八壹贰叁肆五六七八", "phone"),
        ("1三8一2三4五6七8", "phone"),
        ("138OOl2345O", "phone"),
        ("①③⑧①②③④⑤⑥⑦⑧", "phone"),
        ("١٣٨١٢٣٤٥٦٧٨", "phone"),
        ("1\ufe0f\u20e33\ufe0f\u20e38\ufe0f\u20e312345678", "phone"),
        ("138\u034f1234\u180e5678", "phone"),
        ("138\x001234\x005678", "phone"),
        ("电话\n13812345678", "phone"),
        ("地块12-13812345678-01", "phone"),
        ("0755-2654-3210", "phone"),
        ("致电：2654 3210", "phone"),
        ("编号.11010519491231002X", "id_number"),
        ("1101-0519-4912-3100-2X", "id_number"),
        ("110105.19491231.002X", "id_number"),
        ("11010519491231002Xabc", "id_number"),
        ("一一〇一〇五一九四九一二三一〇〇二X", "id_number"),
        ("某号110105 1949 1231 002 x", "id_number"),
        ("4111-1111-1111-1111", "bank_card"),
        ("卡号 6222 0212 3456 7890 128", "bank_card"),
        ("业主粤A12345", "plate"),
        ("粤A-12345", "plate"),
        ("粤 a 12345", "plate"),
        ("someone @ example . com", "email"),
        ("someone[at]example.com", "email"),
        ("ｓｏｍｅｏｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ", "email"),
        ("someone#example.com", "email"),
        ("张 先生", "person_name"),
        ("王小明　女士", "person_name"),
        ("陳議員", "person_name"),
        ("黃課長", "person_name"),
        ("李\u200b经\u200b理", "person_name"),
        ("张市长，您好", "person_name"),
        ("联系人：王小明", "person_name"),
        ("權利人:陳大文 3號", "person_name"),
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
        "440106001001000011",
        "510107001001000014",
        "字第19981231001号",
        "编号：19981231001",
        "府都計字第13812345678號",
        "1998-1231-001",
        "2024-01-01 12:30",
        "1500x2000x300",
        "地块135、1234、5678号",
        "1.35-1.85-2.05 30 12",
        "二〇二四年一月一日",
        "一二三四五六七八九十",
        "10,340,123,456",
        "林甸县长青林场",
        "向主席团提出报告",
        "曾任法官满八年的",
        "申请律师执业",
        "负责人：项目经理",
        "申请人：任何单位",
        "权利人：国家",
        "SCHOOL#example",
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


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ((13812345678, 13912345678, 15012345678, None, 0), "phone"),
        ((13812345678.0, 13912345678.0, 15012345678.0), "phone"),
        ((6222021234567894, 6222021234567902, 6222021234567910), "bank_card"),
        ((12.5, 110105194912310029, 7), None),
        ((12.5, 110105196001010017, 7), "id_number"),
    ],
)
def test_a_column_of_numbers_may_be_one_of_personal_numbers(
    values: tuple[Any, ...], kind: str | None
) -> None:
    assert {found for found in detect_column(column(*values)) if found} == ({kind} - {None})


def test_areas_that_look_like_phones_are_none_among_others() -> None:
    areas = (13812345678.0, 15912345678.0, 18612345678.0, *range(1000, 1010))
    assert set(detect_column(column(*areas))) == {None}


@pytest.mark.data
def test_the_laws_raise_an_alarm_at_people_only(shared_data: Path) -> None:
    lines: list[str] = []
    for name in ("laws-national.zip", "laws-local-beijing-shanghai.zip"):
        with zipfile.ZipFile(shared_data / "05-laws" / name) as archive:
            for entry in archive.namelist()[::4]:
                if entry.endswith(".md"):
                    lines += archive.read(entry).decode("utf-8").splitlines()
    kinds = Counter(kind for kind in detected_kinds(lines) if kind)
    # A judgment on 宋先生 and 周先生, a founder of the state; no number, no plate, no address.
    assert set(kinds) <= {"person_name"}
    assert kinds["person_name"] <= 10


@pytest.mark.data
def test_real_plans_hold_no_personal_data(shared_data: Path) -> None:
    folder = shared_data / "01-landuse"
    texts: set[str] = set()
    for name in ("nyc-mappluto-16v1-brooklyn-1200.geojson.gz", "tw-taoyuan-zones-raw.zip"):
        tables = read_sources([folder / name], limits=Limits())
        for table in tables:
            for found in table.attributes.values():
                texts.update(value for value in found if isinstance(value, str))
    assert len(texts) > 5_000
    assert {kind for kind in detected_kinds(sorted(texts)) if kind} == set()


@pytest.mark.data
def test_forty_thousand_place_names_raise_hardly_an_alarm(shared_data: Path) -> None:
    with gzip.open(shared_data / "02-admin" / "town.csv.gz", "rt", encoding="utf-8") as lines:
        cells = np.array([cell for row in csv.reader(lines) for cell in row], dtype=object)
    kinds = detect_column(cells)
    # 田师傅镇 is a town, and nothing in its name says so.
    assert sum(kind is not None for kind in kinds) <= 1
