"""What changed between two texts: whole words and dates, paired paragraphs, nothing lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.core.text.difference import LARGEST_PAIR, Work, paragraph_changes, word_changes

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


@given(TEXTS, TEXTS, st.integers(0, 300))
def test_nothing_is_lost_where_the_work_does_not_suffice(old, new, most):
    work = Work(most)
    pieces = word_changes(old, new, work)
    assert joined(pieces, "removed") == new
    assert joined(pieces, "added") == old
    paragraphs = paragraph_changes(old.split("\n"), new.split("\n"), work)
    kept = [paragraph for paragraph in paragraphs if paragraph.kind != "removed"]
    assert "\n".join(joined(each.pieces, "removed") for each in kept) == new
    assert work.left >= 0


def test_of_what_is_too_large_only_the_equal_ends_stay():
    many = LARGEST_PAIR // 500
    old, new = (f"始 {' '.join(f'{sign}{n}' for n in range(many))} 终" for sign in "ab")
    pieces = word_changes(old, new)
    assert [piece.kind for piece in pieces] == ["same", "removed", "added", "same"]
    assert (pieces[0].text.strip(), pieces[-1].text.strip()) == ("始", "终")


def test_paragraphs_that_are_like_no_other_use_up_the_work_and_no_more():
    work = Work(100_000)
    old, new = ([f"{chr(sign + n) * 60}" for n in range(300)] for sign in (0x4E00, 0x5E00))
    kinds = [paragraph.kind for paragraph in paragraph_changes(old, new, work)]
    assert (kinds.count("removed"), kinds.count("added")) == (300, 300)
    assert 0 <= work.left < 1_000
