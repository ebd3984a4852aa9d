"""Officials answer; the author looks it up; what has served its purpose is deleted."""

from __future__ import annotations

import datetime
import smtplib
import threading

import pytest
from django.core import mail as mailbox
from django.core.mail.backends import locmem
from django.core.management import call_command
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from portal.core.audit.models import AuditEvent
from portal.feedback import handle, mail
from portal.feedback.deadline import due_on
from portal.feedback.enums import Kind, MailState, State
from portal.feedback.errors import AlreadyClosed, NotAKeeper, ReasonMissing
from portal.feedback.figures import answered, received
from portal.feedback.form_token import FormToken
from portal.feedback.look_up import look_up
from portal.feedback.models import Contact, Message
from portal.feedback.purge import purge_if_due
from portal.feedback.receive import Submission, receive
from tests.portal.feedback.conftest import contact_of, make_message, make_official
from tests.portal.sites import make_division


@pytest.fixture
def city():
    return make_division()


@pytest.fixture
def official(city):
    return make_official("zhang", city)


@pytest.mark.parametrize(
    ("received_on", "days", "due"),
    [
        ("2026-06-05", 1, "2026-06-08"),  # a Friday: the weekend is not counted
        ("2026-06-06", 1, "2026-06-08"),  # a Saturday
        ("2026-06-08", 5, "2026-06-15"),
        ("2028-02-28", 2, "2028-03-01"),  # over a leap day
    ],
)
def test_the_day_by_which_to_answer_is_counted_in_working_days(received_on, days, due) -> None:
    day = datetime.date.fromisoformat(received_on)
    assert due_on(day, days) == datetime.date.fromisoformat(due)


def test_a_calendar_of_days_off_moves_the_day() -> None:
    holidays = {datetime.date(2026, 10, day) for day in range(1, 8)}
    rule = lambda day: day.weekday() < 5 and day not in holidays  # noqa: E731
    assert due_on(datetime.date(2026, 9, 30), 1, rule) == datetime.date(2026, 10, 8)


def test_a_code_outlives_the_secret_key(settings, city) -> None:
    settings.FEEDBACK_CODE_KEY = "a-key-of-its-own"
    given = Submission(Kind.CONTACT, "question", "示例大道何时改造？")
    receipt = receive(given, FormToken.fresh(Kind.CONTACT), city)
    settings.SECRET_KEY = "the-next-key"
    assert look_up(receipt.message.receipt, receipt.code)


def test_a_code_given_before_there_was_a_key_of_its_own_still_holds(settings, city) -> None:
    given = Submission(Kind.CONTACT, "question", "示例大道何时改造？")
    receipt = receive(given, FormToken.fresh(Kind.CONTACT), city)
    number = receipt.message.receipt
    settings.FEEDBACK_CODE_KEY = "a-key-of-its-own"
    assert look_up(number, receipt.code)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the-next-key"
    assert look_up(number, receipt.code)
    settings.SECRET_KEY_FALLBACKS = []
    assert look_up(number, receipt.code) is None


def test_receipt_and_code_show_the_answer_and_nothing_else_does(client, official, city) -> None:
    receipt = receive(
        Submission(Kind.CONTACT, "question", "示例大道何时改造？"),
        FormToken.fresh(Kind.CONTACT),
        city,
    )
    handle.answer(receipt.message, "明年三月。", by=official)
    number = receipt.message.receipt
    assert look_up(number.lower(), f" {receipt.code[:5]} {receipt.code[5:]}".lower())
    assert look_up(number, "AAAAAAAAAA") is None
    assert look_up("F20260101-XXXXX", receipt.code) is None
    shown = client.post("/feedback/answer/", {"receipt": number, "code": receipt.code})
    assert "明年三月。" in shown.content.decode()
    wrong = client.post("/feedback/answer/", {"receipt": number, "code": "AAAAAAAAAA"})
    assert wrong.status_code == 422
    assert "明年三月。" not in wrong.content.decode()
    assert client.get(f"/feedback/answer/?receipt={number}&code={receipt.code}").status_code == 200


def test_guessing_codes_is_slowed_down(client, settings) -> None:
    settings.RATE_LIMIT_FEEDBACK_ANSWER = "3/h"
    values = {"receipt": "F20260101-XXXXX", "code": "AAAAAAAAAA"}
    codes = [client.post("/feedback/answer/", values).status_code for _each in range(4)]
    assert codes == [422, 422, 422, 429]


def test_an_answer_is_mailed_in_the_language_of_the_message(official, city) -> None:
    chinese = make_message(city, email="wang@example.com")
    english = make_message(city, email="smith@example.com", language="en")
    handle.answer(chinese, "明年三月。", by=official)
    handle.answer(english, "明年三月。", by=official)
    assert [each.to for each in mailbox.outbox] == [["wang@example.com"], ["smith@example.com"]]
    assert "您的留言" in mailbox.outbox[0].body
    assert "your message" in mailbox.outbox[1].body
    assert "明年三月。" in mailbox.outbox[1].body
    assert Message.objects.get(pk=chinese.pk).mail_state == MailState.SENT


class BrokenBackend(locmem.EmailBackend):
    """A mail server that is down."""

    def send_messages(self, _messages):
        raise smtplib.SMTPServerDisconnected("down")


def test_a_mail_that_fails_stops_nothing_and_is_tried_again(official, city, settings) -> None:
    message = make_message(city, email="wang@example.com")
    settings.EMAIL_BACKEND = f"{__name__}.BrokenBackend"
    handle.answer(message, "明年三月。", by=official)
    message.refresh_from_db()
    assert message.state == State.ANSWERED
    assert message.mail_state == MailState.WAITING
    assert mail.send_waiting(timezone.now()) == 0, "not before its time"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mail.send_waiting(timezone.now() + datetime.timedelta(minutes=6)) == 1
    assert mail.send_waiting(timezone.now() + datetime.timedelta(days=9)) == 0
    assert len(mailbox.outbox) == 1


class WorkerLooksBackend(locmem.EmailBackend):
    """A mail server that takes its time: meanwhile the worker looks for what is due."""

    def send_messages(self, messages):
        mail.send_waiting(timezone.now())
        return super().send_messages(messages)


def test_the_worker_leaves_alone_what_the_answering_official_sends(
    official, city, settings
) -> None:
    message = make_message(city, email="wang@example.com")
    settings.EMAIL_BACKEND = f"{__name__}.WorkerLooksBackend"
    handle.answer(message, "明年三月。", by=official)
    assert len(mailbox.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_once_send_one_mail(official, city, settings) -> None:
    message = make_message(city, email="wang@example.com")
    settings.EMAIL_BACKEND = f"{__name__}.BrokenBackend"
    handle.answer(message, "明年三月。", by=official)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    read_by = [Message.objects.get(pk=message.pk) for _each in range(4)]
    gate, sent = threading.Barrier(4), []

    def send(copy: Message) -> None:
        gate.wait()
        sent.append(mail.send(copy))
        connections.close_all()

    threads = [threading.Thread(target=send, args=[copy]) for copy in read_by]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == [False, False, False, True]
    assert len(mailbox.outbox) == 1
    message.refresh_from_db()
    assert message.mail_state == MailState.SENT


def test_a_mail_that_never_goes_out_is_given_up_in_sight_of_the_staff(
    official, city, settings
) -> None:
    message = make_message(city, email="wang@example.com")
    settings.EMAIL_BACKEND = f"{__name__}.BrokenBackend"
    handle.answer(message, "明年三月。", by=official)
    for day in range(1, 12):
        mail.send_waiting(timezone.now() + datetime.timedelta(days=day))
    message.refresh_from_db()
    assert message.mail_state == MailState.FAILED


def test_an_answer_stands_for_good(official, city) -> None:
    message = make_message(city)
    with pytest.raises(ReasonMissing):
        handle.answer(message, "  ", by=official)
    handle.answer(message, "明年三月。", by=official)
    with pytest.raises(AlreadyClosed):
        handle.answer(message, "不，后年。", by=official)
    with pytest.raises(AlreadyClosed):
        handle.assign(message, official, by=official)
    assert Message.objects.get().answer == "明年三月。"


def test_the_database_refuses_a_closed_message_without_an_answer(city) -> None:
    message = make_message(city)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(state=State.ANSWERED)


def test_a_message_goes_to_keepers_of_its_place_only(official, city) -> None:
    message = make_message(city)
    stranger = make_official("li", make_division("990200", "范例市"))
    with pytest.raises(NotAKeeper):
        handle.assign(message, stranger, by=official)
    assigned = handle.assign(message, official, by=official)
    assert (assigned.state, assigned.assignee) == (State.ASSIGNED, official)


def test_every_step_is_recorded_without_the_words_of_the_citizen(official, city) -> None:
    message = make_message(city, email="wang@example.com")
    handle.assign(message, official, by=official)
    handle.dismiss(message, "不属于本单位职责，请向水务局反映。", by=official)
    events = list(AuditEvent.objects.filter(action__startswith="feedback.").order_by("sequence"))
    assert [event.action for event in events] == ["feedback.assigned", "feedback.dismissed"]
    assert {event.region_code for event in events} == {city.code}
    kept = str(list(AuditEvent.objects.values()))
    assert "示例大道" not in kept
    assert "wang@example.com" not in kept


def test_contact_details_go_some_days_after_the_answer_and_not_before(
    official, city, settings, capsys
) -> None:
    settings.FEEDBACK_CONTACT_DAYS, settings.FEEDBACK_KEEP_DAYS = 30, 700
    now = timezone.now()
    old, recent, waiting = (make_message(city, email="a@b.example") for _each in range(3))
    for message, days in ((old, 31), (recent, 29)):
        handle.answer(message, "已答复。", by=official)
        closed_at = now - datetime.timedelta(days=days)
        Message.objects.filter(pk=message.pk).update(closed_at=closed_at)
    call_command("feedback_purge")
    assert "1 contacts, 0 messages" in capsys.readouterr().out
    assert contact_of(old) is None
    assert contact_of(recent)
    assert contact_of(waiting)
    assert Message.objects.count() == 3


def test_old_messages_go_whole(official, city) -> None:
    message = make_message(city, email="a@b.example")
    handle.answer(message, "已答复。", by=official)
    Message.objects.update(closed_at=timezone.now() - datetime.timedelta(days=800))
    purge_if_due()
    assert not Message.objects.exists()
    assert not Contact.objects.exists()


def test_figures_count_by_month_and_division(official, city) -> None:
    handle.answer(make_message(city), "已答复。", by=official)
    make_message(make_division("990200", "范例市"))
    month = timezone.localdate().replace(day=1)
    assert received(month, None) == {month: 2}
    assert received(month, city) == {month: 1}
    assert answered(month, None) == {month: 1}
