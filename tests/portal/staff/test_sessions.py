"""Sessions end: after idling, after a working day, when revoked, with a new password."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.core.audit.models import AuditEvent
from portal.staff.models import StaffSession
from tests.factories.officials import PASSWORD, code_for, device_of, official, signed_in

pytestmark = pytest.mark.django_db
HOME = "/admin/"


def ago(**span) -> object:
    return timezone.now() - timedelta(**span)


@pytest.fixture
def person(db):
    return official("zhang", "layer_importer")


@pytest.mark.parametrize(
    ("times", "open_still"),
    [
        ({"seen_at": {"minutes": 29}}, True),
        ({"seen_at": {"minutes": 31}}, False),
        ({"started_at": {"hours": 7, "minutes": 59}}, True),
        ({"started_at": {"hours": 8, "minutes": 1}}, False),
    ],
)
def test_a_session_ends_after_half_an_hour_idle_and_after_eight_hours(person, times, open_still):
    client = signed_in(person)
    StaffSession.objects.update(**{name: ago(**span) for name, span in times.items()})
    answer = client.get(HOME)
    assert (answer.status_code == 200) is open_still
    if not open_still:
        assert answer["Location"] == "/admin/login/?next=/admin/"
        assert "会话已结束" in client.get(answer["Location"]).content.decode()
        assert AuditEvent.objects.get(action="session.ended").facts == {"reason": "expired"}


def test_work_keeps_a_session_alive_and_background_requests_do_not(person):
    client = signed_in(person)
    StaffSession.objects.update(seen_at=ago(minutes=20))
    client.get("/admin/releases/jobs/1/state/")
    assert StaffSession.objects.get().seen_at < ago(minutes=19)
    client.get(HOME)
    assert StaffSession.objects.get().seen_at > ago(minutes=1)


def test_a_session_that_is_over_is_over_on_public_pages_too(person):
    client = signed_in(person)
    StaffSession.objects.all().delete()
    client.get("/map/")
    assert "_auth_user_id" not in client.session


def test_a_visitor_without_a_cookie_costs_no_query_and_gets_no_cookie(
    client, django_assert_num_queries
):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_one_sees_and_ends_ones_other_sessions(person):
    here, there = signed_in(person), signed_in(person)
    there_row = StaffSession.objects.order_by("-started_at").first()
    page = here.get(reverse("staff:security")).content.decode()
    assert page.count("结束</button>") == 1
    here.post(reverse("staff:end_session", args=[there_row.pk]))
    assert there.get(HOME).status_code == 302
    assert here.get(HOME).status_code == 200


def test_one_cannot_end_anothers_session(person):
    other = official("li", "layer_approver")
    signed_in(other)
    row = StaffSession.objects.get(user=other)
    answer = signed_in(person).post(reverse("staff:end_session", args=[row.pk]))
    assert answer.status_code == 404
    assert StaffSession.objects.filter(pk=row.pk).exists()


def test_a_new_password_ends_all_other_sessions(person):
    here, there = signed_in(person), signed_in(person)
    answer = here.post(
        reverse("staff:password"),
        {
            "old_password": PASSWORD,
            "new_password1": "Another-City-2036",
            "new_password2": "Another-City-2036",
        },
    )
    assert answer["Location"] == HOME
    assert here.get(HOME).status_code == 200
    assert there.get(HOME).status_code == 302
    assert StaffSession.objects.count() == 1


def test_the_security_administrator_ends_sessions_and_resets_the_second_factor(person, keeper):
    device_of(person)
    client, keeping = signed_in(person), signed_in(keeper)
    keeping.post(reverse("staff:end_sessions", args=[person.pk]), {"reason": "离职"})
    assert client.get(HOME).status_code == 302
    client = signed_in(person)
    keeping.post(reverse("staff:reset_second_factor", args=[person.pk]), {"reason": "手机遗失"})
    assert client.get(HOME).status_code == 302
    assert not person.totpdevice_set.exists()
    event = AuditEvent.objects.get(action="second_factor.reset")
    assert event.facts == {"reason": "手机遗失"}


def test_a_keeper_does_not_reset_their_own_second_factor(keeper):
    client = signed_in(keeper)
    client.post(reverse("staff:reset_second_factor", args=[keeper.pk]), {"reason": "自己"})
    assert keeper.totpdevice_set.exists()


def test_new_recovery_codes_want_a_code(person):
    client = signed_in(person)
    url = reverse("staff:recovery_codes")
    assert client.post(url, {"code": "000000"}).status_code == 302
    assert not person.recovery_codes.exists()
    person.totpdevice_set.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    page = client.post(url, {"code": code_for(device_of(person))}).content.decode()
    assert page.count("<code>") == 8
    assert person.recovery_codes.count() == 8
