"""Error pages say what happened and what to do."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.core import errors
from portal.core.models import SiteIdentity
from tests.portal.sites import make_home

FRAMED = ["400", "403", "403_csrf", "404", "405", "413", "429"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", FRAMED)
def test_each_page_offers_search_home_and_the_office(name: str, rf) -> None:
    make_home()
    identity = SiteIdentity.load()
    identity.phone = "0000-0000000"
    identity.save()
    text = render_to_string(f"{name}.html", {"wait": 7}, request=rf.get("/x/"))
    assert 'action="/search/"' in text
    assert 'href="/sitemap/"' in text
    assert "0000-0000000" in text
    assert '<meta name="robots" content="noindex">' in text


@pytest.mark.django_db
@pytest.mark.parametrize("name", FRAMED)
def test_each_page_renders_without_a_request(name: str) -> None:
    assert name[:3] in render_to_string(f"{name}.html", {"wait": 7})


def test_the_page_of_500_and_503_needs_no_database(
    rf, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # Without the django_db mark any query would raise.
    for response, code in ((errors.server_error(rf.get("/")), 500), (errors.unavailable(), 503)):
        assert response.status_code == code
        assert "请" in response.content.decode()
        assert 'lang="en"' in response.content.decode()
    assert errors.unavailable()["Retry-After"] == "120"


@pytest.mark.django_db
def test_a_method_that_is_not_allowed_has_a_page_for_people_only(client: Client) -> None:
    make_home()
    for_people = client.get("/display/", headers={"accept": "text/html"})
    assert for_people.status_code == 405
    assert "405" in for_people.content.decode()
    assert for_people["Allow"] == "POST"
    for_programs = client.get("/display/", headers={"accept": "application/json"})
    assert for_programs.content == b""


@pytest.mark.django_db
def test_a_body_above_the_limit_is_told_so(client: Client, settings) -> None:
    make_home()
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = client.post("/feedback/", {"body": "长" * 200}, headers={"accept": "text/html"})
    assert response.status_code == 413
    assert "提交的内容太大" in response.content.decode()


@pytest.mark.django_db
def test_errors_speak_english_to_readers_of_english(client: Client) -> None:
    make_home()
    text = client.get("/en/nowhere/").content.decode()
    assert "Check the address" in text


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["evil.example", "[", "a b"])
@pytest.mark.parametrize("path", ["/", "/plans/", "/en/search/?q=x", "/nowhere/"])
def test_a_host_that_is_not_ours_is_a_bad_request(client: Client, host: str, path: str) -> None:
    make_home()
    response = client.get(path, headers={"host": host})
    assert response.status_code == 400
    assert "400" in response.content.decode()
    assert "evil.example" not in response.content.decode()
