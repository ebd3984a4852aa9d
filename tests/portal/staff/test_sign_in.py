"""The way in: two factors, nothing in between."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.core.audit.models import AuditEvent
from portal.staff.models import RecoveryCode, StaffSession
from tests.factories.officials import PASSWORD, code_for, device_of, official

pytestmark = pytest.mark.django_db
LOGIN, CODE, ENROL = "/admin/login/", "/admin/login/code/", "/admin/login/enrol/"


@pytest.fixture
def visitor() -> Client:
    return Client()


@pytest.fixture
def person(db) -> User:
    person = official("zhang", "layer_importer")
    device_of(person)
    return person


def give_password(visitor: Client, name: str = "zhang", password: str = PASSWORD, **more):
    return visitor.post(LOGIN, {"username": name, "password": password, **more})


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


def test_both_factors_lead_to_the_dashboard(visitor, person):
    assert give_password(visitor)["Location"] == CODE
    answer = visitor.post(CODE, {"code": code_for(device_of(person))})
    assert answer["Location"] == "/admin/"
    assert "工作台" in visitor.get("/admin/").content.decode()
    assert actions()[-1] == "sign_in.succeeded"


def test_the_password_alone_opens_nothing(visitor, person):
    give_password(visitor)
    for path in ("/admin/", "/admin/releases/", "/admin/staff/security/", "/admin/account/"):
        assert visitor.get(path)["Location"].startswith(LOGIN)
    assert not StaffSession.objects.exists()


def test_the_code_page_is_closed_without_the_password(visitor, person):
    assert visitor.get(CODE)["Location"] == LOGIN
    assert visitor.post(CODE, {"code": code_for(device_of(person))})["Location"] == LOGIN


def test_a_code_is_good_once(visitor, person):
    code = code_for(device_of(person))
    give_password(visitor)
    visitor.post(CODE, {"code": code})
    second = Client()
    give_password(second)
    answer = second.post(CODE, {"code": code})
    assert answer.status_code == 200
    assert "已用过" in answer.content.decode()
    assert second.get("/admin/")["Location"].startswith(LOGIN)


@pytest.mark.parametrize(("steps", "accepted"), [(-1, True), (1, True), (-3, False), (3, False)])
def test_a_clock_may_be_half_a_minute_off_and_no_more(visitor, person, steps, accepted):
    give_password(visitor)
    answer = visitor.post(CODE, {"code": code_for(device_of(person), steps=steps)})
    assert (answer.status_code == 302) is accepted


def test_a_clock_that_is_off_does_not_teach_the_portal_its_time(visitor, person):
    give_password(visitor)
    visitor.post(CODE, {"code": code_for(device_of(person), steps=1)})
    assert TOTPDevice.objects.get().drift == 0


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345", "0x1234"]
)
def test_odd_codes_are_refused(visitor, person, code):
    give_password(visitor)
    assert visitor.post(CODE, {"code": code}).status_code == 200


def test_wrong_codes_make_the_next_try_wait(visitor, person):
    give_password(visitor)
    for _ in range(3):
        visitor.post(CODE, {"code": "000000"})
        TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now())
    answer = visitor.post(CODE, {"code": code_for(device_of(person))})
    assert "尝试过快" in answer.content.decode()


def test_another_persons_device_opens_nothing(visitor, person):
    other = device_of(official("li", "layer_approver"))
    give_password(visitor)
    assert visitor.post(CODE, {"code": code_for(other)}).status_code == 200


def test_the_session_key_changes_at_each_step(visitor, person):
    visitor.get(LOGIN)
    keys = [visitor.session.session_key]
    give_password(visitor)
    keys.append(visitor.cookies["sessionid"].value)
    visitor.post(CODE, {"code": code_for(device_of(person))})
    keys.append(visitor.cookies["sessionid"].value)
    assert len(set(keys)) == 3
    assert not Session.objects.filter(session_key__in=[key for key in keys[:2] if key]).exists()


def test_a_planted_session_is_not_carried_over(visitor, person):
    attacker = Client()
    give_password(attacker, "nobody")
    session = attacker.session
    session["x"] = 1
    session.save()
    visitor.cookies["sessionid"] = session.session_key
    give_password(visitor)
    visitor.post(CODE, {"code": code_for(device_of(person))})
    attacker.cookies["sessionid"] = session.session_key
    assert attacker.get("/admin/")["Location"].startswith(LOGIN)


def test_half_a_sign_in_grows_old(visitor, person, settings):
    give_password(visitor)
    settings.PENDING_SIGN_IN_TIME = timedelta(seconds=-1)
    assert visitor.post(CODE, {"code": code_for(device_of(person))})["Location"] == LOGIN


def test_half_a_sign_in_ends_with_a_new_password(visitor, person):
    give_password(visitor)
    person.set_password("Another-City-2036")
    person.save()
    assert visitor.post(CODE, {"code": code_for(device_of(person))})["Location"] == LOGIN


def test_half_a_sign_in_ends_when_the_account_is_stopped(visitor, person):
    give_password(visitor)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert visitor.post(CODE, {"code": code_for(device_of(person))})["Location"] == LOGIN


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_way_on_never_leaves_the_site(visitor, person, onward):
    give_password(visitor, next=onward)
    answer = visitor.post(CODE, {"code": code_for(device_of(person))})
    assert answer["Location"] == "/admin/"


def test_the_way_on_leads_where_one_wanted_to_go(visitor, person):
    give_password(visitor, next="/admin/releases/")
    answer = visitor.post(CODE, {"code": code_for(device_of(person))})
    assert answer["Location"] == "/admin/releases/"


@pytest.mark.parametrize("path", [LOGIN, CODE, ENROL])
def test_every_step_wants_its_csrf_token(person, path):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path, {"username": "zhang", "password": PASSWORD}).status_code == 403


def test_wrong_name_and_wrong_password_are_told_alike(visitor, person):
    User.objects.create_user("stopped", password=PASSWORD, is_active=False)
    texts = {
        re.sub(
            r'value="[^"]*"|"CSRF_TOKEN": "[^"]*"',
            "",
            give_password(Client(), *pair).content.decode(),
        )
        for pair in [("zhang", "wrong"), ("nobody", PASSWORD), ("stopped", PASSWORD)]
    }
    assert len(texts) == 1


def test_a_name_that_is_no_account_is_not_written_down(visitor):
    give_password(visitor, "My-Secret-Password")
    event = AuditEvent.objects.get(action="sign_in.failed")
    assert "My-Secret" not in str(event.__dict__)
    assert event.facts["unknown"]


# -- enrolment


def test_an_official_without_a_second_factor_reaches_only_the_enrolment(visitor, db):
    official("new", "layer_importer")
    assert give_password(visitor, "new")["Location"] == ENROL
    assert visitor.get(CODE)["Location"] == LOGIN
    give_password(visitor, "new")
    page = visitor.get(ENROL).content.decode()
    assert "data:image/svg+xml" in page
    assert visitor.get("/admin/")["Location"].startswith(LOGIN)


def test_enrolment_shows_eight_codes_once_and_signs_in(visitor, db):
    person = official("new", "layer_importer")
    give_password(visitor, "new")
    visitor.get(ENROL)
    waiting = TOTPDevice.objects.get(user=person)
    assert not waiting.confirmed
    page = visitor.post(ENROL, {"code": code_for(waiting)}).content.decode()
    codes = re.findall(r"<code>([A-Z2-9-]{19})</code>", page)
    assert len(codes) == 8
    assert TOTPDevice.objects.get(user=person).confirmed
    assert not any(
        code.replace("-", "") in row.digest for code in codes for row in RecoveryCode.objects.all()
    )
    assert visitor.get("/admin/").status_code == 200
    assert {"second_factor.enrolled", "sign_in.succeeded"} <= set(actions())


def test_a_wrong_first_code_enrols_nothing(visitor, db):
    official("new", "layer_importer")
    give_password(visitor, "new")
    assert visitor.post(ENROL, {"code": "000000"}).status_code == 200
    assert not TOTPDevice.objects.filter(confirmed=True).exists()


def secret_shown(visitor: Client) -> str:
    return re.search(r"<code[^>]*>([A-Z2-7 ]{20,})</code>", visitor.get(ENROL).content.decode())[1]


def test_each_sign_in_enrols_with_a_secret_of_its_own(db):
    person = official("new", "layer_importer")
    first, second = Client(), Client()
    give_password(first, "new")
    seen = secret_shown(first)
    assert secret_shown(first) == seen
    known = TOTPDevice.objects.get(user=person)
    give_password(second, "new")
    assert secret_shown(second) != seen
    assert first.post(ENROL, {"code": code_for(known)})["Location"] == LOGIN
    assert not TOTPDevice.objects.filter(confirmed=True).exists()
    waiting = TOTPDevice.objects.get(user=person)
    assert second.post(ENROL, {"code": code_for(waiting)}).status_code == 200
    assert second.get("/admin/").status_code == 200


def test_the_password_of_an_enrolment_leaves_an_event(visitor):
    person = official("new", "layer_importer")
    give_password(visitor, "new")
    event = AuditEvent.objects.get(action="second_factor.enrolment_begun")
    assert (event.actor_id, event.target_id) == (None, str(person.pk))
    assert event.address == "127.0.0.1"


def test_enrolment_is_closed_to_whoever_has_a_second_factor(visitor, person):
    give_password(visitor)
    assert visitor.get(ENROL)["Location"] == LOGIN
    assert TOTPDevice.objects.count() == 1


def enrolled(name: str) -> tuple[User, list[str]]:
    visitor = Client()
    person = official(name, "layer_importer")
    give_password(visitor, name)
    visitor.get(ENROL)
    device = TOTPDevice.objects.get(user=person)
    page = visitor.post(ENROL, {"code": code_for(device, steps=-1)}).content.decode()
    return person, re.findall(r"<code>([A-Z2-9-]{19})</code>", page)


def test_a_recovery_code_opens_once(db):
    _person, codes = enrolled("wang")
    for expected in (302, 200):
        visitor = Client()
        give_password(visitor, "wang")
        assert visitor.post(CODE, {"code": f" {codes[0].lower()} "}).status_code == expected
    assert actions().count("second_factor.recovery_code_used") == 1


def test_a_recovery_code_of_another_opens_nothing(visitor, person):
    _other, codes = enrolled("wang")
    give_password(visitor)
    assert visitor.post(CODE, {"code": codes[0]}).status_code == 200


def test_a_session_without_the_second_factor_is_ended(db):
    from tests.factories.officials import OfficialClient

    client = OfficialClient()
    client.force_login(official("half", "layer_importer"), verified=False)
    assert client.get("/admin/")["Location"].startswith(LOGIN)
    assert AuditEvent.objects.filter(action="session.ended").get().facts == {
        "reason": "no_second_factor"
    }


def test_signing_out_ends_the_session_and_is_recorded(client, person):
    client.force_login(person)
    client.post(reverse("wagtailadmin_logout"))
    assert not StaffSession.objects.exists()
    assert actions()[-1] == "sign_out"
    assert client.get("/admin/")["Location"].startswith(LOGIN)
