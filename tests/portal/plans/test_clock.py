"""Counting statutory periods: calendar days, working days with make-up days, the edges."""

from __future__ import annotations

import datetime

import chinese_calendar
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from portal.plans.clock import CountingRule
from portal.plans.enums import NoticeStatus, PeriodUnit
from portal.plans.errors import CalendarMissing, Incomplete, WrongState
from portal.plans.load_calendar import CALENDARS, read_year
from portal.plans.models import CalendarDay, NoticeVersion, WorkingDays
from portal.plans.procedure.prolong import extend_version
from tests.factories.notices import approver, in_days, published, published_in_the_past

CALENDAR, WORKING = PeriodUnit.CALENDAR_DAYS, PeriodUnit.WORKING_DAYS


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def never_asked(_day: datetime.date) -> bool:
    raise AssertionError("calendar days need no calendar")


@pytest.mark.parametrize(
    ("start", "days", "excluded", "last"),
    [
        ("2026-06-01", 30, True, "2026-07-01"),
        ("2026-06-01", 30, False, "2026-06-30"),
        ("2024-02-15", 14, True, "2024-02-29"),
        ("2024-02-15", 15, True, "2024-03-01"),
        ("2023-02-15", 14, True, "2023-03-01"),
        ("2026-12-15", 30, True, "2027-01-14"),
        ("2026-06-01", 1, True, "2026-06-02"),
        ("2026-06-01", 1, False, "2026-06-01"),
    ],
)
def test_calendar_days(start, days, excluded, last):
    assert CountingRule(days, CALENDAR, excluded).last_day(day(start), never_asked) == day(last)


@pytest.mark.django_db
class TestWorkingDays:
    @pytest.fixture(autouse=True)
    def calendars(self):
        call_command("load_calendar", verbosity=0)

    @pytest.mark.parametrize(
        ("start", "days", "last"),
        [
            # National Day 2025: off 1 to 8 October, Sunday 28 September and Saturday 11 October worked.
            ("2025-09-24", 20, "2025-10-28"),
            ("2025-09-26", 1, "2025-09-28"),
            ("2025-09-30", 1, "2025-10-09"),
            ("2025-10-10", 1, "2025-10-11"),
            # Spring Festival 2026: off 15 to 23 February, Saturdays 14 and 28 worked.
            ("2026-02-13", 2, "2026-02-24"),
            ("2026-02-27", 1, "2026-02-28"),
        ],
    )
    def test_holidays_and_make_up_days_count_as_announced(self, start, days, last):
        rule = CountingRule(days, WORKING)
        assert rule.last_day(day(start), WorkingDays()) == day(last)

    def test_twenty_working_days_agree_with_an_independent_calendar(self):
        """``chinese_calendar`` knows the same announcements; every start of two years is compared."""
        working = WorkingDays()
        start = day("2024-01-01")
        while start < day("2026-11-20"):
            counted, at = 0, start
            while counted < 20:
                at += datetime.timedelta(days=1)
                counted += chinese_calendar.is_workday(at)
            assert CountingRule(20, WORKING).last_day(start, working) == at
            start += datetime.timedelta(days=1)

    def test_an_end_on_a_day_off_moves_where_the_rule_says_so(self):
        start = day("2025-09-01")  # 30 days end on 1 October
        assert CountingRule(30, CALENDAR).last_day(start, WorkingDays()) == day("2025-10-01")
        moved = CountingRule(30, CALENDAR, ends_on_working_day=True)
        assert moved.last_day(start, WorkingDays()) == day("2025-10-09")

    def test_a_year_without_its_calendar_is_not_guessed(self):
        with pytest.raises(CalendarMissing, match="2031"):
            CountingRule(5, WORKING).last_day(day("2030-12-31"), WorkingDays())

    def test_importing_twice_changes_nothing(self, capsys):
        before = list(CalendarDay.objects.values())
        call_command("load_calendar")
        assert "unchanged" in capsys.readouterr().out
        assert list(CalendarDay.objects.values()) == before

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("day,kind,name\n", "第1行"),
            ("# 来源\nday,name\n", "第2行"),
            ("# 来源\nday,kind,name\n2026-13-01,off,元旦\n", "第3行"),
            ("# 来源\nday,kind,name\n2026-10-01,holiday,国庆节\n", "第3行"),
            ("# 来源\nday,kind,name\n2026-10-01,off,国庆节\n2026-10-01,off,国庆节\n", "第4行"),
            ("# 来源\nday,kind,name\n2026-10-03,off,国庆节\n", "周末"),
            ("# 来源\nday,kind,name\n2026-10-01,off,国庆节\n2027-10-01,off,国庆节\n", "一个年份"),
            ("# 来源\nday,kind,name\n", "一个年份"),
        ],
    )
    def test_a_wrong_table_is_refused_with_its_line(self, tmp_path, text, problem):
        before = list(CalendarDay.objects.values())
        path = tmp_path / "year.csv"
        path.write_text(text, "utf-8")
        with pytest.raises(CommandError, match=problem):
            call_command("load_calendar", str(path))
        assert list(CalendarDay.objects.values()) == before


def test_the_known_years_name_their_source():
    for path in CALENDARS.glob("*.csv"):
        table = read_year(path)
        assert path.stem == str(table.year)
        assert "国办发" in table.source


@pytest.mark.parametrize(
    ("utc", "status"),
    [
        ("2026-07-01T15:59:59+00:00", NoticeStatus.OPEN),  # 23:59:59 in Shanghai
        ("2026-07-01T16:00:00+00:00", NoticeStatus.CLOSED),  # midnight: 2 July
        ("2026-05-31T15:59:59+00:00", NoticeStatus.UPCOMING),
        ("2026-05-31T16:00:00+00:00", NoticeStatus.OPEN),
    ],
)
def test_a_day_ends_at_midnight_in_shanghai(monkeypatch, utc, status):
    moment = datetime.datetime.fromisoformat(utc)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    version = NoticeVersion(opens_on=day("2026-06-01"), closes_on=day("2026-07-01"))
    assert version.status == status


@pytest.mark.django_db
class TestExtension:
    def test_the_clock_lengthens_before_the_end(self):
        version = published(period_amount=10)
        assert version.closes_on == in_days(10)
        extended = extend_version(version, approver(), "材料补充", until=in_days(15))
        assert extended.closes_on == in_days(15)
        assert extended.first_closes_on == in_days(10)

    def test_on_the_last_day_it_still_can(self):
        version = published_in_the_past(10, period_amount=10)
        assert version.days_left == 0
        assert extend_version(version, approver(), "理由", until=in_days(1)).closes_on == in_days(1)

    def test_after_the_end_it_is_refused(self):
        version = published_in_the_past(11, period_amount=10)
        with pytest.raises(WrongState, match="不能再延长"):
            extend_version(version, approver(), "理由", until=in_days(5))

    @pytest.mark.parametrize("until", [-1, 5, 10])
    def test_it_never_shortens(self, until):
        version = published(period_amount=10)
        with pytest.raises(Incomplete, match="须晚于"):
            extend_version(version, approver(), "理由", until=in_days(until))
        version.refresh_from_db()
        assert version.closes_on == in_days(10)

    def test_an_event_starts_the_count_anew_and_the_later_end_holds(self):
        version = published(period_amount=10)
        extended = extend_version(version, approver(), "补充图件", event_on=in_days(3))
        assert extended.closes_on == in_days(13)
        with pytest.raises(Incomplete):
            extend_version(extended, approver(), "理由", event_on=in_days(1))

    def test_it_needs_a_reason(self):
        with pytest.raises(Incomplete, match="理由"):
            extend_version(published(), approver(), "  ", until=in_days(40))
