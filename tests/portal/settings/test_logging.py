"""No log of the portal holds a link that would let its reader act for a subscriber."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from portal.plans.subscriptions import manage_views
from portal.plans.subscriptions.tokens import confirm_token, manage_token
from portal.server import server_command
from portal.settings.logging import LineFormatter, without_secrets
from tests.factories.notices import make_region
from tests.portal.plans.subscribing import subscribed
from tests.portal.sites import make_home

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the portal's own handler writes."""
    (handler,) = [
        each for each in logging.getLogger().handlers if isinstance(each.formatter, LineFormatter)
    ]
    stream = io.StringIO()
    before = handler.setStream(stream)
    yield stream
    handler.setStream(before)


@pytest.mark.parametrize("page", ["confirm", "manage", "stop"])
@pytest.mark.parametrize("rest", ["/", "", "/abc/", "?a=1", '" 404'])
def test_what_follows_in_the_address_is_blotted_out(page, rest):
    for token in (manage_token(KEY), confirm_token(KEY), "anything"):
        line = without_secrets(f"Not Found: /en/plans/subscriptions/{page}/{token}{rest}")
        assert line == f"Not Found: /en/plans/subscriptions/{page}/[…]{rest}"


@pytest.mark.parametrize("make", [manage_token, confirm_token])
def test_a_token_that_stands_alone_is_blotted_out(make):
    token = make(KEY)
    for text in (f"no match: {token!r}", f"path=%2Fmanage%2F{token.replace(':', '%3A')}"):
        assert without_secrets(text).endswith(("'[…]'", "[…]"))
        assert KEY not in without_secrets(text)


@pytest.mark.parametrize(
    "text",
    [
        "GET /plans/990100-2026-0001/ 200",
        "GET /plans/subscriptions/ 200",
        "2026-03-04 03:10:00,123 ERROR portal.core.integrity.run broke off",
        f"package {'a' * 64} refused: forbidden_field",
    ],
)
def test_everything_else_stays_readable(text):
    assert without_secrets(text) == text


def test_every_line_of_every_logger_goes_through_the_one_handler():
    assert settings.LOGGING["root"]["handlers"] == ["console"]
    assert set(settings.LOGGING["handlers"]) == {"console"}
    for name in ("django", "django.server", "django.request", "django.security.csrf", "granian"):
        logger = logging.getLogger(name)
        assert logger.handlers == [], name
        assert logger.propagate, name


@pytest.mark.parametrize(
    "name", ["django.request", "django.server", "django.security.csrf", "wagtail", "anything"]
)
def test_no_logger_writes_a_token(written, name):
    token = manage_token(KEY)
    logging.getLogger(name).error("%s %s", "GET", f"/plans/subscriptions/stop/{token}/")
    assert "GET /plans/subscriptions/stop/[…]/" in written.getvalue()
    assert token not in written.getvalue()


@pytest.mark.django_db
def test_a_page_that_breaks_leaves_its_traceback_without_the_token(written, monkeypatch):
    make_home()
    make_region()
    token = subscribed().subscriber.token

    def broken(_request, _template, context, **_kwargs):
        raise RuntimeError(f"cannot show {context['token']}")

    monkeypatch.setattr(manage_views, "render", broken)
    client = Client(raise_request_exception=False)
    assert client.get(f"/plans/subscriptions/manage/{token}/").status_code == 500
    text = written.getvalue()
    assert "Internal Server Error: /plans/subscriptions/manage/[…]/" in text
    assert "RuntimeError: cannot show […]" in text
    assert token not in text


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore")
def test_refused_and_missing_pages_leave_no_token(written):
    make_home()
    token = manage_token(KEY)
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    for page in ("confirm", "manage", "stop"):
        client.get(f"/plans/subscriptions/{page}/{token}/")
        client.post(
            f"/plans/subscriptions/{page}/{token}/", headers={"Origin": "https://evil.example"}
        )
        client.get(f"/plans/subscriptions/{page}/{token}/x/y/z")
    assert token not in written.getvalue()
    assert KEY not in written.getvalue()


def test_the_web_server_writes_no_line_a_request():
    assert "--no-access-log" in server_command("127.0.0.1", "8000")
