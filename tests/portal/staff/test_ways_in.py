"""There is one way in: no address outside the staff area signs anybody in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.views import LoginView
from django.test import Client
from django.urls import URLResolver, get_resolver, resolve
from django.utils import translation
from wagtail.models import PageViewRestriction

from portal.core.audit.models import AuditEvent
from portal.staff.lockout import failures_of
from portal.staff.models import StaffSession
from tests.factories.officials import PASSWORD, OfficialClient, official
from tests.portal.sites import make_home

pytestmark = pytest.mark.django_db
LANGUAGES = pytest.mark.parametrize("prefix", ["", "/en"])


def is_sign_in(view: object) -> bool:
    return issubclass(getattr(view, "view_class", object), LoginView)


def sign_ins(resolver: URLResolver | None = None, route: str = "/") -> Iterator[str]:
    """The addresses in the table of routes whose view signs people in."""
    for pattern in (resolver or get_resolver()).url_patterns:
        longer = route + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            yield from sign_ins(pattern, longer)
        elif is_sign_in(pattern.callback):
            yield longer


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_address_outside_the_staff_area_leads_to_a_sign_in(language):
    with translation.override(language):
        found = set(sign_ins())
        reached = {path for path in found if is_sign_in(resolve(path).func)}
    assert "/admin/login/" in reached
    assert {path for path in reached if not path.startswith("/admin/")} == set()
    assert found - reached  # Wagtail's own is in the table: the walk goes everywhere


@LANGUAGES
def test_the_sign_in_of_wagtails_front_end_is_shut(prefix):
    person, visitor = official("zhang", "layer_importer"), Client()
    before = AuditEvent.objects.count()
    answer = visitor.post(f"{prefix}/_util/login/", {"username": "zhang", "password": PASSWORD})
    assert (answer.status_code, visitor.get(f"{prefix}/_util/login/").status_code) == (404, 404)
    assert "_auth_user_id" not in visitor.session
    assert AuditEvent.objects.count() == before
    assert not StaffSession.objects.filter(user=person).exists()


def test_the_password_alone_is_no_sign_in_whoever_calls_it_one():
    person, visitor = official("zhang", "layer_importer"), OfficialClient()
    for _ in range(4):
        visitor.post("/admin/login/", {"username": "zhang", "password": "wrong"})
    visitor.force_login(person, verified=False)
    assert failures_of(person) == 4
    assert not StaffSession.objects.exists()
    assert not AuditEvent.objects.filter(action="sign_in.succeeded").exists()


def test_a_page_for_those_who_signed_in_leads_to_the_one_way_in(client):
    home = make_home()
    PageViewRestriction.objects.create(page=home, restriction_type=PageViewRestriction.LOGIN)
    answer = client.get(home.url)
    assert answer["Location"].startswith("/admin/login/?next=")
