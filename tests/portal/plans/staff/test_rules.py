"""Periods and calendars in the admin."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.core.audit.models import AuditEvent
from portal.plans.models import CalendarDay, CalendarYear, StatutoryPeriod
from tests.factories.notices import COUNTY, make_region, registrar
from tests.factories.officials import signed_in

pytestmark = pytest.mark.django_db

CALENDARS = "/admin/notices/calendars/"
TABLE = "# 示例办发〔2026〕1号\nday,kind,name\n2027-01-01,off,元旦\n2027-01-03,work,元旦\n"


@pytest.fixture
def desk() -> Client:
    return signed_in(registrar())


def upload(desk: Client, text: str, name: str = "2027.csv"):
    return desk.post(CALENDARS, {"table": SimpleUploadedFile(name, text.encode())}, follow=True)


def test_a_year_is_imported_once(desk: Client) -> None:
    assert "已导入2027年的放假安排（2天）" in upload(desk, TABLE).content.decode()
    assert CalendarYear.objects.get().source == "示例办发〔2026〕1号"
    assert CalendarDay.objects.count() == 2
    assert "没有更改" in upload(desk, TABLE).content.decode()
    assert AuditEvent.objects.filter(action="plans.calendar_imported").count() == 1
    assert "元旦" in desk.get(f"{CALENDARS}2027/").content.decode()


def test_a_county_does_not_change_the_days_of_the_whole_installation(desk: Client) -> None:
    county = signed_in(registrar(COUNTY))
    upload(county, TABLE)
    assert not CalendarYear.objects.exists()
    page = county.get(CALENDARS).content.decode()
    assert "任职地区层级最高" in page
    assert 'type="file"' not in page
    upload(desk, TABLE)
    assert CalendarYear.objects.exists()


@pytest.mark.parametrize(
    ("row", "told"),
    [("2027-01-01,off," + "元" * 41, "第3行"), ("2027-01-01,off,元旦", "第1行")],
)
def test_names_longer_than_their_column_are_refused(desk: Client, row: str, told: str) -> None:
    source = "来" * (201 if told == "第1行" else 5)
    text = upload(desk, f"# {source}\nday,kind,name\n{row}\n").content.decode()
    assert told in text
    assert not CalendarYear.objects.exists()


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (TABLE.replace("2027-01-03", "2027-01-05"), "第4行"),
        (TABLE.replace("off", "holiday"), "第3行"),
        ("day,kind,name\n", "首行须以#开头"),
        ("", "提交的是空文件"),
    ],
)
def test_a_wrong_table_changes_nothing_and_names_the_line(
    desk: Client, table: str, told: str
) -> None:
    answer = upload(desk, table)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not CalendarYear.objects.exists()


def test_a_period_is_added_and_changed_with_its_trace(desk: Client) -> None:
    make_region()
    form = {
        "kind": "hearing",
        "region": "990100",
        "amount": "7",
        "unit": "calendar",
        "excludes_first_day": "on",
        "basis": "《示例办法》第二条",
    }
    assert "已保存" in desk.post("/admin/notices/periods/new/", form, follow=True).content.decode()
    period = StatutoryPeriod.objects.get()
    desk.post(f"/admin/notices/periods/{period.pk}/", form | {"amount": "10"})
    assert StatutoryPeriod.objects.get().amount == 10
    changed = AuditEvent.objects.get(action="plans.period_changed")
    assert changed.facts["fields"] == ["amount"]


@pytest.mark.parametrize(
    "wrong",
    [{"amount": "0"}, {"region": "990200"}, {"valid_from": "2026-02-01", "valid_to": "2026-01-01"}],
)
def test_a_wrong_period_is_refused(desk: Client, wrong: dict[str, str]) -> None:
    make_region("990200")
    form = {"kind": "hearing", "region": "990100", "amount": "7", "unit": "calendar", "basis": "法"}
    assert desk.post("/admin/notices/periods/new/", form | wrong).status_code == 422
    assert not StatutoryPeriod.objects.exists()
