"""The officials' page of the mail queue: numbers and reasons, never an address; for whom it is meant."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.core.audit.models import AuditEvent
from portal.plans.subscriptions.enums import MailState
from portal.plans.subscriptions.models import Mail
from tests.factories.notices import make_official, published
from tests.portal.plans.subscribing import READER, subscribed, tell
from tests.portal.sites import make_home

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(db):
    return make_home()


def page(client: Client, person: User, **data: str):
    client.force_login(person)
    address = reverse("subscriptions_staff:index")
    return client.post(address, data) if data else client.get(address)


def given_up() -> Mail:
    mail = subscribed().subscriber.mails.create(
        purpose="news", next_at=timezone.now(), state=MailState.FAILED, attempts=12
    )
    Mail.objects.filter(pk=mail.pk).update(problem="SMTPRecipientsRefused 451")
    return mail


def test_what_failed_is_seen_and_sent_again_and_leaves_a_record(client: Client) -> None:
    person = make_official("keeper", "see_mail_queue")
    mail = given_up()
    text = page(client, person).content.decode()
    assert "SMTPRecipientsRefused 451" in text
    assert "example.com" not in text
    assert page(client, person, again="1").status_code == 302
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.problem) == (MailState.WAITING, 0, "")
    assert AuditEvent.objects.filter(action="subscriptions.retried").count() == 1


def test_a_mail_that_waits_for_long_is_a_warning(client: Client) -> None:
    person = make_official("keeper", "see_mail_queue")
    subscribed()
    published()
    tell(datetime.timedelta(0))
    assert "请检查邮件服务器" not in page(client, person).content.decode()
    Mail.objects.update(created_at=timezone.now() - datetime.timedelta(hours=1))
    assert "请检查邮件服务器" in page(client, person).content.decode()


@pytest.mark.parametrize("permissions", [(), ("draft_notice",)])
def test_nobody_else_sees_it(client: Client, permissions) -> None:
    given_up()
    assert page(client, make_official("other", *permissions)).status_code in {302, 403}
    assert client.post(reverse("subscriptions_staff:index")).status_code in {302, 403}
    assert Mail.objects.filter(state=MailState.FAILED).count() == 1


def test_a_permission_without_a_posting_is_worth_nothing(client: Client) -> None:
    person = make_official("moved", "see_mail_queue")
    person.postings.all().delete()
    assert page(client, User.objects.get(pk=person.pk)).status_code in {302, 403}


def test_the_command_sends_and_says_how_many(capsys, mailoutbox) -> None:
    subscribed()
    published()
    tell(datetime.timedelta(0))
    Mail.objects.update(next_at=timezone.now())
    call_command("subscriptions_deliver")
    assert "已发送 1 封，还有 0 封等待" in capsys.readouterr().out
    assert mailoutbox[0].to == [READER]
