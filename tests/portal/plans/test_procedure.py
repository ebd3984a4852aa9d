"""The procedure of a notice: who may take which step, in which state, and what is written down."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from portal.core.audit.models import AuditEvent
from portal.plans.enums import EventKind, VersionState
from portal.plans.errors import (
    ChangedMeanwhile,
    FrozenText,
    Incomplete,
    NotAllowed,
    NoticeError,
    WrongState,
)
from portal.plans.models import NoticeEvent, NoticeVersion
from portal.plans.procedure.decide import approve_version, return_version
from portal.plans.procedure.draft import announce_anew
from portal.plans.procedure.prolong import extend_version
from portal.plans.procedure.publish import close_due, publish_due, tick
from portal.plans.procedure.submit import submit_version
from portal.plans.procedure.withdraw import archive_version, withdraw_version
from portal.plans.statutory import load_national_periods
from tests.factories.notices import (
    COUNTY,
    FOREIGN_CITY,
    add_document,
    approver,
    draft,
    editor,
    in_days,
    make_official,
    published,
    published_in_the_past,
    registrar,
    submitted,
)

pytestmark = pytest.mark.django_db

ALL = ("draft_notice", "approve_notice", "administer_notice")


def test_from_draft_to_public():
    version = draft()
    assert not version.is_public
    version = submit_version(version, editor())
    assert version.state == VersionState.AWAITING_APPROVAL
    assert len(version.content_hash) == 64
    version = approve_version(version, approver())
    assert version.state == VersionState.PUBLISHED
    assert version.is_public
    assert version.opens_on == in_days(0)
    assert version.closes_on == in_days(10)
    kinds = list(NoticeEvent.objects.filter(version=version).values_list("kind", flat=True))
    assert kinds == ["created", "submitted", "approved", "published"]
    actions = AuditEvent.objects.filter(action__startswith="plans.").values_list(
        "action", flat=True
    )
    assert set(actions) >= {f"plans.{kind}" for kind in kinds}


class TestFourEyes:
    def test_the_author_may_not_approve_though_permitted(self):
        both = make_official("both", *ALL)
        version = draft()
        NoticeVersion.objects.filter(pk=version.pk).update(author=both)
        version = submit_version(NoticeVersion.objects.get(pk=version.pk), editor())
        with pytest.raises(NotAllowed, match="另一人"):
            approve_version(version, both)

    def test_who_submitted_may_not_approve(self):
        both = make_official("both", *ALL)
        version = submit_version(draft(), both)
        with pytest.raises(NotAllowed, match="另一人"):
            approve_version(version, both)
        assert approve_version(version, approver()).is_public

    def test_a_superuser_without_posting_may_not(self):
        root = User.objects.create_superuser("root")
        with pytest.raises(NotAllowed):
            approve_version(submitted(), root)


@pytest.mark.parametrize("region", [FOREIGN_CITY, COUNTY])
def test_officials_of_another_division_may_do_nothing(region):
    stranger = make_official("stranger", *ALL, region=region)
    waiting, public = submitted(), published()
    steps = [
        lambda: submit_version(draft(), stranger),
        lambda: approve_version(waiting, stranger),
        lambda: return_version(waiting, stranger, "理由"),
        lambda: extend_version(public, stranger, "理由", until=in_days(60)),
        lambda: withdraw_version(public, stranger, "理由"),
        lambda: announce_anew(public, stranger, "理由"),
    ]
    for step in steps:
        with pytest.raises(NotAllowed):
            step()


def test_the_city_keeps_its_counties_notices():
    version = submitted(region=COUNTY)
    assert approve_version(version, approver()).is_public


@pytest.mark.parametrize(
    ("person", "step"),
    [
        (approver, submit_version),
        (editor, lambda version, by: approve_version(submit_version(version, editor()), by)),
    ],
)
def test_a_step_needs_its_own_permission(person, step):
    with pytest.raises(NotAllowed):
        step(draft(), person())


class TestAtItsMinute:
    def test_it_is_public_from_its_minute_on_without_a_worker(self, client: Client, monkeypatch):
        minute = timezone.now() + datetime.timedelta(minutes=5)
        version = approve_version(submitted(publish_at=minute), approver())
        path = version.get_absolute_url()
        assert version.state == VersionState.APPROVED
        assert client.get(path).status_code == 404
        monkeypatch.setattr(timezone, "now", lambda: minute - datetime.timedelta(seconds=1))
        assert client.get(path).status_code == 404
        monkeypatch.setattr(timezone, "now", lambda: minute)
        assert client.get(path).status_code == 200
        assert version.title in client.get("/plans/").content.decode()

    def test_the_worker_writes_it_down_once(self):
        minute = timezone.now() + datetime.timedelta(minutes=5)
        version = approve_version(submitted(publish_at=minute), approver())
        assert publish_due(minute - datetime.timedelta(seconds=1)) == 0
        assert publish_due(minute) == 1
        assert publish_due(minute) == 0
        event = NoticeEvent.objects.get(version=version, kind=EventKind.PUBLISHED)
        assert event.at == minute

    def test_before_its_minute_it_can_still_go_back(self):
        minute = timezone.now() + datetime.timedelta(minutes=5)
        version = approve_version(submitted(publish_at=minute), approver())
        returned = return_version(version, approver(), "图件有误")
        assert returned.state == VersionState.RETURNED
        assert returned.closes_on is None
        returned.title = "改过的标题"
        returned.save()

    def test_after_its_minute_it_cannot(self):
        with pytest.raises(WrongState):
            return_version(published(), approver(), "理由")


class TestSubmission:
    def test_an_empty_notice_is_not_submitted(self):
        with pytest.raises(Incomplete, match="正文与文件"):
            submit_version(draft(body=[]), editor())
        version = draft(body=[])
        add_document(version)
        assert submit_version(version, editor()).state == VersionState.AWAITING_APPROVAL

    def test_a_kind_that_invites_objections_needs_a_period(self):
        with pytest.raises(Incomplete, match="公示期"):
            submit_version(draft(period_amount=None, period_unit=""), editor())

    @pytest.mark.parametrize(("days", "ok"), [(29, False), (30, True), (45, True)])
    def test_a_draft_plan_is_public_for_at_least_thirty_days(self, days, ok):
        version = draft(kind="draft_plan", period_amount=days)
        load_national_periods()
        if ok:
            assert submit_version(version, editor()).state == VersionState.AWAITING_APPROVAL
            return
        with pytest.raises(Incomplete, match="第二十六条"):
            submit_version(version, editor())

    def test_working_days_of_an_unknown_year_are_not_guessed(self):
        with pytest.raises(NoticeError, match="尚未导入"):
            submit_version(draft(period_unit="working"), editor())

    def test_somebody_elses_change_is_noticed(self):
        version = draft()
        with pytest.raises(ChangedMeanwhile):
            submit_version(version, editor(), edit_number=version.edit_number + 1)
        submit_version(version, editor(), edit_number=version.edit_number)

    def test_submitting_twice_is_refused(self):
        version = submitted()
        with pytest.raises(WrongState, match="待审批"):
            submit_version(version, editor())


def test_approving_twice_publishes_once():
    version = submitted()
    approve_version(version, approver())
    with pytest.raises(WrongState):
        approve_version(version, approver())
    assert NoticeEvent.objects.filter(version=version, kind=EventKind.PUBLISHED).count() == 1


def test_what_was_changed_behind_the_back_is_not_approved():
    from django.db import connection

    from portal.database import triggers
    from portal.plans.guards import GUARDS

    version = submitted()
    triggers.remove(connection, GUARDS)
    NoticeVersion.objects.filter(pk=version.pk).update(summary="悄悄改过")
    triggers.install(connection, GUARDS)
    with pytest.raises(FrozenText, match="校验值"):
        approve_version(NoticeVersion.objects.get(pk=version.pk), approver())


@pytest.mark.parametrize("reason", ["", "  "])
def test_going_back_and_withdrawing_need_a_reason(reason):
    with pytest.raises(Incomplete):
        return_version(submitted(), approver(), reason)
    with pytest.raises(Incomplete):
        withdraw_version(published(), registrar(), reason)


class TestAnnouncingAnew:
    def revise(self, version: NoticeVersion, **fields) -> NoticeVersion:
        fresh = announce_anew(version, registrar(), "根据意见修改")
        for name, value in fields.items():
            setattr(fresh, name, value)
        fresh.save()
        return approve_version(submit_version(fresh, registrar()), approver())

    def test_only_an_administrator_does_it(self):
        for person in (editor(), approver()):
            with pytest.raises(NotAllowed, match="管理员"):
                announce_anew(published(), person, "理由")

    def test_both_versions_stay_addressable_with_their_own_files(self, client: Client):
        version = draft(title="第一稿标题")
        old_file = add_document(version)
        first = approve_version(submit_version(version, editor()), approver())
        second = self.revise(first, title="第二稿标题")
        assert "第一稿标题" in client.get(first.get_absolute_url()).content.decode()
        newest = client.get(first.notice.get_absolute_url()).content.decode()
        assert "第二稿标题" in newest
        new_file = second.documents.get()
        assert new_file.sha256 == old_file.sha256
        assert new_file.file.path != old_file.file.path
        listed = client.get("/plans/").content.decode()
        assert "第二稿标题" in listed
        assert "第一稿标题" not in listed
        first.refresh_from_db()
        assert first.state == VersionState.CLOSED

    def test_what_changed_is_shown(self, client: Client):
        first = published(title="容积率2.0方案")
        second = self.revise(first, title="容积率2.5方案")
        text = client.get(f"{second.get_absolute_url()}changes/").content.decode()
        assert "<del>" in text
        assert "2.5" in text
        assert "根据意见修改" in text
        assert client.get(f"{first.get_absolute_url()}changes/").status_code == 404

    def test_a_later_version_never_ends_earlier(self):
        first = published(period_amount=40)
        second = self.revise(first, period_amount=10)
        assert second.closes_on == first.closes_on

    def test_there_is_one_version_in_work(self):
        version = published()
        announce_anew(version, registrar(), "理由")
        with pytest.raises(WrongState, match="尚未发布"):
            announce_anew(version, registrar(), "理由")


class TestWithdrawal:
    def test_a_tombstone_stays(self, client: Client):
        version = draft(title="撤回的内容")
        document = add_document(version)
        version = approve_version(submit_version(version, editor()), approver())
        withdraw_version(version, registrar(), "涉及不应公开的内容")
        for path in (version.get_absolute_url(), version.notice.get_absolute_url()):
            response = client.get(path)
            assert response.status_code == 410
            text = response.content.decode()
            assert "涉及不应公开的内容" in text
            assert "撤回的内容" not in text
        for path in (f"{version.get_absolute_url()}record.json", document.get_absolute_url()):
            assert client.get(path).status_code == 410
        assert "撤回的内容" not in client.get("/plans/").content.decode()

    def test_only_an_administrator_does_it(self):
        with pytest.raises(NotAllowed):
            withdraw_version(published(), approver(), "理由")


def test_the_clock_closes_what_is_over():
    over, running = published_in_the_past(11, period_amount=10), published(period_amount=10)
    tick()
    over.refresh_from_db()
    running.refresh_from_db()
    assert (over.state, running.state) == (VersionState.CLOSED, VersionState.PUBLISHED)
    assert close_due(in_days(0)) == 0
    archive_version(over, registrar())
    with pytest.raises(WrongState):
        archive_version(running, registrar())


def test_numbers_run_through_a_division_and_year():
    codes = [draft().notice.code, draft().notice.code, draft(region=COUNTY).notice.code]
    year = timezone.localdate().year
    assert codes == [f"990100-{year}-0001", f"990100-{year}-0002", f"{COUNTY}-{year}-0001"]
