"""Review numbers put together for the corner of the map."""

from portal.viewer.review_numbers import review_line


def test_numbers_in_a_row_become_a_range() -> None:
    numbers = [f"示审图〔2026〕{number:03}号" for number in (1, 2, 3, 7)]
    assert review_line(numbers) == "示审图〔2026〕001—003、007号"


def test_different_series_stay_apart() -> None:
    assert review_line(["GS(2024)0650号", "示审图〔2026〕001号"]) == (
        "GS(2024)0650号；示审图〔2026〕001号"
    )


def test_one_number_and_repeated_numbers_stay_as_they_are() -> None:
    assert review_line(["示审图〔2026〕001号", "示审图〔2026〕001号", ""]) == "示审图〔2026〕001号"


def test_a_number_without_digits_is_kept() -> None:
    assert review_line(["内部审核"]) == "内部审核"
