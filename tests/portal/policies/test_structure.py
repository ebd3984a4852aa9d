"""Lines into headings, articles and paragraphs."""

from __future__ import annotations

import pytest

from portal.policies.enums import PartKind, UnitKind
from portal.policies.errors import TextProblem
from portal.policies.text.lines import markdown_lines, plain_lines
from portal.policies.text.parsed import ParsedText
from portal.policies.text.structure import parse_text


def parse(text: str) -> ParsedText:
    return parse_text(plain_lines(text))


def anchors(text: ParsedText) -> list[str]:
    return [unit.anchor for unit in text.articles]


@pytest.mark.parametrize(
    ("line", "anchor", "label", "text"),
    [
        ("第一条 正文", "1", "第一条", "正文"),
        ("第一百零三条　正文", "103", "第一百零三条", "正文"),
        ("第三十条之一 正文", "30-1", "第三十条之一", "正文"),
        ("第一百二十条之十二　正文", "120-12", "第一百二十条之十二", "正文"),
        ("第 12 条 正文", "12", "第12条", "正文"),
        ("第１２条\u2003正文", "12", "第１２条", "正文"),
        ("　　第二 条\u00a0正文", "2", "第二条", "正文"),
    ],
)
def test_numbers_of_articles_are_read_in_every_form(
    line: str, anchor: str, label: str, text: str
) -> None:
    (article,) = parse(f"示例条例\n{line}").articles
    assert (article.anchor, article.label, article.text) == (anchor, label, text)


def test_an_article_without_a_space_counts_when_it_comes_next() -> None:
    text = parse("示例条例\n第一条为了保护绿地。\n第二条本市适用。\n第三条规定的事项除外。")
    assert anchors(text) == ["1", "2"]
    assert text.articles[1].paragraphs == ["本市适用。", "第三条规定的事项除外。"]


def test_paragraphs_and_items_stay_in_their_article() -> None:
    text = parse(
        "示例条例\n第一条 下列情形：\n（一）甲；\n（二）乙。\n一、不是新的一项\n第二条 完。"
    )
    assert text.articles[0].paragraphs == [
        "下列情形：",
        "（一）甲；",
        "（二）乙。",
        "一、不是新的一项",
    ]


def test_headings_make_a_tree() -> None:
    text = parse(
        "示例法典\n第一编 总则\n第一章 一般规定\n第一节 目的\n第一条 甲。\n第二章 附则\n第二条 乙。"
    )
    assert [(part.kind, part.depth) for part in text.parts] == [
        (PartKind.BOOK, 0),
        (PartKind.CHAPTER, 1),
        (PartKind.DIVISION, 2),
        (PartKind.CHAPTER, 1),
    ]
    assert text.articles[0].part is text.parts[2]
    assert text.parts[2].trail == "第一编 总则 › 第一章 一般规定 › 第一节 目的"


def test_a_sentence_about_a_chapter_is_no_heading() -> None:
    text = parse("示例条例\n第一章 总则\n第一条 甲：\n第二章规定的程序，适用本条。")
    assert len(text.parts) == 1


def test_a_table_of_contents_is_kept_as_text() -> None:
    text = parse(
        "示例条例\n目 录\n第一章 总则 …… 1\n附 则\n第一章 总则\n第一条 甲。\n附 则\n第二条 乙。"
    )
    assert [part.heading for part in text.parts] == ["目 录", "第一章 总则", "附 则"]
    assert text.units[0].paragraphs == ["第一章 总则 …… 1", "附 则"]


def test_an_annex_that_counts_anew_gets_addresses_of_its_own() -> None:
    text = parse("示例条例\n第一条 甲。\n第二条 乙。\n附件：示例细则\n第一条 丙。\n第二条 丁。")
    assert anchors(text) == ["1", "2", "s2-1", "s2-2"]
    assert text.parts[0].heading == "附件：示例细则"


def test_a_number_that_occurs_twice_keeps_both_texts_and_is_remarked() -> None:
    text = parse("示例条例\n第一条 甲。\n第二条 乙。\n第二条 丙。")
    assert anchors(text) == ["1", "2", "2-r2"]
    assert [remark.code for remark in text.remarks] == ["repeated"]


def test_a_gap_is_remarked_with_its_line() -> None:
    (remark,) = parse("示例条例\n第一条 甲。\n第三条 丙。").remarks
    assert (remark.code, remark.line) == ("gap", 3)


def test_a_decision_without_articles_is_kept_item_by_item() -> None:
    text = parse(
        "关于示例的决定\n会议决定：\n一、修改甲。\n补充说明。\n二、修改乙。\n本决定自公布之日起施行。"
    )
    assert [(unit.kind, unit.label, unit.anchor) for unit in text.units] == [
        (UnitKind.PARAGRAPH, "", "p-1"),
        (UnitKind.ITEM, "一、", "p-2"),
        (UnitKind.ITEM, "二、", "p-3"),
    ]
    assert text.units[1].text == "修改甲。\n补充说明。"


def test_a_table_stands_by_itself_outside_articles() -> None:
    text = parse_text(
        markdown_lines("# 示例目录\n\n前言。\n\n<!-- TABLE -->\n| 甲 | 乙 |\n|--|--|\n| 1 | 2 |\n")
    )
    assert [unit.kind for unit in text.units] == [UnitKind.PARAGRAPH, UnitKind.TABLE]
    assert text.units[1].paragraphs == ["| 甲 | 乙 |", "|--|--|", "| 1 | 2 |"]


def test_the_header_of_a_plain_text_is_found() -> None:
    text = parse(
        "示例市人民政府令\n第12号\n示例市绿地管理办法\n（2019年5月1日示例市人民政府第3次常务会议通过\n"
        "根据2021年6月1日决定修正）\n第一条 甲。"
    )
    assert text.title == "示例市绿地管理办法"
    assert len(text.history) == 4
    assert [unit.anchor for unit in text.units] == ["1"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), ("示例条例", "no_body"), ("长" * 301 + "\n第一条 甲", "no_title")],
)
def test_a_text_without_title_or_body_is_refused(text: str, code: str) -> None:
    with pytest.raises(TextProblem) as problem:
        parse(text)
    assert problem.value.code == code


def test_nothing_of_the_body_is_lost() -> None:
    body = "前言文字。\n第一章 总　则\n第一条 甲，\n　　乙。\n| a | b |\n第二条\n（一）丙；\n附件1\n说明文字"
    printed = "".join("".join(parse(f"示例条例\n{body}").printed()).split())
    assert printed == "".join(body.split())
