"""The pages of subscribers: no account, no cookie, no script; nobody learns who subscribed."""

from __future__ import annotations

import re
import threading
import time
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from portal.feedback.form_token import FormToken
from portal.plans.subscriptions.deliver import deliver_due
from portal.plans.subscriptions.enums import Form
from portal.plans.subscriptions.models import Mail, Subscriber, Subscription
from portal.plans.subscriptions.models.subscription import new_key
from portal.plans.subscriptions.subscribe import Choice, Request, ask, confirm
from portal.plans.subscriptions.tokens import confirm_token
from tests.factories.notices import PLACE, make_region, published
from tests.portal.plans.subscribing import READER, request, subscribed, tell
from tests.portal.sites import make_home

pytestmark = pytest.mark.django_db
FORM = "/plans/subscriptions/"


@pytest.fixture(autouse=True)
def home(db):
    cache.clear()
    # A test on real transactions may have emptied the tables before.
    return make_home() if Page.get_first_root_node() else None


def opened(seconds: int = 60) -> str:
    fresh = FormToken.fresh(Form.SUBSCRIBE)
    return FormToken(Form.SUBSCRIBE, int(time.time()) - seconds, fresh.number).signed()


def send(client: Client, path: str = FORM, **fields: Any) -> Any:
    values = {"email": READER, "language": "zh-hans", "consent": "on", "token": opened()}
    values |= {"radius": "2000"}
    return client.post(path, values | fields)


def link_in_mail(word: str) -> str:
    deliver_due(timezone.now())
    found = re.search(rf"http://127\.0\.0\.1:8000(\S*/{word}/\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


def test_from_the_form_over_the_mail_to_a_subscription_and_its_end(client: Client) -> None:
    make_region()
    assert send(client, region="示例市", kinds=["pre_approval"]).status_code == 200
    assert Subscription.objects.confirmed().count() == 0
    path = link_in_mail("confirm")
    page = client.get(path)
    assert "示例市" in page.content.decode()
    assert Subscription.objects.confirmed().count() == 0, (
        "a program that opens links must not confirm"
    )
    assert "订阅已经开始" in client.post(path).content.decode()
    assert "订阅已经开始" in client.post(path).content.decode()
    published()
    assert tell() == 1
    stop = link_in_mail("stop")
    assert client.get(stop).status_code == 200
    assert Subscriber.objects.exists()
    # RFC 8058: a mail provider posts from elsewhere, without cookies.
    answer = Client(enforce_csrf_checks=True).post(
        stop, {"List-Unsubscribe": "One-Click"}, headers={"Origin": "https://mail.example"}
    )
    assert answer.status_code == 200
    assert not Subscriber.objects.exists()
    again = client.post(stop)
    assert again.status_code == 200
    assert "已经停止" in again.content.decode()
    assert not client.cookies


def test_known_and_unknown_addresses_get_the_same_answer(client: Client) -> None:
    subscribed()
    known = send(client).content.decode()
    unknown = send(client, email="nobody@example.com").content.decode()
    assert known.replace(READER, "x") == unknown.replace("nobody@example.com", "x")
    assert Mail.objects.filter(purpose="confirm").count() == 2


def test_nobodys_mailbox_is_filled_with_questions(client: Client, settings) -> None:
    settings.RATE_LIMIT_SUBSCRIBE = "100/h"
    answers = {send(client).status_code for _each in range(6)}
    assert answers == {200}
    assert Mail.objects.count() == 3


def test_one_client_may_ask_so_often_and_is_told_when_again(client: Client, settings) -> None:
    settings.RATE_LIMIT_SUBSCRIBE = "2/h"
    codes = [send(client, email=f"a{n}@example.com").status_code for n in range(3)]
    assert codes == [200, 200, 429]


def test_a_form_sent_twice_is_one_request(client: Client) -> None:
    token = opened()
    assert send(client, token=token).content == send(client, token=token).content
    assert Subscription.objects.count() == Mail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_once_is_one_request() -> None:
    same = Request(READER, "zh-hans", Choice(), "同意", new_key())
    other = Request(READER.upper(), "zh-hans", Choice(), "同意", new_key())
    gate, failures = threading.Barrier(4), []

    def run(one: Request) -> None:
        gate.wait()
        try:
            ask(one)
        except Exception as failure:  # noqa: BLE001
            failures.append(failure)
        connections.close_all()

    threads = [threading.Thread(target=run, args=(one,)) for one in (same, same, other, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Subscriber.objects.count() == 1
    assert Subscription.objects.count() == Mail.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "remedy"),
    [
        ({"email": ""}, "请填写邮箱"),
        ({"email": "nobody"}, "name@example.com"),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "name@example.com"),
        ({"email": f"{'长' * 20}@b.example"}, "name@example.com"),
        ({"email": f"{'a' * 300}@b.example"}, "254"),
        ({"consent": ""}, "没有您的同意"),
        ({"region": "不存在的地方"}, "没有找到这个地区"),
        ({"area": "哪里"}, "看不懂这个位置"),
        ({"kinds": ["nonsense"]}, "nonsense"),
        ({"level": "nonsense"}, "nonsense"),
        ({"radius": "1"}, "1"),
        ({"language": "xx"}, "xx"),
        ({"notice": "nothing"}, "没有这条公示"),
        ({"website": "http://spam.example"}, "这一栏用来识别自动程序"),
        ({"token": "made-up"}, "打开得太久了"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_stored(client: Client, fields, remedy) -> None:
    response = send(client, **fields)
    assert response.status_code == 422
    assert 'class="error-summary"' in response.content.decode()
    assert remedy in response.content.decode()
    assert not Subscriber.objects.exists()


def test_a_form_filled_in_an_instant_is_asked_to_wait(client: Client) -> None:
    assert "提交得太快" in send(client, token=opened(0)).content.decode()


def test_a_post_from_another_site_is_refused(client: Client) -> None:
    response = client.post(FORM, {}, headers={"Origin": "https://other.example"})
    assert response.status_code == 403


def test_several_divisions_of_one_name_are_named(client: Client) -> None:
    make_region("990102")
    make_region("990200")
    text = send(client, region="市").content.decode()
    assert "示例市（990100）" in text
    assert "范例市（990200）" in text


def test_links_bring_the_filter_the_place_and_the_notice_along(client: Client) -> None:
    version = published(title="江边项目", place=PLACE)
    text = client.get(f"{FORM}?region=990100&kind=hearing&level=detailed").content.decode()
    assert 'value="990100"' in text
    assert re.search(r'value="hearing"[^>]*checked', text)
    assert '<option value="detailed" selected>' in text
    assert 'value="113.00000,28.00000"' in client.get(f"{FORM}?c=113,28,12").content.decode()
    assert "江边项目" in client.get(f"{FORM}?notice={version.notice.code}").content.decode()
    assert client.get(f"{FORM}?c=x&notice=%00&region=%00&bbox=1").status_code == 200


def test_following_a_notice_stores_nothing_but_the_notice(client: Client) -> None:
    version = published()
    send(client, notice=version.notice.code, region="", kinds=[])
    subscription = Subscription.objects.get()
    assert subscription.notice == version.notice
    assert subscription.area is None


def test_a_link_that_was_changed_or_is_old_confirms_nothing(client: Client, monkeypatch) -> None:
    subscription = request()
    path = f"{FORM}confirm/{confirm_token(subscription.key)}"
    assert client.post(f"{path}x/").status_code == 404
    real = time.time
    monkeypatch.setattr("django.core.signing.time.time", lambda: real() + 49 * 3600)
    assert client.post(f"{path}/").status_code == 404
    assert not Subscription.objects.confirmed().exists()


def test_twenty_subscriptions_are_enough(client: Client) -> None:
    for _each in range(20):
        subscribed()
    extra = request()
    response = client.post(f"{FORM}confirm/{confirm_token(extra.key)}/")
    assert response.status_code == 409
    assert "最多20项" in response.content.decode()
    assert Subscription.objects.confirmed().count() == 20


def test_the_page_of_an_address_shows_changes_and_removes(client: Client) -> None:
    first, second = subscribed(), subscribed(region=make_region())
    path = f"{FORM}manage/{first.subscriber.token}/"
    text = client.get(path).content.decode()
    assert "示例市" in text
    assert READER not in text
    assert "r…@example.com" in text
    change = f"{path}{second.key}/"
    assert "990100" in client.get(change).content.decode()
    moved = client.post(change, {"area": "113.0,28.0", "radius": "500", "with_ending": "on"})
    assert moved.status_code == 302
    second.refresh_from_db()
    assert (second.region, second.radius, second.with_ending) == (None, 500, True)
    assert client.post(change, {"area": "?"}).status_code == 422
    assert client.post(f"{path}{first.subscriber.key}/").status_code == 404
    client.post(path, {"language": "en"})
    assert Subscriber.objects.get().language == "en"
    client.post(path, {"remove": second.key})
    client.post(path, {"remove": second.key})
    assert [s.pk for s in Subscription.objects.all()] == [first.pk]
    client.post(path, {"remove": first.key})
    assert not Subscriber.objects.exists()
    assert client.get(path).status_code == 404


def test_one_subscriber_cannot_change_what_is_anothers(client: Client) -> None:
    mine, other = subscribed(), subscribed("other@example.com")
    path = f"{FORM}manage/{mine.subscriber.token}/"
    assert client.get(f"{path}{other.key}/").status_code == 404
    client.post(path, {"remove": other.key})
    assert Subscription.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize("word", ["manage", "stop", "confirm"])
@pytest.mark.parametrize("token", ["x", "a:b", "a" * 500, "%00", "值:值"])
def test_made_up_links_lead_nowhere(client: Client, word: str, token: str) -> None:
    for method in (client.get, client.post):
        assert method(f"{FORM}{word}/{token}/").status_code == 404


def test_pages_behind_links_are_kept_by_nobody(client: Client) -> None:
    token = subscribed().subscriber.token
    for word in ("manage", "stop"):
        response = client.get(f"{FORM}{word}/{token}/")
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response.content.decode()


def test_search_engines_may_list_the_form(client: Client) -> None:
    text = client.get(f"{FORM}?kind=pre_approval").content.decode()
    assert "noindex" not in text
    assert f'<link rel="canonical" href="http://testserver{FORM}">' in text


def test_the_number_of_queries_does_not_grow_with_the_subscriptions(client: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    path = f"{FORM}manage/{subscribed(region=make_region()).subscriber.token}/"
    client.get(path)
    with CaptureQueriesContext(connection) as one:
        client.get(path)
    for _each in range(19):
        subscribed(region=make_region())
    with CaptureQueriesContext(connection) as twenty:
        client.get(path)
    assert len(twenty) == len(one)


def test_confirming_twice_keeps_the_first_moment() -> None:
    subscription = confirm(request())
    assert confirm(subscription).confirmed_at == subscription.confirmed_at
