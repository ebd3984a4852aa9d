"""Elder mode: chosen by a plain form, remembered in one cookie, written by the server."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.portal.sites import make_home

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return make_home()


def choose(client: Client, mode: str, **headers: str):
    values = {"mode": mode, "next": "/help/?a=1"}
    return client.post("/display/", values, headers=headers)


def test_without_a_choice_there_is_no_cookie_and_no_elder_mode(client: Client, home) -> None:
    response = client.get("/help/")
    assert not response.cookies
    assert "data-display" not in response.content.decode()
    assert "read_aloud.js" not in response.content.decode()


def test_the_choice_is_remembered_and_leads_back_to_the_page(client: Client, home) -> None:
    response = choose(client, "elder")
    assert response.status_code == 302
    assert response["Location"] == "/help/?a=1"
    cookie = response.cookies["display"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    text = client.get("/help/").content.decode()
    assert 'data-display="elder"' in text
    assert "css/elder.css" in text
    assert "read_aloud.js" in text


def test_the_header_can_be_folded_and_unfolded(client: Client, home) -> None:
    choose(client, "elder-folded")
    assert 'data-header="folded"' in client.get("/").content.decode()
    choose(client, "elder")
    assert "data-header" not in client.get("/").content.decode()


def test_going_back_to_the_standard_view_deletes_the_cookie(client: Client, home) -> None:
    choose(client, "elder")
    response = choose(client, "standard")
    assert response.cookies["display"]["max-age"] == 0
    assert "data-display" not in client.get("/").content.decode()


def test_an_unknown_choice_and_an_odd_cookie_mean_the_standard_view(client: Client, home) -> None:
    choose(client, "<script>")
    client.cookies["display"] = "huge"
    assert "data-display" not in client.get("/").content.decode()


@pytest.mark.parametrize(
    "wanted", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_way_back_never_leaves_the_site(client: Client, wanted: str) -> None:
    response = client.post("/display/", {"mode": "elder", "next": wanted})
    assert response["Location"] == "/"


def test_pages_say_that_they_differ_by_cookie(client: Client, home) -> None:
    assert "Cookie" in client.get("/")["Vary"]


def test_another_site_cannot_switch_a_visitor(client: Client) -> None:
    assert choose(client, "elder", origin="https://evil.example").status_code == 403
    assert choose(client, "elder", **{"sec-fetch-site": "cross-site"}).status_code == 403
    assert choose(client, "elder", referer="https://evil.example/x").status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://testserver"},
        {"sec-fetch-site": "same-origin"},
        {"referer": "https://testserver/help/"},
        {},
    ],
)
def test_a_form_of_our_own_is_accepted(client: Client, headers: dict[str, str]) -> None:
    assert choose(client, "elder", **headers).status_code == 302


def test_opening_the_address_by_hand_changes_nothing(client: Client, home) -> None:
    response = client.get("/display/", {"mode": "elder"})
    assert response.status_code == 405
    assert not response.cookies
