"""No mail is lost, none is sent twice: refusals, broken servers, killed workers, two at once."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone
from wagtail.models import Page

from portal.plans.subscriptions import deliver
from portal.plans.subscriptions.deliver import deliver_due, pause_after, take
from portal.plans.subscriptions.enums import MailState
from portal.plans.subscriptions.gather import gather
from portal.plans.subscriptions.models import (
    Announcement,
    Delivery,
    Mail,
    Subscriber,
    Subscription,
)
from portal.plans.subscriptions.spread import spread, spread_waiting
from tests.factories.notices import published
from tests.portal.plans.mail_server import MailServer, mail_server
from tests.portal.plans.subscribing import LATER, READER, request, subscribed, tell
from tests.portal.sites import make_home

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(db):
    # A test on real transactions may have emptied the tables before.
    return make_home() if Page.get_first_root_node() else None


@pytest.fixture
def server(settings):
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def state() -> tuple[str, int, str]:
    found = Mail.objects.get()
    return found.state, found.attempts, found.problem


def test_a_mail_goes_over_a_real_wire_with_all_its_headers(server: MailServer) -> None:
    subscribed("reader@例子.example")
    published(title="示例路北侧项目")
    assert tell() == 1
    [message] = server.to("reader@xn--fsqu00a.example")
    assert "示例路北侧项目" in str(message["Subject"])
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert str(message["Message-ID"]).startswith("<notices.")
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    assert "示例路北侧项目" in message.get_body(("plain",)).get_content()
    assert state()[:2] == (MailState.SENT, 1)


def test_a_server_that_is_away_loses_nothing(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    subscribed()
    published()
    assert tell() == 0
    assert state() == (MailState.WAITING, 1, "ConnectionRefusedError")
    assert Mail.objects.get().next_at > timezone.now() + datetime.timedelta(minutes=1)
    with mail_server() as back:
        settings.EMAIL_PORT = back.port
        assert deliver_due(timezone.now()) == 0
        assert deliver_due(timezone.now() + datetime.timedelta(minutes=3)) == 1
        assert len(back.received) == 1


def test_a_server_that_is_away_is_asked_once_a_look(settings, monkeypatch) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    for number in range(3):
        subscribed(f"r{number}@example.com")
    published()
    tell()
    assert sorted(Mail.objects.values_list("attempts", flat=True)) == [0, 0, 1]


def test_a_refusal_for_now_is_tried_again(server: MailServer) -> None:
    server.refuse["RCPT"] = "451 later"
    subscribed()
    published()
    assert tell() == 0
    assert state() == (MailState.WAITING, 1, "SMTPRecipientsRefused 451")
    server.refuse.clear()
    assert deliver_due(timezone.now() + datetime.timedelta(minutes=5)) == 1


def test_a_refusal_for_good_is_not_tried_again_and_the_third_one_ends_it(
    server: MailServer,
) -> None:
    subscribed()
    server.refuse["RCPT"] = f"550 no such user {READER}"
    for _each in range(2):
        published()
        tell()
    problems = set(Mail.objects.values_list("state", "problem"))
    assert problems == {(MailState.FAILED, "SMTPRecipientsRefused 550")}
    published()
    tell()
    assert not Subscriber.objects.exists()


def test_an_address_that_does_not_exist_is_forgotten_at_once(server: MailServer) -> None:
    server.refuse["RCPT"] = "550 no such user"
    request("nobody@example.com")
    deliver_due(timezone.now())
    assert not Subscriber.objects.exists()


def test_one_refused_mail_does_not_hold_up_the_others(server: MailServer) -> None:
    subscribed("a@example.com")
    published()
    gather(timezone.now())
    spread_waiting()
    subscribed("b@example.com")
    published()
    server.refuse["DATA"] = "554 looks like spam"
    assert tell() == 0
    assert set(Mail.objects.values_list("problem", "attempts")) == {("SMTPDataError 554", 1)}


def test_after_the_last_attempt_it_is_given_up_in_sight_of_the_staff(server: MailServer) -> None:
    server.refuse["RCPT"] = "451 later"
    subscribed()
    published()
    tell()
    Mail.objects.update(attempts=deliver.ATTEMPTS - 1, next_at=timezone.now())
    deliver_due(timezone.now())
    assert state() == (MailState.FAILED, deliver.ATTEMPTS, "SMTPRecipientsRefused 451")


def test_pauses_grow_to_six_hours() -> None:
    minutes = [pause_after(n).total_seconds() / 60 for n in range(1, 12)]
    assert minutes[:4] == [2, 4, 8, 16]
    assert minutes[-1] == 360
    assert sum(minutes) > 20 * 60


def test_no_more_go_out_than_the_rate_allows(settings) -> None:
    settings.SUBSCRIPTION_MAILS_PER_MINUTE = 3
    for number in range(5):
        subscribed(f"r{number}@example.com")
    published()
    assert tell() == 3
    assert deliver_due(timezone.now()) == 0
    Mail.objects.filter(state=MailState.SENT).update(
        sent_at=timezone.now() - datetime.timedelta(minutes=2)
    )
    assert deliver_due(timezone.now() + LATER) == 2
    assert len(mail.outbox) == 5


def test_what_a_killed_worker_took_is_sent_by_the_next_one_as_the_same_mail() -> None:
    subscribed()
    published()
    gather(timezone.now())
    spread_waiting()
    now = timezone.now() + LATER
    taken = take(now)
    assert taken is not None
    number = deliver.letter(taken).extra_headers["Message-ID"]
    assert deliver_due(now) == 0
    assert take(now) is None
    assert deliver_due(now + deliver.LEASE + LATER) == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == number


def test_an_announcement_that_was_half_spread_is_spread_whole(monkeypatch) -> None:
    for number in range(4):
        subscribed(f"r{number}@example.com")
    published()
    gather(timezone.now())
    announcement = Announcement.objects.get()
    real, calls = Delivery.objects.bulk_create, []
    monkeypatch.setattr("portal.plans.subscriptions.spread.AT_ONCE", 2)

    def killed(rows):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(rows)

    monkeypatch.setattr(Delivery.objects, "bulk_create", killed)
    with pytest.raises(KeyboardInterrupt):
        spread(announcement.pk)
    assert not Delivery.objects.exists()
    assert not Mail.objects.exists()
    assert spread(announcement.pk) == 4
    assert spread(announcement.pk) == 0
    assert Delivery.objects.count() == Mail.objects.count() == 4


def test_whoever_stops_while_the_mail_waits_gets_none() -> None:
    subscription = subscribed()
    published()
    gather(timezone.now())
    spread_waiting()
    subscription.subscriber.delete()
    assert deliver_due(timezone.now() + LATER) == 0
    assert mail.outbox == []


def test_an_address_sealed_with_a_lost_key_fails_in_sight(settings) -> None:
    subscribed()
    published()
    settings.SUBSCRIPTION_KEY = "another"
    assert tell() == 0
    assert state()[::2] == (MailState.FAILED, "SealedWithAnotherKey")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once(server: MailServer) -> None:
    for number in range(12):
        subscribed(f"r{number}@example.com")
    published()
    gate, failures = threading.Barrier(3), []

    def work() -> None:
        gate.wait()
        try:
            tell()
        except Exception as failure:  # noqa: BLE001
            failures.append(failure)
        connections.close_all()

    threads = [threading.Thread(target=work) for _each in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tell()
    assert failures == []
    assert sorted(to for to, _message in server.received) == sorted(
        f"r{number}@example.com" for number in range(12)
    )
    assert Announcement.objects.count() == 1
    assert Subscription.objects.count() == Delivery.objects.count() == 12
