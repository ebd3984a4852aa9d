"""The officials' queue: who sees what, in which order, at what cost."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.feedback import handle
from portal.feedback.enums import State
from portal.feedback.models import Message
from portal.feedback.panel import MessagesPanel
from portal.staff.dashboard import RowState
from portal.staff.enums import Column
from tests.portal.feedback.conftest import make_message, make_official
from tests.portal.sites import make_division

QUEUE = "/admin/feedback/"


@pytest.fixture
def province():
    return make_division("990000", "示例省")


@pytest.fixture
def city(province):
    return make_division("990100", "示例市", province)


@pytest.fixture
def official(city):
    return make_official("zhang", city)


def as_(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


def test_the_queue_needs_permission_and_posting(client: Client, city) -> None:
    assert client.get(QUEUE).status_code == 302
    nowhere = make_official("nowhere", None)
    other_column = make_official("other", city, Column.POLICIES)
    superuser = User.objects.create_superuser("root")
    for person in (nowhere, other_column, superuser):
        assert as_(client, person).get(QUEUE).status_code in {302, 403}, person


def test_an_official_sees_the_own_division_and_what_lies_below_it(
    client: Client, province, city, official
) -> None:
    own, above = make_message(city), make_message(province)
    unplaced = make_message(None)
    text = as_(client, official).get(QUEUE).content.decode()
    assert own.receipt in text
    assert unplaced.receipt in text
    assert above.receipt not in text
    assert client.get(f"{QUEUE}{above.pk}/").status_code in {302, 403}
    for step in ("assign", "close"):
        client.post(f"{QUEUE}{above.pk}/{step}/", {"text": "越权答复"})
    above.refresh_from_db()
    assert above.state == State.NEW
    governor = make_official("governor", province)
    text = as_(client, governor).get(QUEUE).content.decode()
    assert own.receipt in text
    assert above.receipt in text


def test_the_menu_shows_the_queue_to_those_who_use_it(client: Client, official, city) -> None:
    assert "/admin/feedback/" in as_(client, official).get("/admin/").content.decode()
    other = make_official("other", city, Column.POLICIES)
    assert "/admin/feedback/" not in as_(client, other).get("/admin/").content.decode()


def test_what_is_due_first_comes_first_and_what_is_late_is_marked(
    client: Client, official, city
) -> None:
    today = timezone.localdate()
    later = make_message(city, due_on=today + datetime.timedelta(days=9))
    late = make_message(city, due_on=today - datetime.timedelta(days=1))
    text = as_(client, official).get(QUEUE).content.decode()
    assert text.index(late.receipt) < text.index(later.receipt)
    assert text.count('class="queue-late"') == 1
    only_late = client.get(f"{QUEUE}?tab=late").content.decode()
    assert late.receipt in only_late
    assert later.receipt not in only_late


def test_take_over_answer_and_find_it_among_the_closed(client: Client, official, city) -> None:
    message = make_message(city)
    as_(client, official)
    client.post(f"{QUEUE}{message.pk}/assign/")
    assert message.receipt in client.get(f"{QUEUE}?tab=mine").content.decode()
    empty = client.post(f"{QUEUE}{message.pk}/close/", {"text": "", "step": "answer"})
    assert empty.status_code == 422
    client.post(f"{QUEUE}{message.pk}/close/", {"text": "明年三月。", "step": "answer"})
    message.refresh_from_db()
    assert (message.state, message.closed_by) == (State.ANSWERED, official)
    assert message.receipt in client.get(f"{QUEUE}?tab=closed").content.decode()


def test_two_officials_at_once_the_second_is_told(client: Client, official, city) -> None:
    message = make_message(city)
    handle.answer(message, "明年三月。", by=official)
    second = make_official("li", city)
    response = as_(client, second).post(
        f"{QUEUE}{message.pk}/close/", {"text": "后年。", "step": "answer"}
    )
    assert response.status_code == 409
    assert "已经办结" in response.content.decode()
    assert Message.objects.get().answer == "明年三月。"


def test_passing_on_offers_the_keepers_of_the_place_and_takes_no_others(
    client: Client, official, city, province
) -> None:
    make_official("governor", province)
    stranger = make_official("stranger", make_division("990200", "范例市", province))
    message = make_message(city)
    text = as_(client, official).get(f"{QUEUE}{message.pk}/").content.decode()
    assert "governor" in text
    assert "stranger" not in text
    client.post(f"{QUEUE}{message.pk}/assign/", {"to": stranger.pk})
    message.refresh_from_db()
    assert message.assignee is None


def test_the_number_of_queries_does_not_grow_with_the_queue(client: Client, official, city) -> None:
    as_(client, official)
    make_message(city)
    client.get(QUEUE)
    with CaptureQueriesContext(connection) as one:
        client.get(QUEUE)
    for _each in range(19):
        make_message(city)
    with CaptureQueriesContext(connection) as twenty:
        client.get(QUEUE)
    assert len(twenty) == len(one)


def test_the_dashboard_shows_what_awaits_this_official_late_ones_as_late(official, city) -> None:
    today = timezone.localdate()
    late = make_message(city, due_on=today - datetime.timedelta(days=1))
    calm = make_message(city, due_on=today + datetime.timedelta(days=30))
    others = handle.assign(make_message(city), make_official("li", city), by=official)
    rows = {row.title[:15]: row.state for row in MessagesPanel().rows(official)}
    assert rows == {late.receipt: RowState.LATE, calm.receipt: RowState.WAITING}
    assert others.receipt not in rows
    assert list(MessagesPanel().rows(make_official("nowhere", None))) == []
