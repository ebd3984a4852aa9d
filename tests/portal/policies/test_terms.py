"""Texts that say themselves how long they hold (有效期)."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from portal.policies.arrange import arrange
from portal.policies.enums import DateBasis, Validity
from portal.policies.models import Edition
from portal.policies.report import Report, RowState
from portal.policies.text.days import Start
from portal.policies.text.terms import Term, term_in_text
from tests.factories.policies import import_text, law_text

SINCE = datetime.date(2019, 12, 20)
START = Start(datetime.date(2020, 1, 1), DateBasis.TEXT)
MADE = "2019年12月20日 示例市人民政府公布"
AMENDED = f"{MADE} 2021年3月1日修正"


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("本办法自2020年1月1日起施行，有效期至2024年12月31日。", "2025-01-01"),
        ("本通知自印发之日起施行，有效期至二〇二四年十二月三十一日止。", "2025-01-01"),
        ("本办法自2020年1月1日起施行，有效期自2020年1月1日起至2024年12月31日。", "2025-01-01"),
        ("本办法自2020年1月1日起施行，有效期延长至2026年6月30日。", "2026-07-01"),
        ("本办法自2020年1月1日起施行，有效期5年。", "2025-01-01"),
        ("本办法自2020年1月1日起施行，有效期为五年。", "2025-01-01"),
        ("本办法自2020年1月1日起施行。有效期限为十年。", "2030-01-01"),
        ("本规定有效期５年，自2020年1月1日起施行。", "2025-01-01"),
        ("本规定的有效期自施行之日起两年。", "2022-01-01"),
        ("本规定有效期自印发之日起两年。", "2021-12-20"),
    ],
)
def test_a_term_is_read_in_every_form(text: str, ends: str) -> None:
    assert term_in_text(["第一条内容。", text], [MADE], SINCE, START) == Term(day(ends))


@pytest.mark.parametrize(
    "text",
    [
        "本办法自2020年1月1日起施行。",
        "资质证书有效期为5年。",
        "本法自2007年1月1日起施行。本法施行前签发的护照在有效期内继续有效。",
        "非经注明，签证自签发之日起生效，于有效期满当日失效。",
        "本办法有效期届满前，由主管部门评估。",
    ],
)
def test_the_term_of_a_permit_is_not_that_of_the_text(text: str) -> None:
    assert term_in_text([text], [MADE], SINCE, START) == Term()


@pytest.mark.parametrize(
    ("text", "history", "start"),
    [
        ("本办法自2020年1月1日起施行，有效期至2024年2月30日。", MADE, START),
        ("本办法自2020年1月1日起施行，有效期至2010年1月1日。", MADE, START),
        ("本办法自2020年1月1日起施行，有效期至2024年12月。", MADE, START),
        ("本办法自2020年1月1日起施行，有效期5年6个月。", MADE, START),
        ("本办法自2020年1月1日起施行，有效期零年。", MADE, START),
        ("本办法自2020年1月1日起施行，有效期千年。", MADE, START),
        ("本办法有效期五年。", MADE, Start()),
        ("本办法有效期五年。", AMENDED, Start(day("2021-03-01"), DateBasis.METADATA)),
        ("本办法自2020年1月1日起施行，有效期至9999年12月31日。", MADE, START),
    ],
)
def test_a_term_whose_end_cannot_be_told_is_never_guessed(
    text: str, history: str, start: Start
) -> None:
    assert term_in_text([text], [history], SINCE, start) == Term(unsure=True)


def test_years_that_begin_on_a_leap_day_end_on_the_first_of_march() -> None:
    start = Start(day("2020-02-29"), DateBasis.TEXT)
    term = term_in_text(["本办法有效期一年。"], [MADE], SINCE, start)
    assert term == Term(day("2021-03-01"))


# -- in the library


def trial(term: str, made: str = "2019年12月20日", begins: str = "2020年1月1日") -> str:
    return law_text(
        "示例办法", [f"甲。{made}", f"本办法自{begins}起施行，{term}。"], f"{made} 公布"
    )


def remarks(report: Report) -> list[str]:
    return [row.code for row in report.rows if row.state == RowState.REMARK]


@pytest.mark.django_db
def test_a_text_whose_term_ran_out_is_not_in_force() -> None:
    report = import_text(trial("有效期三年"))
    edition = Edition.objects.get()
    assert (edition.term_ends_on, edition.in_force_to) == (day("2023-01-01"), day("2023-01-01"))
    assert edition.validity_on(day("2022-12-31")) == Validity.IN_FORCE
    assert edition.validity_on(day("2023-01-01")) == Validity.ENDED
    assert not Edition.objects.in_force_on(timezone.localdate()).exists()
    assert remarks(report) == ["term_over"]


@pytest.mark.django_db
def test_a_term_that_cannot_be_told_is_remarked() -> None:
    report = import_text(trial("有效期至2999年12月"))
    assert remarks(report) == ["term"]
    assert Edition.objects.get().in_force_to is None


@pytest.mark.django_db
def test_a_second_import_changes_nothing_and_staff_have_the_last_word() -> None:
    import_text(trial("有效期三年"))
    again = import_text(trial("有效期三年"))
    assert again.count(RowState.UNCHANGED) == 1
    edition = Edition.objects.get()
    edition.term_ends_on, edition.basis = None, DateBasis.STAFF
    edition.save()
    arrange(edition.regulation_id)
    import_text(trial("有效期三年"))
    assert Edition.objects.in_force_on(timezone.localdate()).get() == edition


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("made", "begins", "ends"),
    [
        ("2022年6月1日", "2022年7月1日", "2022-07-01"),
        ("2024年6月1日", "2024年7月1日", "2023-01-01"),
    ],
)
def test_a_successor_ends_a_text_before_its_term_and_not_after(
    made: str, begins: str, ends: str
) -> None:
    import_text(trial("有效期三年"))
    import_text(trial("有效期五年", made, begins))
    assert Edition.objects.order_by("position")[0].in_force_to == day(ends)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("made", "end", "replaced"),
    [("2024-06-01", "2023-01-01", None), ("2022-06-01", None, "2022-06-01")],
)
def test_a_successor_of_unknown_first_day_leaves_a_term_that_was_over(
    made: str, end: str | None, replaced: str | None
) -> None:
    import_text(trial("有效期三年"))
    text = law_text("示例办法", ["乙。"], f"{made[:4]}年6月1日 修订")
    import_text(text)
    edition = Edition.objects.order_by("position")[0]
    assert edition.in_force_to == (day(end) if end else None)
    assert edition.replaced_on == (day(replaced) if replaced else None)
