"""Writing a notice: prefilled, saved whole, never over somebody else's text."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.core.audit.models import AuditEvent
from portal.plans.models import Notice, NoticeVersion, StatutoryPeriod
from portal.plans.procedure.decide import approve_version
from portal.plans.procedure.submit import submit_version
from tests.factories.notices import (
    PDF,
    PLACE,
    add_document,
    approver,
    draft,
    editor,
    make_official,
    make_region,
    published,
    submitted,
)
from tests.factories.officials import signed_in
from tests.portal.plans.staff.forms_of import form_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    return signed_in(editor())


def edit_url(version: NoticeVersion) -> str:
    return reverse("notices_staff:edit", args=[version.pk])


def post(desk: Client, version: NoticeVersion, **changes: Any) -> Any:
    return desk.post(edit_url(version), form_data(version, **changes))


def stored(version: NoticeVersion) -> NoticeVersion:
    return NoticeVersion.objects.get(pk=version.pk)


def test_a_new_notice_takes_period_and_office(desk: Client) -> None:
    StatutoryPeriod.objects.create(
        kind="draft_plan",
        region=make_region(),
        amount=30,
        unit="calendar",
        basis="《示例法》第一条",
    )
    published(contact_office="规划科", contact_phone="0000-1234", source="示例局")
    form = {"region": "990100", "kind": "draft_plan", "title": "新公示", "token": "one"}
    answer = desk.post("/admin/notices/new/", form)
    version = NoticeVersion.objects.get(title="新公示")
    assert answer.url == edit_url(version)
    assert (version.period_amount, version.period_basis) == (30, "《示例法》第一条")
    assert (version.contact_office, version.contact_phone) == ("规划科", "0000-1234")
    text = desk.get(answer.url).content.decode()
    assert "《示例法》第一条" in text
    assert "公示至" in text


def test_the_form_sent_twice_makes_one_notice(desk: Client) -> None:
    make_region()
    form = {"region": "990100", "kind": "hearing", "title": "新公示", "token": "double"}
    desk.post("/admin/notices/new/", form)
    desk.post("/admin/notices/new/", form)
    assert Notice.objects.count() == 1


def test_everything_is_saved(desk: Client) -> None:
    version = draft()
    answer = post(
        desk,
        version,
        title="改过的标题",
        title_en="Changed",
        place="示例路北侧",
        footprint="113.00004,28.19,113.01,28.2",
        notice_kind="hearing",
        notice_level="detailed",
        uploads=[
            SimpleUploadedFile("说明书.pdf", PDF),
            SimpleUploadedFile("总图.pdf", PDF),
        ],
    )
    assert answer.status_code == 302
    kept = stored(version)
    assert (kept.title, kept.title_en, kept.place) == ("改过的标题", "Changed", "示例路北侧")
    assert kept.bounds == pytest.approx((113.0, 28.19, 113.01, 28.2))
    assert (kept.notice.kind, kept.notice.plan_level) == ("hearing", "detailed")
    assert [document.title for document in kept.documents.all()] == ["说明书", "总图"]
    assert kept.edit_number == version.edit_number + 1


def test_documents_can_be_renamed_and_removed(desk: Client) -> None:
    version = draft()
    first, second = add_document(version, title="甲"), add_document(version, title="乙")
    post(desk, version, **{"documents-0-title": "改名", "documents-1-DELETE": "on"})
    assert [(each.pk, each.title) for each in version.documents.all()] == [(first.pk, "改名")]
    assert second.file.storage.exists(first.file.name)


def test_a_bad_file_is_refused_by_its_content_and_name(desk: Client) -> None:
    version = draft()
    answer = post(desk, version, uploads=[SimpleUploadedFile("图.pdf", b"<html>")], title="新标题")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "图.pdf：不认识的文件类型" in text
    assert "新标题" in text
    assert stored(version).title == version.title
    assert not version.documents.exists()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"period_amount": "0"}, "公示天数至少为1"),
        ({"period_unit": ""}, "请选择按自然日还是工作日"),
        ({"period_amount": ""}, "请填写公示天数"),
        ({"footprint": "500000,3000000"}, "坐标超出经纬度范围"),
        ({"notice_follows": "990100-1999-0001"}, "没有公示号为"),
        ({"title": ""}, "error-message"),
    ],
)
def test_what_is_wrong_is_told(desk: Client, changes: dict[str, str], told: str) -> None:
    version = draft()
    answer = post(desk, version, **changes)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert stored(version).edit_number == version.edit_number


def test_a_second_save_on_an_old_form_is_refused_and_its_text_shown_again(desk: Client) -> None:
    version = draft()
    other = signed_in(make_official("second", "draft_notice"))
    assert post(other, version, title="同事的标题").status_code == 302
    answer = post(desk, version, title="我的标题")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "其他人在您编辑期间修改了这一版本" in text
    assert "我的标题" in text
    assert stored(version).title == "同事的标题"
    again = post(desk, version, title="我的标题", overwrite=stored(version).edit_number)
    assert again.status_code == 302
    assert stored(version).title == "我的标题"


def test_a_form_that_was_open_when_the_text_froze_changes_nothing(desk: Client) -> None:
    version = draft()
    data = form_data(version, title="太晚")
    submit_version(version, editor())
    answer = desk.post(edit_url(version), data)
    assert answer.status_code == 409
    assert "内容已冻结" in answer.content.decode()
    assert "太晚" in answer.content.decode()
    frozen = stored(version)
    answer = desk.post(edit_url(version), data | {"edit_number": frozen.edit_number})
    assert answer.status_code == 302
    assert stored(version).title == version.title


@pytest.mark.parametrize("make", [submitted, published])
def test_the_form_of_a_frozen_version_does_not_open(desk: Client, make) -> None:
    version = make()
    assert desk.get(edit_url(version)).url == reverse("notices_staff:detail", args=[version.pk])


def test_the_audit_log_names_the_fields_and_keeps_no_text(desk: Client) -> None:
    version = draft()
    post(desk, version, title="机密的标题", uploads=[SimpleUploadedFile("附.pdf", PDF)])
    event = AuditEvent.objects.filter(action="plans.edited").get()
    assert set(event.facts["fields"]) >= {"title", "uploads"}
    assert "机密的标题" not in event.facts_json
    assert event.region_code == "990100"


def test_who_changed_the_text_cannot_approve_it() -> None:
    version = draft()
    both = make_official("both", "draft_notice", "approve_notice")
    desk = signed_in(both)
    assert post(desk, version, title="顺手改").status_code == 302
    submit_version(stored(version), editor())
    page = desk.get(reverse("notices_staff:detail", args=[version.pk])).content.decode()
    approve = reverse("notices_staff:step", args=[version.pk, "approve"])
    assert approve not in page
    answer = desk.post(approve, {"edit_number": stored(version).edit_number}, follow=True)
    assert "请由另一人审批" in answer.content.decode()
    assert stored(version).state == "awaiting"
    assert approve_version(stored(version), approver()).state == "published"


def test_the_outlook_warns_of_a_period_that_is_too_short(desk: Client) -> None:
    StatutoryPeriod.objects.create(
        kind="pre_approval", region=make_region(), amount=30, unit="calendar", basis="法"
    )
    version = draft(period_amount=3, place=PLACE)
    text = desk.get(edit_url(version)).content.decode()
    assert "公示期短于法定期限" in text
