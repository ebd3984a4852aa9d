"""What changed between two texts: whole words and dates, paired paragraphs, nothing lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.core.text.difference import paragraph_changes, word_changes

TEXTS = st.text("规划容积率12.5-公示 ab\n", max_size=40)


def joined(pieces, without):
    return "".join(piece.text for piece in pieces if piece.kind != without)


@given(TEXTS, TEXTS)
def test_both_texts_come_back_out_of_the_pieces(old, new):
    pieces = word_changes(old, new)
    assert joined(pieces, "removed") == new
    assert joined(pieces, "added") == old


def test_dates_and_numbers_stay_whole():
    pieces = word_changes("截止2026-12-16，容积率2.0", "截止2026-12-21，容积率2.5")
    changed = [(piece.kind, piece.text) for piece in pieces if piece.kind != "same"]
    assert changed == [
        ("removed", "2026-12-16"),
        ("added", "2026-12-21"),
        ("removed", "2.0"),
        ("added", "2.5"),
    ]


def test_a_paragraph_that_came_does_not_shift_the_others():
    old = ["第一段不变。", "建筑高度不超过二十四米。"]
    new = ["第一段不变。", "新写的一段，与前后都不同。", "建筑高度不超过三十米。"]
    kinds = [paragraph.kind for paragraph in paragraph_changes(old, new)]
    assert kinds == ["same", "added", "changed"]


def test_a_text_that_is_the_same_shows_nothing():
    assert {piece.kind for piece in word_changes("不变", "不变")} == {"same"}
