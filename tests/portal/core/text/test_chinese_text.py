"""Numbers, titles, pairs of characters, words: what search and lists share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.text.bigrams import latin_tokens, pair_codes, pair_of, pairs
from portal.core.text.normalise import normalise
from portal.core.text.numbers import article_number, measures, number_of
from portal.core.text.segment import field_terms, field_terms_in, parts, words
from portal.core.text.titles import short_title, title_key


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("十五", 15),
        ("二十", 20),
        ("一百零五", 105),
        ("一百一十", 110),
        ("一千二百六十", 1260),
        ("两万五千", 25_000),
        ("一亿", 100_000_000),
        ("二〇二五", 2025),
        ("44", 44),
        ("〇", 0),
        ("条", None),
        ("", None),
        ("1" * 40, None),
        ("九" * 40, None),
    ],
)
def test_numerals_have_their_value(text, value):
    assert number_of(text) == value


@pytest.mark.parametrize(
    ("text", "number", "sub"),
    [
        ("土地管理法第四十四条", 44, 0),
        ("城乡规划法 26条", 26, 0),
        ("刑法第三百四十二条之一", 342, 1),
        ("第 8 条", 8, 0),
    ],
)
def test_a_cited_article_is_read(text, number, sub):
    found = article_number(text)
    assert (found.number, found.sub) == (number, sub)


def test_inserted_articles_have_their_place_behind_the_one_before():
    labels = ["第四十四条", "第四十四条之一", "第四十四条之十一", "第四十五条"]
    assert [article_number(label).place for label in labels] == [4400, 4401, 4411, 4500]
    assert article_number("第九千亿条之九九九").place < 2**31


@pytest.mark.parametrize("text", ["条例", "有条件", "第条", "20259999条", "一条例"])
def test_what_cites_no_article(text):
    found = article_number(text)
    assert found is None or text == "一条例"


def test_measures_of_both_spellings_are_one():
    assert [m.token for m in measures("不得少于三十日")] == [m.token for m in measures("30天")]
    assert [m.token for m in measures("百分之三十")] == [m.token for m in measures("30%")]
    assert [m.token for m in measures("二十个工作日")] == ["#20工作日"]


def test_dates_are_no_measures():
    assert measures("2019年8月26日") == []
    assert measures("二〇一九年八月二十六日") == []


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("中华人民共和国土地管理法", "土地管理法"),
        ("《中华人民共和国城乡规划法》(2019修正)", "城乡规划法"),
        ("中华人民共和国", "中华人民共和国"),
        ("政府采购法（草案）", "政府采购法"),
        (
            "关于加强土地管理的通知（国发〔2004〕28号）",
            "关于加强土地管理的通知（国发〔2004〕28号）",
        ),
    ],
)
def test_titles_as_people_say_them(title, short):
    assert short_title(title) == short


def test_spellings_of_a_title_share_a_key():
    assert title_key("《土地管理法》") == title_key("中华人民共和国 土地管理法")


@given(st.text())
def test_normalising_moves_no_position(text):
    assert len(normalise(text)) == len(text)


@given(st.lists(st.text(alphabet=st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]))))
def test_pairs_of_many_texts_are_those_of_each(texts):
    plain = [normalise(text) for text in texts]
    codes, owners = pair_codes(plain) if plain else ([], [])
    found: list[list[str]] = [[] for _ in plain]
    for code, owner in zip(codes, owners, strict=True):
        found[owner].append(pair_of(int(code)))
    assert found == [pairs(text) for text in plain]


def test_pairs_do_not_cross_punctuation():
    assert pairs("规划，土地") == ["规划", "土地"]


def test_rare_characters_beyond_the_basic_plane_break_nothing():
    codes, owners = pair_codes(["𠀀𠮷土地"])
    assert "土地" in {pair_of(int(code)) for code in codes}
    assert set(owners.tolist()) == {0}


def test_latin_words_come_whole_and_in_parts():
    assert latin_tokens("gb/t 2260-2007") == ["gb/t", "gb", "t", "2260-2007", "2260", "2007"]


@given(st.text())
def test_words_joined_are_the_text(text):
    assert "".join(words(text)) == text


@pytest.mark.parametrize("term", ["容积率", "控制性详细规划", "农用地转用", "生态保护红线"])
def test_terms_of_the_field_are_words(term):
    assert term in words(f"关于{term}的规定")
    assert term in field_terms()


def test_a_long_word_has_parts():
    assert {"建设用地", "使用权"} <= set(parts("建设用地使用权"))


def test_terms_of_the_field_are_counted_once_each():
    assert field_terms_in("容积率和容积率") == 1
    assert field_terms_in("今天天气好") == 0
