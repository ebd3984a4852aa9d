"""The report on messages: counts by month and form, the median, what is late, who reads what."""

from __future__ import annotations

import csv
import datetime
import io

import pytest
from django.utils import timezone

from portal.feedback.deadline import WorkingDayCount, due_on, is_weekday
from portal.feedback.enums import Kind, State
from portal.feedback.report import messages_by_month
from portal.staff.enums import Column
from tests.factories.officials import official, signed_in
from tests.portal.feedback.conftest import make_message, make_official
from tests.portal.sites import make_division

PAGE = "/admin/staff/reports/"
EXPORT = f"{PAGE}messages.csv"


@pytest.fixture
def province():
    return make_division("990000", "示例省")


@pytest.fixture
def city(province):
    return make_division("990100", "示例市", province)


@pytest.fixture
def auditor():
    return official("auditor", "audit_administrator")


@pytest.fixture(autouse=True)
def _weekdays_work(settings):
    settings.FEEDBACK_WORKING_DAY_RULE = f"{__name__}.weekday_rule"


def weekday_rule():
    return is_weekday


def on(day: str) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.fromisoformat(f"{day}T10:00"))


def came(day: str, due: str, region=None, *, closed: str = "", state: str = "", **fields):
    """A message that came on a day; with ``closed`` it was answered then."""
    if closed:
        fields |= {"closed_at": on(closed), "answer": "答", "state": state or State.ANSWERED}
    due_on = datetime.date.fromisoformat(due)
    return make_message(region, received_at=on(day), due_on=due_on, **fields)


def test_counts_median_and_what_is_late(auditor):
    came("2026-03-02", "2026-03-23", closed="2026-03-03")  # one working day
    came("2026-03-06", "2026-03-27", closed="2026-03-09")  # one, over a weekend
    came("2026-03-02", "2026-03-05", closed="2026-03-10")  # six, late
    came("2026-03-02", "2026-03-05", closed="2026-03-06", state=State.DISMISSED)  # late
    came("2026-03-31", "2026-04-21")  # open, long past its day
    came("2026-03-31", "2999-01-01")  # open, with time left
    (row,) = messages_by_month(auditor)
    assert row == ("2026-03", "联系我们", 6, 3, 1, 2, "1", 3)


def test_the_median_of_an_even_number_lies_between_and_of_none_is_empty(auditor):
    came("2026-03-02", "2026-03-23", closed="2026-03-02")
    came("2026-03-02", "2026-03-23", closed="2026-03-03")
    came("2026-02-02", "2999-01-01")
    assert [row[6] for row in messages_by_month(auditor)] == ["0.5", ""]


def test_the_newest_month_comes_first_and_forms_stand_apart(auditor):
    for day in ("2025-12-30", "2026-01-05"):
        for kind in (Kind.ERROR, Kind.CONTACT):
            came(day, "2999-01-01", kind=kind)
    rows = [row[:2] for row in messages_by_month(auditor)]
    assert rows == [
        ("2026-01", "联系我们"), ("2026-01", "网站找错"),
        ("2025-12", "联系我们"), ("2025-12", "网站找错"),
    ]  # fmt: skip


def test_a_month_begins_on_the_local_clock(auditor):
    make_message(received_at=datetime.datetime(2026, 3, 31, 17, tzinfo=datetime.UTC))
    assert [row[0] for row in messages_by_month(auditor)] == ["2026-04"]


def test_the_last_day_itself_is_in_time(auditor):
    came("2026-03-02", "2026-03-05", closed="2026-03-05")
    make_message(due_on=timezone.localdate())
    assert [row[7] for row in messages_by_month(auditor)] == [0, 0]


def test_a_handler_reads_the_own_divisions_and_the_audit_administrator_all(province, city, auditor):
    came("2026-03-02", "2999-01-01", city)
    came("2026-03-02", "2999-01-01", province)
    assert [row[2] for row in messages_by_month(make_official("zhang", city))] == [1]
    assert [row[2] for row in messages_by_month(make_official("li", province))] == [2]
    assert [row[2] for row in messages_by_month(auditor)] == [2]


def test_a_handler_finds_the_report_in_the_menu_and_no_other_one(city):
    person = official("zhang", "message_handler", region=city)
    client = signed_in(person)
    assert PAGE in client.get("/admin/").content.decode()
    html = client.get(PAGE).content.decode()
    assert "留言办理情况（按月）" in html
    for other in ("工作量（按月）", "登录情况（按月）", "逾期事项", "工作人员名册"):
        assert other not in html
    for name in ("actions", "sign-ins", "late", "officials"):
        assert client.post(f"{PAGE}{name}.csv").status_code == 302


def test_who_answers_no_messages_reads_no_report(city):
    people = [
        official("nowhere", "message_handler"),
        official("other", "message_handler", region=city, column=Column.POLICIES),
        official("approver", "notice_approver", region=city),
    ]
    for person in people:
        client = signed_in(person)
        assert client.get(PAGE).status_code == 302
        assert client.post(EXPORT).status_code == 302


def test_as_csv(city, auditor):
    came("2026-03-02", "2026-03-05", city, closed="2026-03-10")
    for person in (auditor, official("zhang", "message_handler", region=city)):
        answer = signed_in(person).post(EXPORT)
        raw = b"".join(answer.streaming_content)
        assert raw.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
        assert rows[0][0] == "收到月份"
        assert rows[0][6] == "答复用时中位数（工作日）"
        assert rows[1] == ["2026-03", "联系我们", "1", "1", "0", "0", "6", "1"]


def test_many_messages_take_no_more_queries(auditor, django_assert_num_queries):
    came("2026-03-02", "2026-03-05", closed="2026-03-10")
    auditor.get_all_permissions()
    with django_assert_num_queries(1):
        list(messages_by_month(auditor))
    for _ in range(20):
        came("2026-03-02", "2026-03-05", closed="2026-03-10")
    with django_assert_num_queries(1):
        list(messages_by_month(auditor))


def test_days_are_counted_as_the_deadline_counts_them():
    friday = datetime.date(2026, 3, 6)
    count = WorkingDayCount(is_weekday)
    assert [count.between(friday, due_on(friday, n, is_weekday)) for n in (1, 5, 15)] == [1, 5, 15]
    assert count.between(friday, friday) == 0


def test_a_year_without_a_calendar_counts_weekdays():
    def unknown(_day: datetime.date) -> bool:
        raise LookupError("no calendar")

    assert (
        WorkingDayCount(unknown).between(datetime.date(2026, 3, 6), datetime.date(2026, 3, 9)) == 1
    )
