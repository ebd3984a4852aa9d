"""Lock-out: by account and address, by account from many addresses, by address for many accounts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.core.audit.models import AuditEvent
from portal.staff.lockout import failures_of, locked_names
from tests.factories.officials import PASSWORD, code_for, device_of, official, signed_in

pytestmark = pytest.mark.django_db
LOGIN, CODE = "/admin/login/", "/admin/login/code/"


@pytest.fixture
def person(db):
    person = official("zhang", "layer_importer")
    device_of(person)
    return person


def attempt(
    password: str = "wrong",  # noqa: S107
    *,
    name: str = "zhang",
    address: str = "10.0.0.1",
    browser: str = "",
):
    return Client(REMOTE_ADDR=address, HTTP_USER_AGENT=browser).post(
        LOGIN, {"username": name, "password": password}
    )


def test_five_failures_lock_the_account_at_this_address(person):
    codes = [attempt().status_code for _ in range(5)]
    assert codes == [200, 200, 200, 200, 429]
    answer = attempt(PASSWORD)
    assert answer.status_code == 429
    assert 1700 < int(answer["Retry-After"]) <= 1800
    assert "30 分钟后再试" in answer.content.decode()


def test_another_address_still_gets_in_until_the_account_is_tried_from_many(person, settings):
    for _ in range(5):
        attempt()
    assert attempt(PASSWORD, address="10.0.0.2").status_code == 302
    for number in range(settings.SIGN_IN_FAILURES_BY_NAME - 5):
        attempt(address=f"10.0.1.{number}")
    assert attempt(PASSWORD, address="10.0.0.2").status_code == 429


def test_one_address_that_tries_many_accounts_is_locked(person, settings):
    settings.SIGN_IN_FAILURES_BY_ADDRESS = 8
    for number in range(8):
        attempt(name=f"name{number}")
    assert attempt(PASSWORD).status_code == 429
    assert attempt(PASSWORD, address="10.0.0.2").status_code == 302


def whole_sign_in(person, address: str = "10.0.0.1") -> int:
    visitor = Client(REMOTE_ADDR=address)
    visitor.post(LOGIN, {"username": person.username, "password": PASSWORD})
    return visitor.post(CODE, {"code": code_for(device_of(person))}).status_code


def test_a_sign_in_forgets_the_failures_of_its_own_account_alone(person, settings):
    settings.SIGN_IN_FAILURES_BY_ADDRESS = 8
    other = official("li", "layer_importer")
    for _ in range(4):
        attempt()
    attempt(name="li")
    assert whole_sign_in(other) == 302
    assert (failures_of(person), failures_of(other)) == (4, 0)
    for number in range(4):
        attempt(name=f"name{number}")
    assert attempt(PASSWORD, name="li").status_code == 429


def test_a_household_of_ipv6_counts_as_one_address(person):
    for number in range(5):
        attempt(address=f"2001:db8:1:1::{number:x}")
    assert attempt(PASSWORD, address="2001:db8:1:1:ffff::1").status_code == 429
    assert attempt(PASSWORD, address="2001:db8:1:2::1").status_code == 302


def test_ipv4_written_as_ipv6_is_the_same_address(person):
    for _ in range(5):
        attempt(address="::ffff:10.0.0.1")
    assert attempt(PASSWORD, address="10.0.0.1").status_code == 429
    assert attempt(PASSWORD, address="::ffff:10.0.0.2").status_code == 302


def test_the_keeper_sees_a_lock_that_came_from_many_browsers(person, keeper):
    for number in range(4):
        attempt(browser=f"browser {number}")
    assert locked_names() == set()
    attempt(browser="browser 4")
    assert locked_names() == {"zhang"}
    page = signed_in(keeper).get("/admin/").content.decode()
    assert "登录已锁定：zhang示例" in page


def test_failures_at_many_addresses_are_shown_once_they_lock(person, settings):
    settings.SIGN_IN_FAILURES_BY_NAME = 6
    for number in range(5):
        attempt(address=f"10.0.1.{number}")
    assert locked_names() == set()
    attempt(address="10.0.1.9")
    assert locked_names() == {"zhang"}


def test_a_wrong_present_password_counts_towards_the_lock(person):
    client, new = signed_in(person), "Another-City-2036"
    url = "/admin/staff/password/"

    def change(present: str) -> int:
        data = {"old_password": present, "new_password1": new, "new_password2": new}
        return client.post(url, data).status_code

    assert [change("wrong") for _ in range(5)] == [200, 200, 200, 200, 429]
    assert change(PASSWORD) == 429
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    facts = AuditEvent.objects.filter(action="sign_in.failed").first().facts
    assert facts == {"step": "present_password"}


def test_tries_during_the_lock_do_not_lengthen_it(person):
    for _ in range(5):
        attempt()
    before = AccessAttempt.objects.get().attempt_time
    attempt()
    assert AccessAttempt.objects.get().attempt_time == before


def test_the_lock_ends_by_itself(person, settings):
    for _ in range(5):
        attempt()
    past = timezone.now() - settings.AXES_COOLOFF_TIME - timedelta(seconds=1)
    AccessAttempt.objects.update(attempt_time=past)
    assert attempt(PASSWORD).status_code == 302


def test_wrong_codes_count_towards_the_lock(person):
    visitor = Client(REMOTE_ADDR="10.0.0.1")
    visitor.post(LOGIN, {"username": "zhang", "password": PASSWORD})
    for _ in range(5):
        TOTPDevice.objects.update(throttling_failure_timestamp=None)
        answer = visitor.post(CODE, {"code": "000000"})
    assert answer.status_code == 429
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    answer = visitor.post(CODE, {"code": code_for(device_of(person))})
    assert answer.status_code == 429


def test_the_password_alone_does_not_reset_the_count(person):
    visitor = Client(REMOTE_ADDR="10.0.0.1")
    for _ in range(4):
        attempt()
    visitor.post(LOGIN, {"username": "zhang", "password": PASSWORD})
    assert failures_of(person) == 4
    visitor.post(CODE, {"code": code_for(device_of(person))})
    assert failures_of(person) == 0


def test_a_password_in_the_field_of_the_name_is_kept_nowhere(person):
    typed = "My-Secret-Password-1"
    answers = [attempt(name=typed) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
    assert 1700 < int(answers[-1]["Retry-After"]) <= 1800
    row = AccessAttempt.objects.get()
    assert row.username.startswith("unknown:")
    assert typed not in str(row.__dict__)
    events = AuditEvent.objects.filter(action__startswith="sign_in.")
    assert {event.facts["unknown"] for event in events} == {row.username.removeprefix("unknown:")}
    assert not any(typed in str(event.__dict__) for event in events)


def test_the_names_of_accounts_are_counted_as_they_are(person):
    attempt()
    assert AccessAttempt.objects.get().username == "zhang"
    assert failures_of(person) == 1


def test_the_lock_is_recorded_and_typed_names_are_not_kept_in_the_clear(person):
    for _ in range(5):
        attempt()
    events = AuditEvent.objects.filter(action__startswith="sign_in.")
    assert (
        list(events.order_by("sequence").values_list("action", flat=True))
        == [
            *["sign_in.failed"] * 4,
            *sorted(["sign_in.failed", "sign_in.locked"]),
        ]
        or events.filter(action="sign_in.locked").count() == 1
    )
    assert events.first().address == "10.0.0.1"
    assert PASSWORD not in AccessAttempt.objects.get().post_data


def test_the_security_administrator_unlocks_with_a_reason(person, keeper):
    for _ in range(5):
        attempt()
    client = signed_in(keeper)
    page = f"/admin/staff/accounts/{person.pk}/"
    client.post(f"{page}unlock/", {"reason": ""})
    assert attempt(PASSWORD).status_code == 429
    client.post(f"{page}unlock/", {"reason": "本人来电"})
    assert attempt(PASSWORD).status_code == 302
    event = AuditEvent.objects.get(action="account.unlocked")
    assert event.facts == {"reason": "本人来电"}
    assert event.actor_id == keeper.pk


def test_a_header_that_is_no_address_does_not_break_the_count(person, settings):
    settings.RATELIMIT_IP_META_KEY = "HTTP_X_REAL_IP"
    for address in ("nonsense", "10.0.0.1, 10.0.0.2", "", "::1", "<script>"):
        answer = Client(HTTP_X_REAL_IP=address).post(
            LOGIN, {"username": "zhang", "password": "wrong"}
        )
        assert answer.status_code == 200


def test_requests_to_the_sign_in_are_limited(settings):
    settings.RATE_LIMIT_SIGN_IN = "3/m"
    codes = [Client().get(LOGIN).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
