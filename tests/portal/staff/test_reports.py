"""The reports on officials' work: what they count, who reads them, how the CSV opens."""

from __future__ import annotations

import csv
import io

import pytest
from django.utils import timezone

from portal.core.audit.models import AuditEvent
from portal.core.audit.record import record_event
from portal.plans.procedure.publish import close_due
from portal.staff.csv_file import csv_lines, safe_cell
from portal.staff.reports import REPORTS
from portal.staff.roles import ROLES
from tests.factories.notices import published_in_the_past
from tests.factories.officials import OfficialClient, official, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/staff/reports/"


@pytest.fixture
def auditor():
    return official("auditor", "audit_administrator")


def month() -> str:
    return timezone.localtime().strftime("%Y-%m")


def content(person, name: str) -> bytes:
    answer = signed_in(person).post(f"{PAGE}{name}.csv")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def table(person, name: str) -> list[list[str]]:
    text = content(person, name).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_actions_are_counted_by_month_person_and_kind(auditor, colleague):
    for _ in range(3):
        record_event("release.imported", actor=colleague, target=None)
    record_event("release.imported", actor=None, target=None)  # the system is no official
    rows = table(auditor, "actions")
    assert rows[0] == ["月份", "操作人", "操作", "次数"]
    assert [month(), "colleague示例（colleague）", "导入图层", "3"] in rows
    assert [row for row in rows[1:] if not row[1]] == []


def test_an_unknown_action_is_shown_as_it_is_written(auditor, colleague):
    record_event("thing.done", actor=colleague, target=None)
    assert [month(), "colleague示例（colleague）", "thing.done", "1"] in table(auditor, "actions")


def test_sign_ins_and_failures_are_counted_by_account(auditor, colleague):
    signed_in(colleague)
    for _ in range(2):
        record_event("sign_in.failed", actor=None, target=colleague)
    rows = table(auditor, "sign-ins")
    assert [month(), "colleague", "登录", "1"] in rows
    assert [month(), "colleague", "登录失败", "2"] in rows


def test_what_is_late_is_told_with_its_official(auditor, city):
    version = published_in_the_past(60, title="无人答复的草案", kind="draft_plan", region=city.code)
    close_due(timezone.localdate())
    official("keeper", "notice_administrator", region=city)
    rows = table(auditor, "late")
    found = [row for row in rows if version.title in row[2]]
    assert [row[:2] for row in found] == [["keeper示例", "逾期未办的公示"]]
    assert found[0][3].endswith("23:59")


def test_every_official_is_in_the_register_with_roles_and_last_action(auditor, colleague):
    colleague.is_active = False
    colleague.save()
    record_event("release.imported", actor=colleague, target=None)
    rows = {row[0]: row for row in table(auditor, "officials")[1:]}
    assert rows["colleague"][1:4] == ["colleague示例", "图层导入", "否"]
    assert rows["colleague"][4].startswith(timezone.localdate().isoformat())
    assert rows["auditor"][2:4] == ["审计管理员", "是"]


def test_the_page_shows_the_rows_that_the_csv_holds(auditor, colleague):
    record_event("release.imported", actor=colleague, target=None)
    html = signed_in(auditor).get(PAGE).content.decode()
    assert "导入图层" in html
    for report in REPORTS.values():
        if report.may(auditor):
            assert str(report.title) in html


def test_excel_knows_the_encoding_by_the_mark_at_the_beginning(auditor):
    answer = signed_in(auditor).post(f"{PAGE}actions.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="report-actions.csv"'
    assert "no-store" in answer["Cache-Control"]
    raw = b"".join(answer.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\xef\xbb\xbf") == 1
    assert raw.decode("utf-8-sig").startswith("月份,操作人")


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|'/C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "＝1+1",
        "＠SUM",
    ],
)
def test_what_a_spreadsheet_would_run_is_shown_as_text(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["王某", "a=b", "", 7, -3, None])
def test_everything_else_stays_as_it_is(value):
    assert safe_cell(value) == value


def test_a_name_that_is_a_formula_does_not_run(auditor):
    official("=cmd|'/C calc'!A0", "layer_importer")
    text = content(auditor, "officials").decode("utf-8-sig")
    assert "'=cmd|'/C calc'!A0" in text
    assert "\n=cmd" not in text


def test_quotes_commas_and_lines_stay_in_their_cell():
    lines = "".join(csv_lines(["甲"], [['a,"b"\nc']]))
    assert list(csv.reader(io.StringIO(lines, newline=""))) == [["\ufeff甲"], ['a,"b"\nc']]


def test_an_export_is_recorded(auditor):
    content(auditor, "late")
    event = AuditEvent.objects.head()
    assert (event.action, dict(event.facts)) == ("report.exported", {"report": "late"})
    assert event.actor_id == auditor.pk


def test_the_reports_on_officials_are_for_the_audit_administrator_alone(city):
    for role in ROLES:
        client = signed_in(official(role.code, role.code, region=city))
        for name in ("actions", "sign-ins", "late", "officials"):
            answer = client.post(f"{PAGE}{name}.csv")
            wanted = 200 if role.code == "audit_administrator" else 302
            assert answer.status_code == wanted, (role.code, name)
            if answer.streaming:
                list(answer.streaming_content)


def test_a_visitor_is_asked_to_sign_in():
    for answer in (OfficialClient().get(PAGE), OfficialClient().post(f"{PAGE}actions.csv")):
        assert answer["Location"].startswith("/admin/login/")


def test_an_export_is_no_link_and_no_unknown_report(auditor):
    client = signed_in(auditor)
    assert client.get(f"{PAGE}actions.csv").status_code == 405
    assert client.post(f"{PAGE}nothing.csv").status_code == 404


def test_many_events_take_no_more_queries(auditor, colleague, django_assert_num_queries):
    record_event("release.imported", actor=colleague, target=None)
    with django_assert_num_queries(1):
        list(REPORTS["actions"].rows(auditor))
    for _ in range(20):
        record_event("release.imported", actor=colleague, target=None)
    with django_assert_num_queries(1):
        list(REPORTS["actions"].rows(auditor))
