"""The audit administrator's pages: the filter, paging, one event, the export."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.utils import timezone

from portal.core.audit.guards import GUARDS
from portal.core.audit.models import AuditEvent
from portal.core.audit.record import Target, record_event
from portal.database import triggers
from portal.staff.audit_filter import PAGE_SIZE, AuditFilter
from tests.factories.audit import anchors_at_once
from tests.factories.officials import official, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/staff/audit/"


@pytest.fixture
def auditor():
    return official("auditor", "audit_administrator")


@pytest.fixture
def client(auditor):
    return signed_in(auditor)


@pytest.fixture
def events(colleague):
    """An event of each kind that the filter tells apart."""
    return {
        "import": record_event(
            "release.imported", actor=colleague, target=Target("x.y", "1", "用地现状图")
        ),
        "system": record_event("release.audited", actor=None, target=Target("x.y", "2", "边界")),
    }


def found(**query: str) -> set[str]:
    return {event.action for event in AuditFilter(query).events()}


def exported(client, **query: str) -> list[list[str]]:
    answer = client.post(f"{PAGE}export/", query)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def at_noon(days: int):
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    return noon + timedelta(days=days)


def test_the_newest_event_comes_first(events):
    numbers = [event.sequence for event in AuditFilter({}).events()]
    assert numbers == sorted(numbers, reverse=True)


def test_by_person_action_and_object(events):
    assert found(person="colleague示例") == {"release.imported"}
    assert found(action="release.") == {"release.imported", "release.audited"}
    assert found(target="现状") == {"release.imported"}
    assert found(person="colleague", target="边界") == set()


def test_wild_cards_are_plain_text(events):
    assert found(target="%") == found(person="_") == set()


def test_both_days_are_counted(colleague):
    for days in (-2, -1, 0):
        with patch.object(timezone, "now", return_value=at_noon(days)):
            record_event(f"day{days}", actor=None, target=None)
    yesterday = str(at_noon(-1).date())
    assert found(action="day", since=yesterday) == {"day-1", "day0"}
    assert found(action="day", until=yesterday) == {"day-2", "day-1"}
    assert found(action="day", since=yesterday, until=yesterday) == {"day-1"}


def test_pages_lead_on_with_the_filter_kept(client):
    for number in range(PAGE_SIZE + 3):
        record_event("bulk.done", actor=None, target=Target("x.y", str(number), f"第{number}项"))
    answer = client.get(PAGE, {"action": "bulk."})
    assert len(answer.context["events"]) == PAGE_SIZE
    following = answer.context["following"]
    assert f"?action=bulk.&amp;before={following}" in answer.content.decode()
    rest = client.get(PAGE, {"action": "bulk.", "before": following})
    assert len(rest.context["events"]) == 3
    assert rest.context["following"] is None


def test_a_page_costs_the_same_however_many_events(client, django_assert_max_num_queries):
    for _ in range(40):
        record_event("bulk.done", actor=None, target=None)
    client.get(PAGE)
    with django_assert_max_num_queries(20):
        client.get(PAGE)


@pytest.mark.parametrize(
    "query",
    [
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"since": "x"},
        {"before": "9" * 30},
        {"before": "-1"},
        {"person": "a\0b"},
    ],
)
def test_nonsense_is_no_error_of_the_server(client, query):
    assert client.get(PAGE, query).status_code == 200


def test_one_event_tells_its_facts_and_whether_it_is_sound(client, events):
    address = f"{PAGE}{events['import'].sequence}/"
    assert client.get(address).context["sound"]
    triggers.remove(connection, GUARDS)
    AuditEvent.objects.filter(pk=events["import"].pk).update(actor_name="其他人")
    assert not client.get(address).context["sound"]
    assert client.get(f"{PAGE}999999/").status_code == 404


class TestExport:
    def test_holds_what_was_asked_for(self, client, events, colleague):
        header, row = exported(client, action="release.imported")
        assert header[:5] == ["序号", "时间", "操作人", "来源地址", "操作"]
        event = events["import"]
        assert row[0] == str(event.sequence)
        assert row[2:8] == [
            "colleague示例（colleague）", "", "release.imported", "x.y", "1", "用地现状图",
        ]  # fmt: skip
        assert row[-1] == event.hash

    def test_is_an_event_with_its_filter(self, client, auditor, events):
        exported(client, target="边界")
        event = AuditEvent.objects.head()
        assert (event.action, event.actor_id) == ("audit.exported", auditor.pk)
        assert event.facts["filter"] == {"target": "边界"}

    def test_does_not_hold_itself(self, client, events):
        assert "audit.exported" not in {row[4] for row in exported(client)}

    def test_a_formula_is_text(self, client):
        record_event("x.y", actor=None, target=Target("x.y", "1", "=cmd|'/C calc'!A0"))
        assert exported(client, action="x.y")[1][7] == "'=cmd|'/C calc'!A0"

    def test_a_wrong_filter_takes_nothing_out(self, client, events):
        answer = client.post(f"{PAGE}export/", {"since": "昨天"})
        assert answer.status_code == 422
        assert "输入一个有效的日期" in answer.content.decode()
        assert AuditEvent.objects.head().action != "audit.exported"

    def test_reading_is_not_exporting(self, events):
        reader = official(
            "reader", permissions=("audit.view_auditevent", "wagtailadmin.access_admin")
        )
        assert signed_in(reader).get(PAGE).status_code == 200
        assert "audit/export" not in signed_in(reader).get(PAGE).content.decode()
        assert signed_in(reader).post(f"{PAGE}export/").status_code == 302
        assert AuditEvent.objects.head().action != "audit.exported"


def test_verifying_by_the_page_is_an_event(client, settings, tmp_path):
    settings.AUDIT_ANCHORS = tmp_path / "anchors.jsonl"
    with anchors_at_once():
        record_event("staff.tested", actor=None, target=None)
        assert "日志完好" in client.post(f"{PAGE}verify/").content.decode()
    assert AuditEvent.objects.head().action == "audit.verified"
