"""Who reaches which staff page: every URL, every role, own and foreign division."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from portal.plans.models import NoticeVersion, StatutoryPeriod
from tests.factories.notices import (
    CITY,
    COUNTY,
    FOREIGN_CITY,
    add_document,
    approver,
    draft,
    editor,
    make_official,
    make_region,
    registrar,
    submitted,
)
from tests.factories.officials import signed_in

pytestmark = pytest.mark.django_db

PAGES = ("detail", "edit", "preview")
STEPS = ("submit", "approve", "return", "extend", "reannounce", "archive", "withdraw", "discard")


def client_of(person: User) -> Client:
    return signed_in(person)


def url(name: str, *args: object) -> str:
    return reverse(f"notices_staff:{name}", args=args)


def nobody_in_particular() -> User:
    """Staff without anything to do with notices."""
    return make_official("clerk")


@pytest.mark.parametrize("name", ["index", "new", "calendars", "periods", "period_new"])
def test_strangers_reach_no_page(name: str) -> None:
    assert Client().get(url(name)).status_code == 302
    assert client_of(nobody_in_particular()).get(url(name)).status_code in {302, 403}


def test_strangers_reach_no_version() -> None:
    version = draft()
    for name in PAGES:
        assert Client().get(url(name, version.pk)).status_code == 302
        answer = client_of(nobody_in_particular()).get(url(name, version.pk))
        assert answer.status_code in {302, 403}
        assert version.title not in answer.content.decode()


@pytest.mark.parametrize("make", [editor, approver, registrar])
def test_the_version_of_a_foreign_division_is_not_there(make) -> None:
    document = add_document(draft())
    version = document.version
    client = client_of(make(FOREIGN_CITY))
    for name in PAGES:
        assert client.get(url(name, version.pk)).status_code == 404
    assert client.get(url("document", version.pk, document.pk)).status_code == 404
    for step in STEPS:
        for method in (client.get, client.post):
            assert method(url("step", version.pk, step)).status_code == 404
    assert NoticeVersion.objects.get(pk=version.pk).state == "draft"


def test_the_list_holds_own_divisions_and_those_below_only() -> None:
    draft(region=CITY, title="市的公示")
    draft(region=COUNTY, title="区的公示")
    draft(region=FOREIGN_CITY, title="外市的公示")
    text = client_of(editor(CITY)).get(url("index")).content.decode()
    assert "市的公示" in text
    assert "区的公示" in text
    assert "外市的公示" not in text
    county = client_of(editor(COUNTY)).get(url("index")).content.decode()
    assert "区的公示" in county
    assert "市的公示" not in county


@pytest.mark.parametrize(
    ("make", "offered"),
    [(editor, {"submit", "discard"}), (approver, set()), (registrar, {"submit", "discard"})],
)
def test_the_steps_of_a_draft_by_role(make, offered: set[str]) -> None:
    version = draft()
    text = client_of(make()).get(url("detail", version.pk)).content.decode()
    assert {step for step in STEPS if url("step", version.pk, step) in text} == offered


@pytest.mark.parametrize(
    ("make", "offered"), [(editor, set()), (approver, {"approve", "return"}), (registrar, set())]
)
def test_the_steps_of_a_submitted_version_by_role(make, offered: set[str]) -> None:
    version = submitted()
    text = client_of(make()).get(url("detail", version.pk)).content.decode()
    assert {step for step in STEPS if url("step", version.pk, step) in text} == offered


def test_an_approver_does_not_write() -> None:
    version = draft()
    client = client_of(approver())
    assert client.get(url("edit", version.pk)).status_code == 302
    assert client.post(url("edit", version.pk), {"edit_number": 0}).status_code == 302
    assert client.get(url("new")).url == "/admin/"


def test_a_notice_begins_in_own_divisions_only() -> None:
    make_region(FOREIGN_CITY)
    form = {"kind": "pre_approval", "title": "新公示", "token": "t1", "region": FOREIGN_CITY}
    assert client_of(editor()).post(url("new"), form).status_code == 422
    assert not NoticeVersion.objects.exists()


def test_periods_and_calendars_are_kept_by_administrators() -> None:
    for make in (editor, approver):
        for name in ("calendars", "periods", "period_new"):
            assert client_of(make()).get(url(name)).url == "/admin/"
    for name in ("calendars", "periods", "period_new"):
        assert client_of(registrar()).get(url(name)).status_code == 200
    chief = User.objects.create_superuser("chief")
    assert client_of(chief).get(url("periods")).url == "/admin/"


def test_the_period_of_a_foreign_division_cannot_be_changed() -> None:
    foreign = StatutoryPeriod.objects.create(
        kind="hearing", region=make_region(FOREIGN_CITY), amount=7, unit="calendar", basis="法"
    )
    nation = StatutoryPeriod.objects.create(
        kind="hearing", region=make_region("100000"), amount=7, unit="calendar", basis="法"
    )
    client = client_of(registrar())
    for period in (foreign, nation):
        assert client.get(url("period", period.pk)).status_code == 404
        assert client.post(url("period", period.pk), {"amount": 1}).status_code == 404
    text = client.get(url("periods")).content.decode()
    assert url("period", nation.pk) not in text


def test_a_permission_without_a_posting_is_worth_nothing() -> None:
    chief = User.objects.create_superuser("chief")
    version = draft()
    assert client_of(chief).get(url("index")).status_code in {302, 403}
    assert client_of(chief).get(url("detail", version.pk)).status_code in {302, 403}
