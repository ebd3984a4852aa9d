"""The files that programs ask for: robots.txt, sitemap.xml, security.txt, favicon.ico."""

from __future__ import annotations

import datetime
import re
import urllib.robotparser

import pytest
from django.contrib.sitemaps import Sitemap
from django.test import Client

from portal.core import sitemaps
from portal.core.models import SiteIdentity
from tests.journeys.public_pages import PAGES
from tests.portal.sites import make_home

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home():
    return make_home()


def test_robots_keep_out_of_the_staff_area_and_learn_of_the_sitemap(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    rules = urllib.robotparser.RobotFileParser()
    rules.parse(text.splitlines())
    assert rules.can_fetch("any", "/plans/")
    assert rules.can_fetch("any", "/help/")
    assert not rules.can_fetch("any", "/admin/login/")
    for page in PAGES.values():
        if page.lighthouse:
            # The bench forgives only these pages that they cannot be crawled.
            assert rules.can_fetch("any", page.path) == page.indexed, page.path
    assert rules.site_maps() == ["http://testserver/sitemap.xml"]


def test_every_section_of_the_sitemap_lists_pages_that_open(client: Client) -> None:
    index = client.get("/sitemap.xml").content.decode()
    sections = re.findall(r"<loc>http://testserver(.+?)</loc>", index)
    assert "/sitemap-fixed.xml" in sections
    for section in sections:
        response = client.get(section)
        assert response.status_code == 200, section
        for address in re.findall(r"<loc>http://[^/]+(.*?)</loc>", response.content.decode()):
            assert client.get(address or "/").status_code == 200, address


def test_fixed_pages_stand_in_both_languages_with_their_alternates(client: Client) -> None:
    text = client.get("/sitemap-fixed.xml").content.decode()
    assert "<loc>http://testserver/help/</loc>" in text
    assert "<loc>http://testserver/en/help/</loc>" in text
    assert 'hreflang="en" href="http://testserver/en/help/"' in text


def test_an_app_can_add_a_section_but_not_twice(client: Client, monkeypatch) -> None:
    class Two(Sitemap[str]):
        def items(self) -> list[str]:
            return ["/one/", "/two/"]

        def location(self, item: str) -> str:
            return item

    monkeypatch.setattr(sitemaps, "SITEMAPS", dict(sitemaps.SITEMAPS))
    sitemaps.register("two", Two)
    assert "http://testserver/two/" in client.get("/sitemap-two.xml").content.decode()
    with pytest.raises(ValueError, match="twice"):
        sitemaps.register("two", Two)


def test_an_unknown_section_is_not_found(client: Client) -> None:
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_security_txt_names_a_contact_and_does_not_expire_soon(client: Client) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    identity = SiteIdentity.load()
    identity.email = "planning@office.example"
    identity.save()
    text = client.get("/.well-known/security.txt").content.decode()
    assert "Contact: mailto:planning@office.example" in text
    expires = datetime.datetime.fromisoformat(re.findall(r"Expires: (.+)", text)[0])
    days = (expires - datetime.datetime.now(datetime.UTC)).days
    assert 150 < days < 365
    identity.security_contact = "https://office.example/security"
    identity.save()
    text = client.get("/.well-known/security.txt").content.decode()
    assert "Contact: https://office.example/security" in text


def test_old_browsers_find_an_icon(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert response.status_code == 301
    assert response["Location"].endswith(".png")
