"""Two editions, article by article, word by word."""

from __future__ import annotations

import time

import pytest

from portal.policies.compare import Change, compare, word_difference
from portal.policies.models import Article
from portal.policies.numerals import numeral_of


def articles(*texts: str) -> list[Article]:
    return [
        Article(kind="article", number=n, anchor=str(n), label=f"第{numeral_of(n)}条", text=text)
        for n, text in enumerate(texts, 1)
    ]


def changes(old: list[Article], new: list[Article]) -> list[tuple[Change, str, str]]:
    return [
        (pair.change, pair.old.anchor if pair.old else "", pair.new.anchor if pair.new else "")
        for pair in compare(old, new)
    ]


FIRST = "为了加强绿地管理，改善生态环境，制定本条例。"
SECOND = "本市行政区域内绿地的规划、建设、保护和管理，适用本条例。"
THIRD = "任何单位和个人不得擅自占用绿地。"
OTHER = "市人民政府应当每年向社会公布绿地状况报告。"


def test_an_inserted_article_does_not_move_the_rest() -> None:
    assert changes(articles(FIRST, SECOND, THIRD), articles(FIRST, OTHER, SECOND, THIRD)) == [
        (Change.SAME, "1", "1"),
        (Change.ADDED, "", "2"),
        (Change.RENUMBERED, "2", "3"),
        (Change.RENUMBERED, "3", "4"),
    ]


def test_a_removed_article_is_shown_where_it_stood() -> None:
    assert changes(articles(FIRST, OTHER, THIRD), articles(FIRST, THIRD)) == [
        (Change.SAME, "1", "1"),
        (Change.REMOVED, "2", ""),
        (Change.RENUMBERED, "3", "2"),
    ]


def test_a_changed_article_is_found_under_its_new_number() -> None:
    new = articles(FIRST, OTHER, SECOND.replace("保护和管理", "保护、监督和管理"), THIRD)
    assert changes(articles(FIRST, SECOND, THIRD), new)[2] == (Change.CHANGED, "2", "3")


def test_an_article_of_the_same_number_but_another_text_is_another_article() -> None:
    found = changes(articles(FIRST, THIRD), articles(FIRST, OTHER))
    assert {each[0] for each in found} == {Change.SAME, Change.REMOVED, Change.ADDED}


def test_equal_editions_have_no_difference() -> None:
    assert {each[0] for each in changes(articles(FIRST, THIRD), articles(FIRST, THIRD))} == {
        Change.SAME
    }


def test_nothing_is_lost_or_shown_twice() -> None:
    old = articles(FIRST, SECOND, THIRD, OTHER, FIRST)
    new = articles(OTHER, SECOND, FIRST, THIRD)
    found = changes(old, new)
    assert [each[1] for each in found if each[1]] == ["1", "2", "3", "4", "5"]
    assert [each[2] for each in found if each[2]] == ["1", "2", "3", "4"]


def test_words_that_went_and_came_are_marked() -> None:
    old, new = word_difference("由城市规划部门负责。", "由自然资源部门负责。")
    assert old == "由<del>城市规划</del>部门负责。"
    assert new == "由<ins>自然资源</ins>部门负责。"


def test_the_texts_are_escaped() -> None:
    old, new = word_difference("<b>甲</b>", "<i>甲</i>\n乙")
    assert "<b>" not in old
    assert "<i>" not in new
    assert "<br>" in new


@pytest.mark.parametrize("count", [600])
def test_a_long_code_is_compared_within_seconds(count: int) -> None:
    old = articles(*(f"第{n}项内容，应当依法办理。{n * 7919}" for n in range(count)))
    new = articles(*(f"第{n}项内容，应当依照规定办理。{n * 7919}" for n in range(count)))
    started = time.monotonic()
    assert {each[0] for each in changes(old, new)} == {Change.CHANGED}
    assert time.monotonic() - started < 30
