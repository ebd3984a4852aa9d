"""Every public page without a script; and how much script a page loads."""

from __future__ import annotations

import gzip

import pytest

from tests.journeys.browser import PHONE
from tests.journeys.public_pages import PAGES, STAFF_FRAME, public_paths
from tests.journeys.seeing import show

pytestmark = pytest.mark.browser

JS_LIMIT_BYTES = 30_000
OPENED = sorted(set(public_paths()) - STAFF_FRAME)


@pytest.mark.parametrize("name", OPENED)
def test_a_page_reads_whole_without_a_script(visit, name):
    seen = visit("/robots.txt", java_script_enabled=False, viewport=PHONE)
    seen.open(PAGES[name].path)
    main = seen.page.locator("main")
    assert main.locator("h1").is_visible()
    assert len(main.inner_text()) > 15


@pytest.mark.parametrize("name", sorted(set(OPENED) - {"map", "map as a list", "compare"}))
def test_a_page_without_a_map_loads_little_script(visit, name):
    seen = visit("/robots.txt")
    scripts: dict[str, int] = {}
    seen.page.on(
        "response",
        lambda response: (
            scripts.__setitem__(response.url, len(gzip.compress(response.body())))
            if response.request.resource_type == "script"
            else None
        ),
    )
    show(seen, PAGES[name])
    assert scripts, "the count itself sees scripts"
    assert sum(scripts.values()) <= JS_LIMIT_BYTES
