"""What of the notices stands on an official's dashboard."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from portal.plans.models import Notice, NoticeVersion
from portal.plans.procedure.decide import approve_version, return_version
from portal.plans.procedure.edit import editing
from portal.plans.procedure.publish import close_due
from portal.plans.procedure.submit import submit_version
from portal.plans.staff.dashboard_panels import (
    DecisionsPanel,
    EndsPanel,
    OverduePanel,
    WorkPanel,
)
from portal.staff.dashboard import RowState
from tests.factories.notices import (
    FOREIGN_CITY,
    approver,
    draft,
    editor,
    make_official,
    published,
    published_in_the_past,
    registrar,
    submitted,
)
from tests.factories.officials import signed_in

pytestmark = pytest.mark.django_db


def titles(panel, person) -> list[str]:
    return [row.title for row in panel.rows(person)]


def test_the_approver_sees_what_waits_and_the_author_does_not() -> None:
    submitted(title="待批的")
    submitted(title="外市的", region=FOREIGN_CITY)
    assert titles(DecisionsPanel(), approver()) == ["待批的"]
    assert titles(DecisionsPanel(), editor()) == []
    assert "待批的" in signed_in(approver()).get("/admin/").content.decode()


def test_who_changed_a_text_is_not_asked_to_decide_on_it() -> None:
    both = make_official("改过的人", "draft_notice", "approve_notice")
    version = draft(title="改过的")
    with editing(version, both, edit_number=version.edit_number) as (_row, changed):
        changed.append("title")
    version.refresh_from_db()
    submit_version(version, editor())
    assert titles(DecisionsPanel(), both) == []
    assert titles(DecisionsPanel(), approver()) == ["改过的"]


def test_a_decision_whose_minute_has_gone_is_late() -> None:
    submitted(publish_at=timezone.now() - datetime.timedelta(hours=1))
    (row,) = DecisionsPanel().rows(approver())
    assert row.state == RowState.LATE


def test_drafts_and_what_came_back() -> None:
    draft(title="草稿")
    return_version(submitted(title="退回的"), approver(), "补充")
    assert set(titles(WorkPanel(), editor())) == {"起草中：草稿", "已退回：退回的"}
    assert titles(WorkPanel(), registrar()) == []


def test_what_ends_within_five_days() -> None:
    published(title="三天", period_amount=3)
    published(title="二十天", period_amount=20)
    assert titles(EndsPanel(), registrar()) == ["三天"]


def test_an_approved_version_that_nobody_published_is_late() -> None:
    version = submitted(title="没发布的", publish_at=timezone.now() + datetime.timedelta(hours=1))
    approve_version(version, approver())
    assert titles(OverduePanel(), editor()) == []
    moved = datetime.timedelta(hours=2)
    from unittest import mock

    with mock.patch("django.utils.timezone.now", return_value=timezone.now() + moved):
        assert titles(OverduePanel(), editor()) == ["已批准但未按时发布：没发布的"]


def test_a_period_without_a_result_of_the_opinions_is_late_until_it_is_published() -> None:
    over = published_in_the_past(60, title="草案", period_amount=20, kind="draft_plan")
    published_in_the_past(25, title="刚结束的", period_amount=20, kind="draft_plan")
    close_due(timezone.localdate())
    assert titles(OverduePanel(), editor()) == ["期满未公布意见采纳情况：草案"]
    answer = draft(kind="opinions_result", period_amount=None, period_unit="")
    Notice.objects.filter(pk=answer.notice_id).update(follows=over.notice)
    answer = NoticeVersion.objects.get(pk=answer.pk)
    approve_version(submit_version(answer, editor()), approver())
    assert titles(OverduePanel(), editor()) == []


def test_who_keeps_no_notices_sees_nothing() -> None:
    from tests.factories.notices import make_official

    draft()
    submitted()
    for panel in (DecisionsPanel(), WorkPanel(), EndsPanel(), OverduePanel()):
        assert panel.rows(make_official("clerk")) == []
