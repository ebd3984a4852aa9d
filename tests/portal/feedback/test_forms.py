"""Visitors write: no account, no cookie, no script; once, with a receipt."""

from __future__ import annotations

import re
import threading

import pytest
from django.db import connections
from django.test import Client

from portal.feedback.enums import Kind
from portal.feedback.form_token import FormToken
from portal.feedback.models import Contact, Message
from portal.feedback.receive import Submission, receive
from tests.portal.sites import make_division, make_node


def test_the_form_opens_without_a_cookie(client: Client) -> None:
    for path in ("/feedback/", "/feedback/error/", "/feedback/answer/", "/en/feedback/"):
        response = client.get(path)
        assert response.status_code == 200
        assert not response.cookies
        assert "csrfmiddlewaretoken" not in response.content.decode()


def test_a_message_gets_a_receipt_and_a_code_and_no_cookie(write) -> None:
    response = write()
    message = Message.objects.get()
    text = response.content.decode()
    assert response.status_code == 200
    assert not response.cookies
    assert re.fullmatch(r"F\d{8}-[2-9A-Z]{5}", message.receipt)
    assert message.receipt in text
    code = re.findall(r'class="receipt">([2-9A-Z]{10})<', text)[0]
    assert code not in str(Message.objects.values())


def test_a_form_sent_twice_is_one_message_with_one_receipt(write, opened) -> None:
    token = opened()
    first, second = write(token=token), write(token=token)
    assert Message.objects.count() == 1
    receipts = [
        re.findall(r'class="receipt">([^<]+)<', r.content.decode()) for r in (first, second)
    ]
    assert receipts[0] == receipts[1]


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_once_is_one_message() -> None:
    token = FormToken.fresh(Kind.CONTACT)
    given = Submission(Kind.CONTACT, "question", "示例大道何时改造？", email="a@b.example")
    receipts: list[str] = []
    gate = threading.Barrier(4)

    def send() -> None:
        gate.wait()
        receipts.append(receive(given, token, None).message.receipt)
        connections.close_all()

    threads = [threading.Thread(target=send) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 4
    assert len(set(receipts)) == 1
    assert Message.objects.count() == Contact.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "remedy"),
    [
        ({"topic": ""}, "请选择类别"),
        ({"topic": "typo"}, "topic"),
        ({"body": ""}, "请写下您想说的话"),
        ({"body": "短"}, "至少 5 个字"),
        ({"body": "长" * 4001}, "最多 4000 个字，现在有 4001 个"),
        ({"email": "nobody"}, "name@example.com"),
        ({"phone": "<b>"}, "电话只写数字"),
        ({"website": "http://spam.example"}, "这一栏用来识别自动程序"),
        ({"token": "made-up"}, "打开得太久了"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_lost(write, fields, remedy) -> None:
    response = write(**{"name": "王示例"} | fields)
    text = response.content.decode()
    assert response.status_code == 422
    assert 'class="error-summary"' in text
    assert remedy in text
    assert "王示例" in text
    assert not Message.objects.exists()


def test_each_error_of_the_summary_leads_to_its_field(write) -> None:
    text = write(topic="", body="", email="nobody").content.decode()
    targets = re.findall(r"error-summary.*?</div>", text, re.DOTALL)[0]
    for target in re.findall(r'href="#([^"]+)"', targets):
        assert f'id="{target}"' in text
    assert "#id_topic_0" in targets


def test_a_form_filled_in_an_instant_is_asked_to_wait_and_then_accepted(write, opened) -> None:
    token = opened(seconds=0)
    assert "提交得太快" in write(token=token).content.decode()
    assert not Message.objects.exists()


def test_a_form_that_lay_open_for_days_gets_a_fresh_token(write, opened) -> None:
    old = opened(seconds=100_000)
    text = write(token=old, body="一段写了很久的话").content.decode()
    assert "打开得太久了" in text
    assert "一段写了很久的话" in text
    fresh = FormToken.read(Kind.CONTACT, re.findall(r'name="token" value="([^"]+)"', text)[0])
    assert fresh is not None
    assert not fresh.is_too_old


def test_the_token_of_one_form_is_worth_nothing_in_another(write, opened) -> None:
    text = write("/feedback/error/", topic="typo", token=opened(Kind.CONTACT)).content.decode()
    assert "打开得太久了" in text


def test_another_site_cannot_post_here(client: Client, opened) -> None:
    values = {"topic": "question", "body": "示例大道何时改造？", "token": opened()}
    response = client.post("/feedback/", values, headers={"origin": "https://evil.example"})
    assert response.status_code == 403
    assert not Message.objects.exists()


def test_too_many_messages_are_refused_for_a_while(write, settings) -> None:
    settings.RATE_LIMIT_FEEDBACK = "2/h"
    assert [write().status_code for _each in range(3)] == [200, 200, 429]
    refused = write()
    assert int(refused["Retry-After"]) > 0
    assert Message.objects.count() == 2


def test_opening_the_form_is_never_refused(client: Client, settings) -> None:
    settings.RATE_LIMIT_FEEDBACK = "1/h"
    assert {client.get("/feedback/").status_code for _each in range(3)} == {200}


def test_contact_details_are_optional_and_kept_apart_with_their_purpose(write) -> None:
    write(name="王示例", email="wang@example.com")
    contact = Contact.objects.get()
    assert contact.email == "wang@example.com"
    assert "30 天内删除" in contact.purpose
    assert "wang@example.com" not in str(Message.objects.values())


def test_the_page_with_the_error_is_filled_in(client: Client) -> None:
    came = client.get("/feedback/error/", headers={"referer": "http://testserver/plans/x/"})
    assert 'value="http://testserver/plans/x/"' in came.content.decode()
    asked = client.get("/feedback/error/?page=/map/")
    assert 'value="http://testserver/map/"' in asked.content.decode()
    foreign = client.get("/feedback/error/?page=https://evil.example/")
    assert "evil.example" not in foreign.content.decode().split("<main")[1]


def test_the_message_belongs_to_the_node_where_it_was_written(write, client, settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "city.example"]
    city = make_division()
    make_node("city.example", city)
    client.defaults["HTTP_HOST"] = "city.example"
    write()
    assert Message.objects.get().region == city


def test_an_address_that_is_none_is_foreign_and_breaks_nothing(client: Client) -> None:
    for path, headers in (
        ("/feedback/?page=http://[", {}),
        ("/feedback/error/?page=http://[", {}),
        ("/feedback/error/", {"referer": "http://["}),
        ("/feedback/error/", {"referer": "//["}),
    ):
        response = client.get(path, headers=headers)
        assert response.status_code == 200
        assert "http://[" not in response.content.decode().split("<main")[1]
    assert client.post("/feedback/", headers={"origin": "http://["}).status_code == 403
