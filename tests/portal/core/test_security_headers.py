"""The Content-Security-Policy of public pages and of the admin."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from django.test import Client

from tests.portal.pages import make_site
from tests.portal.published import publish_layer

pytestmark = pytest.mark.django_db


def policy(response: object) -> dict[str, str]:
    header = response["Content-Security-Policy"]  # type: ignore[index]
    return dict(part.split(" ", 1) for part in header.split("; "))


def test_public_pages_allow_nothing_inline_and_nobody_outside(client: Client) -> None:
    make_site()
    found = policy(client.get("/"))
    assert found["default-src"] == "'none'"
    assert "unsafe" not in str(found)
    assert "http" not in str(found)
    assert found["frame-ancestors"] == "'none'"


def test_the_policy_allows_exactly_the_import_map_of_the_page(client: Client) -> None:
    publish_layer()
    response = client.get("/map/")
    text = response.content.decode()
    found = re.search(r'<script type="importmap">(.*?)</script>', text, re.DOTALL)
    assert found
    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    assert policy(response)["script-src"] == f"'self' 'sha256-{digest}'"


def test_pages_hold_no_inline_style_or_script(client: Client) -> None:
    make_site()
    publish_layer()
    for path in ("/", "/plans/", "/map/", "/map/here/?lon=113&lat=28.2"):
        text = client.get(path).content.decode()
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style", text), path
        scripts = re.findall(r"<script(?![^>]*src=)([^>]*)>", text)
        for attributes in scripts:
            assert "importmap" in attributes or "json" in attributes, path


def test_the_admin_may_do_what_its_editor_needs_but_calls_nobody(client: Client) -> None:
    found = policy(client.get("/admin/login/"))
    assert "'unsafe-inline'" in found["script-src"]
    assert "http" not in str(found)


def test_error_pages_have_the_policy_too(client: Client) -> None:
    make_site()
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert policy(response)["default-src"] == "'none'"
