"""The procedure through the staff pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from portal.plans.models import Notice, NoticeEvent, NoticeVersion
from tests.factories.notices import (
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
from tests.factories.officials import signed_in

pytestmark = pytest.mark.django_db


def take(person: User, version: NoticeVersion, step: str, **values: Any) -> str:
    """POST a step as the page does; returns the text of the page that follows."""
    client = signed_in(person)
    values.setdefault("edit_number", NoticeVersion.objects.get(pk=version.pk).edit_number)
    url = reverse("notices_staff:step", args=[version.pk, step])
    return client.post(url, values, follow=True).content.decode()


def state(version: NoticeVersion) -> str:
    return NoticeVersion.objects.get(pk=version.pk).state


def test_from_draft_to_publication() -> None:
    version = draft()
    assert "已提交" in take(editor(), version, "submit")
    assert "已审批通过" in take(approver(), version, "approve")
    assert state(version) == "published"


def test_two_clicks_on_submit_are_one_submission() -> None:
    version = draft()
    number = version.edit_number
    take(editor(), version, "submit", edit_number=number)
    text = take(editor(), version, "submit", edit_number=number)
    assert "其他人" not in text
    assert NoticeEvent.objects.filter(version=version, kind="submitted").count() == 1


def test_nobody_approves_his_own_text() -> None:
    both = make_official("编辑990100", "draft_notice", "approve_notice")
    version = submitted()
    assert "请由另一人审批" in take(both, version, "approve")
    assert state(version) == "awaiting"


def test_an_approval_of_what_was_seen_only() -> None:
    version = submitted()
    text = take(approver(), version, "approve", edit_number=version.edit_number - 1)
    assert "其他人刚刚更改了这一版本" in text
    assert state(version) == "awaiting"


def test_a_return_needs_a_reason_and_shows_it_to_the_author() -> None:
    version = submitted()
    assert "请填写理由" in take(approver(), version, "return", reason=" ")
    take(approver(), version, "return", reason="请补充总平面图")
    client = signed_in(editor())
    page = client.get(reverse("notices_staff:detail", args=[version.pk])).content.decode()
    assert "请补充总平面图" in page


def test_extension_by_day_and_by_event() -> None:
    version = published(period_amount=10)
    assert "二者填一项" in take(approver(), version, "extend", reason="补充文件")
    late = in_days(20)
    assert "已延长" in take(approver(), version, "extend", reason="补充文件", until=late)
    assert NoticeVersion.objects.get(pk=version.pk).closes_on == late
    early = take(approver(), version, "extend", reason="缩短", until=in_days(12))
    assert "新的截止日须晚于" in early
    take(approver(), version, "extend", reason="又补充", event_on=in_days(15))
    assert NoticeVersion.objects.get(pk=version.pk).closes_on == in_days(25)


def test_a_period_that_is_over_cannot_be_extended() -> None:
    version = published_in_the_past(20, period_amount=10)
    assert "请重新公告" in take(approver(), version, "extend", reason="太晚", until=in_days(5))


def test_a_new_version_is_begun_by_the_administrator() -> None:
    version = published()
    assert "只有公示管理员" in take(approver(), version, "reannounce", reason="改方案")
    text = take(registrar(), version, "reannounce", reason="根据意见调整")
    fresh = NoticeVersion.objects.get(notice=version.notice, number=2)
    assert "已建立新版本的草稿" in text
    assert fresh.change_reason == "根据意见调整"
    assert "尚未发布" in take(registrar(), version, "reannounce", reason="再来")


def test_withdrawal_and_filing() -> None:
    version = published_in_the_past(20, period_amount=10)
    from portal.plans.procedure.publish import close_due

    close_due(in_days(0))
    assert "已归档" in take(registrar(), version, "archive")
    assert "请填写理由" in take(registrar(), version, "withdraw", reason="")
    assert "已撤回" in take(registrar(), version, "withdraw", reason="信息有误")
    assert Client().get(version.get_absolute_url()).status_code == 410


def test_a_draft_is_thrown_away_with_its_files(django_capture_on_commit_callbacks) -> None:
    document = add_document(draft())
    with django_capture_on_commit_callbacks(execute=True):
        assert "草稿已删除" in take(editor(), document.version, "discard")
    assert not Notice.objects.exists()
    assert not document.file.storage.exists(document.file.name)


@pytest.mark.parametrize("make", [submitted, published])
def test_what_left_the_office_is_not_thrown_away(make) -> None:
    version = make()
    assert "不能进行这一操作" in take(editor(), version, "discard")
    assert NoticeVersion.objects.filter(pk=version.pk).exists()


def test_incomplete_texts_are_told() -> None:
    version = draft(period_amount=None, period_unit="")
    assert "这类公示须有公示期" in take(editor(), version, "submit")
    assert state(version) == "draft"


def test_the_preview_is_the_public_page_marked_and_kept_nowhere() -> None:
    document = add_document(draft(title="预览的标题"))
    version = document.version
    client = signed_in(approver())
    answer = client.get(reverse("notices_staff:preview", args=[version.pk]))
    text = answer.content.decode()
    assert "预览的标题" in text
    assert "尚不是公开页面" in text
    assert "no-store" in answer["Cache-Control"]
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    file = reverse("notices_staff:document", args=[version.pk, document.pk])
    assert file in text
    assert b"".join(client.get(file).streaming_content).startswith(b"%PDF")
    assert Client().get(version.get_absolute_url()).status_code == 404
    assert Client().get(document.get_absolute_url()).status_code == 404


def test_an_unknown_step_is_not_there() -> None:
    version = draft()
    client = signed_in(editor())
    assert (
        client.get(reverse("notices_staff:step", args=[version.pk, "publish"])).status_code == 404
    )
