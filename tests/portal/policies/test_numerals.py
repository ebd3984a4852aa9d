"""Chinese numerals, both ways."""

from __future__ import annotations

import pytest

from portal.policies.numerals import number_of, numeral_of


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一", 1),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百", 100),
        ("一百零三", 103),
        ("一百一十", 110),
        ("一百十", 110),
        ("一千二百六十", 1260),
        ("一千零一", 1001),
        ("二〇二〇", 2020),
        ("二○二○", 2020),
        ("12", 12),
        ("１２", 12),
        ("两百", 200),
    ],
)
def test_a_numeral_is_read(text: str, number: int) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize("text", ["", "十百", "百千", "二三十", "一二三四五", "十十", "X", "12345"])
def test_what_is_no_numeral_is_not_guessed(text: str) -> None:
    assert number_of(text) is None


def test_every_number_of_an_article_survives_the_way_there_and_back() -> None:
    assert [number_of(numeral_of(number)) for number in range(1, 2000)] == list(range(1, 2000))
