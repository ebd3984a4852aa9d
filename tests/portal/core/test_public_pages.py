"""The list of public pages is complete, and each page carries what the law wants on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils.translation import override

from tests.journeys.public_pages import BASES, GALLERY, NO_PAGES, PAGES

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STAFF = ("wagtailadmin", "releases", "feedback_staff")


def routes(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """Names of all routes outside the staff area, with their namespaces."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            if str(entry.pattern) == "admin/":
                continue
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from routes(entry, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name or entry.pattern}"


def is_no_page(name: str) -> bool:
    """Whether a route, or its whole namespace, is known to show no page."""
    return name in NO_PAGES or name.partition(":")[0] in NO_PAGES


def test_every_public_route_has_an_entry_or_a_reason() -> None:
    with override("zh-hans"):
        shown = {resolve(page.path.partition("?")[0]).view_name for page in PAGES.values()}
    missing = {name for name in routes(get_resolver()) if not is_no_page(name)} - shown
    assert not missing, f"add these to tests/journeys/public_pages.py: {sorted(missing)}"


def test_every_public_template_has_an_entry() -> None:
    framed = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if re.search(r'{% extends "(base|error)\.html" %}', path.read_text("utf-8"))
    }
    shown = {page.template for page in (*PAGES.values(), *GALLERY.values())}
    missing = framed - shown - set(BASES)
    assert not missing, f"add these to tests/journeys/public_pages.py: {sorted(missing)}"
    assert framed >= {"404.html", "pages/core/help.html"}, "the search itself finds templates"


def test_every_entry_names_a_template_that_exists() -> None:
    for name, page in (PAGES | GALLERY).items():
        assert (TEMPLATES / page.template).is_file(), name


@pytest.mark.parametrize("name", ["made-up", "core:nothing"])
def test_the_check_itself_misses_no_unknown_route(name: str) -> None:
    assert not is_no_page(name)
