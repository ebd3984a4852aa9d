"""Rows of sessions and failures that are over do not stay, though no browser returns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.module_loading import import_string

from portal.core.audit.models import AuditEvent
from portal.staff.models import StaffSession
from portal.staff.purge import purge_if_due
from tests.factories.officials import official, signed_in

pytestmark = pytest.mark.django_db


def ago(span: timedelta) -> object:
    return timezone.now() - span - timedelta(minutes=1)


@pytest.fixture
def client():
    return signed_in(official("zhang", "layer_importer"))


def test_sessions_that_lasted_too_long_go_and_others_stay(client, settings):
    signed_in(official("li", "layer_importer"))
    old = StaffSession.objects.filter(user__username="zhang")
    old.update(started_at=ago(settings.STAFF_SESSION_TIME))
    purge_if_due()
    assert [row.user.username for row in StaffSession.objects.all()] == ["li"]


def test_browsers_sessions_that_ended_go_and_others_stay(client):
    signed_in(official("li", "layer_importer"))
    Session.objects.filter(pk=client.session.session_key).update(expire_date=ago(timedelta(0)))
    purge_if_due()
    assert Session.objects.count() == 1
    assert client.get("/admin/").status_code == 302


def test_failures_that_lock_nobody_any_more_go(settings):
    for name in ("a", "b"):
        Client().post("/admin/login/", {"username": name, "password": "wrong"})
    first = AccessAttempt.objects.order_by("pk").first()
    AccessAttempt.objects.filter(pk=first.pk).update(attempt_time=ago(settings.AXES_COOLOFF_TIME))
    purge_if_due()
    assert AccessAttempt.objects.count() == 1


def test_who_returns_after_the_row_went_is_told_that_the_time_was_over(client, settings):
    StaffSession.objects.all().delete()
    session = client.session
    session["staff_session_began"] -= settings.STAFF_SESSION_TIME.total_seconds() + 60
    session.save()
    assert client.get("/admin/").status_code == 302
    assert AuditEvent.objects.get(action="session.ended").facts == {"reason": "expired"}


def test_a_session_that_was_revoked_in_time_is_told_so(client):
    StaffSession.objects.all().delete()
    client.get("/admin/")
    assert AuditEvent.objects.get(action="session.ended").facts == {"reason": "revoked"}


def test_an_idle_look_of_the_clock_writes_nothing(client, settings):
    assert "portal.staff.purge.purge_if_due" in settings.CLOCKWORK
    with CaptureQueriesContext(
        connection,
    ) as queries:
        import_string("portal.staff.purge.purge_if_due")()
    assert all(query["sql"].startswith("SELECT") for query in queries)
