"""Two editions, article by article, word by word."""

from __future__ import annotations

import time

import pytest

from portal.core.text.difference import Work
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


def table(rows: int, step: int) -> str:
    return "\n".join(
        f"| {n} | 居住用地 | 容积率不大于{n * step % 97} | 限高{n * step % 89}米 |"
        for n in range(rows)
    )


def test_a_long_table_is_compared_row_by_row() -> None:
    (pair,) = compare(articles(table(400, 7)), articles(table(400, 11)))
    assert pair.change == Change.CHANGED
    assert pair.old_html.count("<br>") == pair.new_html.count("<br>") == 399
    assert "| 1 | 居住用地 | 容积率不大于<ins>11</ins> | 限高<ins>11</ins>米 |" in pair.new_html


def test_one_comparison_has_one_measure_of_work() -> None:
    work = Work(500)
    first = word_difference("由城市规划部门负责。", "由自然资源部门负责。", work)
    assert "由<del>" in first[0]
    second = word_difference("由城市规划部门负责。" * 9, "由自然资源部门负责。" * 9, work)
    assert second[0] == f"<del>{'由城市规划部门负责。' * 9}</del>"
    assert work.left >= 0


def test_a_text_of_very_many_paragraphs_is_not_matched_at_all() -> None:
    old, new = articles(*["略。"] * 2_100), articles(*["另略。"] * 2_100)
    assert [each[0] for each in changes(old, new)].count(Change.ADDED) == 2_100
    assert {each[0] for each in changes(old, old)} == {Change.SAME}
