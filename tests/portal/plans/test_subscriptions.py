"""Who is told of which notice, in which words, and what is left of those who stop."""

from __future__ import annotations

import datetime
import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.plans.procedure.decide import approve_version
from portal.plans.procedure.draft import announce_anew
from portal.plans.procedure.prolong import extend_version
from portal.plans.procedure.submit import submit_version
from portal.plans.procedure.withdraw import withdraw_version
from portal.plans.subscriptions import address, gather
from portal.plans.subscriptions.area import Area, read_area
from portal.plans.subscriptions.models import (
    Announcement,
    Delivery,
    Mail,
    Subscriber,
    Subscription,
)
from portal.plans.subscriptions.purge import purge
from portal.plans.subscriptions.subscribe import confirm, stop
from tests.factories.notices import (
    CITY,
    COUNTY,
    FOREIGN_CITY,
    PLACE,
    approver,
    in_days,
    make_region,
    published,
    published_in_the_past,
    registrar,
)
from tests.portal.plans.subscribing import READER, request, subscribed, tell
from tests.portal.sites import make_home

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(db):
    cache.clear()
    return make_home()


def second_version(version, body: str = "改为两层"):
    fresh = announce_anew(version, registrar(), "建筑高度降低")
    fresh.body = [("paragraph", f"<p>{body}</p>")]
    fresh.save()
    return approve_version(submit_version(fresh, registrar()), approver())


def bodies() -> list[str]:
    return [message.body for message in mail.outbox]


# -- what is told


def test_a_new_notice_is_told_with_its_period_and_its_address() -> None:
    subscribed()
    version = published(title="示例路北侧项目", place_text="示例路")
    assert tell() == 1
    message = mail.outbox[0]
    assert message.to == [READER]
    assert "示例路北侧项目" in message.subject
    assert f"http://127.0.0.1:8000/plans/{version.notice.code}/v/1/" in message.body
    assert f"{version.opens_on} — {version.closes_on}" in message.body
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert "示例路北侧项目" in html
    assert "src=" not in html


def test_a_second_version_is_told_with_a_link_to_what_changed() -> None:
    version = published()
    subscribed(notice=version.notice)
    second_version(version)
    assert tell() == 1
    assert f"/plans/{version.notice.code}/v/2/changes/" in mail.outbox[0].body
    assert "建筑高度降低" in mail.outbox[0].body


def test_an_extension_and_a_withdrawal_are_told_with_their_reasons() -> None:
    version = published(title="将要撤回的标题")
    subscribed()
    extend_version(version, approver(), "应群众要求", until=in_days(30))
    assert tell() == 1
    assert "应群众要求" in bodies()[0]
    withdraw_version(version, registrar(), "公示内容有误")
    assert tell() == 1
    assert "公示内容有误" in bodies()[1]
    assert version.notice.code in mail.outbox[1].subject
    assert "将要撤回的标题" not in mail.outbox[1].subject + bodies()[1]


def test_what_was_withdrawn_before_the_mail_went_out_is_not_told() -> None:
    subscribed()
    version = published(title="将要撤回的标题")
    gather.gather(timezone.now())
    from portal.plans.subscriptions.spread import spread_waiting

    spread_waiting()
    withdraw_version(version, registrar(), "公示内容有误")
    assert tell() == 1
    assert "将要撤回的标题" not in mail.outbox[0].subject + bodies()[0]
    assert "公示内容有误" in bodies()[0]


def test_what_is_published_together_arrives_in_one_mail() -> None:
    subscribed()
    subscribed(region=make_region(CITY))
    published(title="第一个")
    published(title="第二个")
    assert tell() == 1
    assert bodies()[0].count("第一个") == bodies()[0].count("第二个") == 1
    assert "2 项公示通知" in mail.outbox[0].subject


@pytest.mark.parametrize("wanted", [True, False])
def test_the_end_is_told_three_days_before_to_those_who_asked(wanted: bool, monkeypatch) -> None:
    monkeypatch.setattr(gather, "ENDING_HOUR", 0)
    version = published_in_the_past(7, title="快要截止", period_amount=10)
    subscribed(with_ending=wanted)
    assert tell() == wanted
    assert tell() == 0
    if wanted:
        extend_version(version, approver(), "延长", until=in_days(3) + datetime.timedelta(days=1))
        assert tell() == 1
        assert "公示期延长" in mail.outbox[1].subject


def test_nobody_is_woken_for_an_end(monkeypatch) -> None:
    monkeypatch.setattr(gather, "ENDING_HOUR", 24)
    published_in_the_past(7, period_amount=10)
    subscribed(with_ending=True)
    assert tell() == 0


def test_what_was_public_before_is_not_told_later() -> None:
    published()
    subscribed()
    assert tell() == 0


def test_english_readers_get_english_mail_with_english_links() -> None:
    subscribed(language="en")
    version = published(title="项目公示", title_en="A project")
    assert tell() == 1
    assert "A project" in mail.outbox[0].subject
    assert f"http://127.0.0.1:8000/en/plans/{version.notice.code}/v/1/" in bodies()[0]
    text = re.sub(r"http\S+|示例\S+", "", bodies()[0])
    assert not re.search(r"[\u4e00-\u9fff]", text)


# -- who is told


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({}, True),
        ({"region": CITY}, True),
        ({"region": COUNTY}, True),
        ({"region": FOREIGN_CITY}, False),
        ({"kinds": ["pre_approval", "hearing"]}, True),
        ({"kinds": ["hearing"]}, False),
        ({"level": "detailed"}, True),
        ({"level": "overall"}, False),
        ({"area": Area((113.005, 28.195, 113.2, 28.4))}, True),
        ({"area": Area((114, 28, 115, 29))}, False),
        ({"area": Area.around(113.02, 28.195, 1500)}, True),
        ({"area": Area.around(113.02, 28.195, 500)}, False),
        ({"region": CITY, "kinds": ["pre_approval"], "area": Area.around(113, 28.19, 500)}, True),
    ],
)
def test_a_choice_is_told_what_it_chose(choice, told) -> None:
    if "region" in choice:
        choice["region"] = make_region(choice["region"])
    subscribed(**choice)
    published(region=COUNTY, level="detailed", place=PLACE)
    assert tell() == told


def test_the_corner_of_a_circles_box_is_not_in_the_circle() -> None:
    circle = Area.around(113.0, 28.0, 1000)
    from django.contrib.gis.geos import Point

    east, north = circle.bounds[2], circle.bounds[3]
    assert circle.meets(Point(113.0, north - 0.0001, srid=4490))
    assert not circle.meets(Point(east - 0.0005, north - 0.0005, srid=4490))


def test_a_notice_without_a_place_is_told_to_those_who_named_none() -> None:
    subscribed(area=Area(PLACE))
    published()
    assert tell() == 0


def test_who_follows_a_notice_hears_of_the_next_step_of_its_procedure() -> None:
    first = published(kind="draft_plan", period_amount=30)
    subscribed(notice=first.notice)
    from portal.plans.models import Notice, NoticeVersion
    from portal.plans.procedure.draft import start_notice
    from tests.factories.notices import editor

    notice = Notice(region=make_region(), kind="approved_plan", follows=first.notice)
    version = NoticeVersion(title="批后公布", summary="摘要", body=[("paragraph", "<p>文</p>")])
    approve_version(submit_version(start_notice(notice, version, editor()), editor()), approver())
    published(title="别的公示")
    assert tell() == 1
    assert "批后公布" in bodies()[0]
    assert "别的公示" not in bodies()[0]


def test_a_node_tells_of_its_own_division_only() -> None:
    from tests.portal.sites import make_node

    site = make_node("node.example", make_region(CITY))
    subscription = subscribed()
    Subscription.objects.filter(pk=subscription.pk).update(site=site)
    published(region=FOREIGN_CITY, title="外市")
    assert tell() == 0
    published(region=COUNTY, title="本市")
    assert tell() == 1
    assert "http://node.example" in bodies()[0]


def test_an_unconfirmed_request_is_told_nothing() -> None:
    subscription = request()
    published()
    tell()
    assert [m.subject for m in mail.outbox] == [mail.outbox[0].subject]
    assert "请确认" in mail.outbox[0].subject
    assert Delivery.objects.filter(subscription=subscription).count() == 0


# -- headers


def test_the_mail_can_be_stopped_by_one_click_and_knows_itself_again() -> None:
    subscriber = subscribed().subscriber
    published()
    tell()
    headers = mail.outbox[0].extra_headers
    stop_url = f"http://127.0.0.1:8000/plans/subscriptions/stop/{subscriber.token}/"
    assert headers["List-Unsubscribe"] == f"<{stop_url}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert stop_url in bodies()[0]
    assert "/manage/" in bodies()[0]


def test_a_title_cannot_add_headers() -> None:
    subscribed()
    published(title="标题\r\nBcc: all@example.com")
    assert tell() == 1
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == [READER]


# -- stopping


def rows_with(text: str) -> list[str]:
    """Tables of the whole database in which a text stands anywhere."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(("subscriptions_", "plans_", "django_", "core_", "audit_")):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(text.lower() in str(row).lower() for row in cursor.fetchall()):
                found.append(table)
    return found


def test_the_address_stands_nowhere_in_clear_and_nowhere_at_all_after_stopping() -> None:
    subscriber = subscribed(email="Somebody.Known@Example.com").subscriber
    published()
    tell()
    sealed, digest = subscriber.address_sealed, subscriber.address_digest
    assert mail.outbox[0].to == ["Somebody.Known@example.com"]
    assert rows_with("somebody.known") == []
    assert rows_with(sealed) == ["subscriptions_subscriber"]
    assert stop(subscriber.key)
    assert rows_with(sealed) == rows_with(digest) == rows_with(subscriber.key) == []
    for model in (Subscriber, Subscription, Mail, Delivery):
        assert not model.objects.exists()
    assert not stop(subscriber.key)


def test_a_request_that_nobody_confirms_is_deleted_after_two_days() -> None:
    request()
    kept = request("kept@example.com")
    confirm(kept)
    now = timezone.now()
    purge(now + datetime.timedelta(hours=47))
    assert Subscriber.objects.count() == 2
    purge(now + datetime.timedelta(hours=49))
    assert [s.pk for s in Subscriber.objects.all()] == [kept.subscriber_id]


def test_traces_of_mails_are_deleted_after_a_month() -> None:
    subscribed()
    published()
    tell()
    purge(timezone.now() + datetime.timedelta(days=29))
    assert Mail.objects.exists()
    purge(timezone.now() + datetime.timedelta(days=31))
    assert not Mail.objects.exists()
    assert not Delivery.objects.exists()
    assert Announcement.objects.exists()
    assert tell() == 0


def test_another_key_opens_no_address(settings) -> None:
    sealed = address.seal(READER)
    settings.SUBSCRIPTION_KEY = "another"
    with pytest.raises(address.SealedWithAnotherKey):
        address.unseal(sealed)


# -- areas


@pytest.mark.parametrize(
    ("text", "radius", "west"),
    [
        ("113.0,28.0", 1000, 112.989),
        ("113.0，28.0", 1000, 112.989),
        ("http://x/map/?c=113.0,28.0,14.2&l=landuse", 1000, 112.989),
        ("http://x/map/?c=1,1,9&p=113.0,28.0", 1000, 112.989),
        ("113,28,113.5,28.5", None, 113),
        ("http://x/plans/?bbox=113,28,113.5,28.5", None, 113),
    ],
)
def test_a_place_is_read_from_what_people_paste(text, radius, west) -> None:
    area = read_area(text, 1000)
    assert area is not None
    assert area.radius == radius
    assert area.bounds[0] == pytest.approx(west, abs=0.002)
    assert read_area(area.as_text, 1000) is not None


@pytest.mark.parametrize(
    "text", ["x", "200,95", "1,2,3", "nan,nan", "0,0,60,60", "http://[", "113,28,112,27", "١,٢"]
)
def test_what_is_no_place_is_refused(text: str) -> None:
    assert read_area(text, 1000) is None


def test_the_mail_pages_need_no_cookie(client: Client) -> None:
    response = client.get("/plans/subscriptions/")
    assert response.status_code == 200
    assert not response.cookies
