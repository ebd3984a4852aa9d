"""What officials see of the nightly verification: green, red, or not checked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from portal.core.audit.guards import GUARDS
from portal.core.audit.models import AuditEvent
from portal.core.audit.record import record_event
from portal.core.integrity import tick
from portal.core.integrity.models import IntegrityCheck
from portal.database import triggers
from portal.plans.procedure.decide import approve_version
from portal.plans.procedure.submit import submit_version
from portal.plans.staff.integrity_panel import NoticesIntegrityPanel
from portal.staff.audit_standing import AuditChainPanel
from portal.staff.dashboard import dashboard_for
from portal.staff.roles import ROLES
from tests.factories.audit import anchors_at_once
from tests.factories.notices import add_document, draft, published
from tests.factories.notices import approver as notice_approver
from tests.factories.officials import official, signed_in

pytestmark = pytest.mark.django_db
HOME = "/admin/"


@pytest.fixture(autouse=True)
def _anchors(settings, tmp_path):
    settings.AUDIT_ANCHORS = tmp_path / "anchors.jsonl"
    settings.MEDIA_ROOT = tmp_path / "media"
    with anchors_at_once():
        yield


@pytest.fixture
def auditor():
    return official("auditor", "audit_administrator")


def states(panel, person) -> list[str]:
    return [row.state.value for row in panel.rows(person)]


def break_chain() -> None:
    record_event("staff.tested", actor=None, target=None)
    triggers.remove(connection, GUARDS)
    AuditEvent.objects.filter(sequence=1).update(actor_name="somebody else")


def test_only_the_audit_administrator_is_told_of_the_log():
    told = {role.code for role in ROLES if AuditChainPanel().rows(official(role.code, role.code))}
    assert told == {"audit_administrator"}


def test_only_who_decides_on_notices_is_told_of_them(city):
    told = {
        role.code
        for role in ROLES
        if NoticesIntegrityPanel().rows(official(role.code, role.code, region=city))
    }
    assert told == {"notice_approver", "notice_administrator"}


def test_an_approver_without_a_posting_is_told_nothing():
    assert NoticesIntegrityPanel().rows(official("approver", "notice_approver")) == []


def test_never_verified_is_not_checked(auditor):
    (row,) = AuditChainPanel().rows(auditor)
    assert (row.state.value, row.title) == ("unchecked", "未检查：审计日志")
    assert "从未核验" in row.note
    assert "portal_worker" in row.note


def test_switched_off_says_so(auditor, settings):
    settings.VERIFY_AUDIT_AT = None
    assert "自动核验未启用" in AuditChainPanel().rows(auditor)[0].note


def test_sound_is_green_with_its_time(auditor):
    tick.tick()
    html = signed_in(auditor).get(HOME).content.decode()
    at = timezone.localtime(IntegrityCheck.objects.of("audit").first().finished_at)
    assert f"核验于{at:%Y-%m-%d %H:%M}" in html
    assert "dashboard__row--sound" in html


def test_sound_but_old_is_not_checked_any_more(auditor):
    tick.tick()
    IntegrityCheck.objects.update(finished_at=timezone.now() - timedelta(hours=27))
    (row,) = AuditChainPanel().rows(auditor)
    assert row.state == "unchecked"
    assert "最近一次核验：" in row.note


def test_a_broken_chain_is_an_incident_with_what_where_and_how_to_mend(auditor):
    break_chain()
    tick.tick()
    client = signed_in(auditor)
    for page in (HOME, "/admin/staff/audit/"):
        html = client.get(page).content.decode()
        assert "dashboard__row--incident" in html
        assert "审计日志核验发现1处差异" in html
        assert "第 1 条的内容与其摘要不符" in html
        assert "保留现场并报告" in html
        assert "dashboard__row--sound" not in html


def test_an_incident_stands_above_everything_else(auditor):
    break_chain()
    tick.tick()
    auditor.credential.changed_at = timezone.now() - timedelta(days=89)
    auditor.credential.save()
    panels = dashboard_for(auditor).panels
    assert [str(panel.title) for panel in panels] == ["审计日志核验", "我的账号"]


def test_a_verification_that_broke_off_is_not_checked(auditor, settings):
    Path(settings.AUDIT_ANCHORS).unlink()
    Path(settings.AUDIT_ANCHORS).mkdir()
    tick.tick()
    (row,) = AuditChainPanel().rows(auditor)
    assert row.state == "unchecked"
    assert "的核验中断（IsADirectoryError）" in row.note


def test_verifying_by_hand_ends_the_incident(auditor):
    break_chain()
    tick.tick()
    AuditEvent.objects.filter(sequence=1).update(actor_name="")
    signed_in(auditor).post("/admin/staff/audit/verify/")
    assert states(AuditChainPanel(), auditor) == ["sound"]


class TestNotices:
    @pytest.fixture
    def approver(self, city):
        return official("approver", "notice_approver", region=city)

    @pytest.fixture
    def spoilt(self, city):
        """A published notice of the city, one file of which has lost its last byte."""
        version = draft(region=city.code)
        add_document(version)
        version = approve_version(
            submit_version(version, version.author), notice_approver(city.code)
        )
        path = Path(version.documents.get().file.path)
        path.write_bytes(path.read_bytes()[:-1])
        return version

    def test_sound(self, approver, city):
        published(region=city.code)
        tick.tick()
        (row,) = NoticesIntegrityPanel().rows(approver)
        assert row.state == "sound"
        assert row.title.startswith("公示的文本与文件完好：1项")

    def test_a_difference_names_the_notice_and_leads_to_it(self, approver, spoilt):
        tick.tick()
        head, finding = NoticesIntegrityPanel().rows(approver)
        assert "发现1处差异" in head.title
        assert "verify_notices" in head.note
        assert spoilt.title in finding.title
        assert "文件与校验值不符" in finding.title
        assert finding.url == reverse("notices_staff:detail", args=[spoilt.pk])
        assert signed_in(approver).get(finding.url).status_code == 200

    def test_elsewhere_only_the_count_is_told(self, spoilt, elsewhere):
        tick.tick()
        rows = NoticesIntegrityPanel().rows(official("far", "notice_approver", region=elsewhere))
        assert [row.state.value for row in rows] == ["incident", "incident"]
        assert spoilt.title not in "".join(row.title for row in rows)
        assert "1处" in rows[1].title

    def test_in_english(self, approver, spoilt):
        tick.tick()
        with override("en"):
            head, finding = NoticesIntegrityPanel().rows(approver)
            assert head.title.startswith("Texts and files of notices: 1 differences")
            assert "the file does not fit its hash" in finding.title
