from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiles.packages.text_encoding import codec_name, decode, decode_name, detect, is_garbled

SIMPLIFIED = ["城镇住宅用地", "永久基本农田", "示例市自然资源和规划局", "城市绿线"]
TRADITIONAL = ["桃園市都市計畫", "住宅區", "商業區", "公園用地", "第一種住宅區"]


@pytest.mark.parametrize(
    ("texts", "encoding", "expected"),
    [
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "utf-8", "utf-8"),
        (TRADITIONAL, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL, "utf-8", "utf-8"),
        (["Zürich", "München", "Besançon"], "cp1252", "cp1252"),
        (["Zürich"], "utf-8", "utf-8"),
        (["plain ASCII"], "ascii", "utf-8"),
    ],
)
def test_the_encoding_is_told_by_the_content(
    texts: list[str], encoding: str, expected: str
) -> None:
    verdict = detect([text.encode(encoding) for text in texts])
    assert verdict.encoding == expected
    assert [decode(text.encode(encoding), verdict.encoding) for text in texts] == texts


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Россия", "koi8-r"),
        ("Αθήνα", "iso8859-7"),
        ("한국말", "euc-kr"),
        ("ひたちなか市", "shift-jis"),
    ],
)
def test_other_scripts_are_refused_rather_than_garbled(text: str, encoding: str) -> None:
    verdict = detect([text.encode(encoding)])
    assert verdict.encoding == ""


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [("Россия", "koi8-r", "koi8r"), ("한국말", "euc-kr", "EUC-KR"), ("國語", "big5", "Big-5")],
)
def test_a_declaration_that_fits_the_content_is_believed(
    text: str, encoding: str, declared: str
) -> None:
    verdict = detect([text.encode(encoding)], declared)
    assert decode(text.encode(encoding), verdict.encoding) == text


def test_a_wrong_declaration_is_not_believed() -> None:
    raw = [text.encode("gb18030") for text in SIMPLIFIED]
    for declared in ("UTF-8", "Big5", "ISO-8859-1"):
        assert detect(raw, declared).encoding == "gb18030"


def test_two_readings_alike_are_refused_with_both_named() -> None:
    verdict = detect(["简体".encode("gb18030")])
    assert verdict.encoding == ""
    assert {"gb18030", "big5"} <= set(verdict.candidates)


def test_a_character_cut_off_by_the_field_is_left_out() -> None:
    raw = "城镇住宅".encode("gb18030")[:7]
    assert decode(raw, "gb18030", width=7) == "城镇住"
    with pytest.raises(UnicodeDecodeError):
        decode(raw, "gb18030", width=8)


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("65001", "utf-8"),
        ("936", "gb18030"),
        ("GBK", "gb18030"),
        ("ANSI 936", "gb18030"),
        ("Big-5", "big5"),
        ("koi8r", "koi8-r"),
        ("1251", "cp1251"),
        ("base64", ""),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_declared_names_lead_to_codecs(declared: str, codec: str) -> None:
    assert codec_name(declared) == codec


@pytest.mark.parametrize(
    "text",
    [
        SIMPLIFIED[0].encode("gbk").decode("latin-1"),
        TRADITIONAL[0].encode("utf-8").decode("latin-1"),
        "新北市".encode().decode("cp1252", "replace"),
        "锟斤拷锟斤拷",
        "用地\ufffd",
    ],
)
def test_garbled_text_is_noticed(text: str) -> None:
    assert is_garbled(text)


@pytest.mark.parametrize("text", ["Zürich", "Besançon", "São Paulo", "Ängelholm", *SIMPLIFIED])
def test_sound_text_is_not_called_garbled(text: str) -> None:
    assert not is_garbled(text)


@given(st.lists(st.binary(max_size=20), max_size=10), st.text(max_size=10))
def test_any_bytes_get_a_verdict_that_decodes_or_none(values: list[bytes], declared: str) -> None:
    verdict = detect(values, declared)
    if verdict.encoding:
        for value in values:
            decode(value, verdict.encoding)


@given(st.binary(max_size=30))
def test_any_file_name_can_be_shown(raw: bytes) -> None:
    assert isinstance(decode_name(raw), str)
