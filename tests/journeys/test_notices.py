"""A citizen finds a notice on the home page, reads it and goes to its place on the map."""

from __future__ import annotations

import pytest

from tests.journeys.browser import PHONE, until

pytestmark = pytest.mark.browser


def test_from_home_to_a_notice_to_its_place_on_the_map(visit):
    seen = visit("/", viewport=PHONE)
    first = seen.page.locator("main a[href*='/notices/notice-']").first
    title = first.inner_text().strip()
    first.click()
    assert title in seen.page.locator("h1").inner_text()
    main = seen.page.locator("main").inner_text()
    assert "规划用地用海" in main or "图层" in main
    seen.page.locator("main a[href*='/map/']").first.click()
    until(
        lambda: seen.page.evaluate("document.documentElement.dataset.map === 'ready'"), seconds=60
    )
    assert "c=" in seen.page.evaluate("location.search")
    seen.assert_clean()


def test_a_notice_reads_whole_without_javascript(visit):
    seen = visit("/notices/notice-1/", java_script_enabled=False)
    text = seen.page.locator("main").inner_text()
    assert "公示" in text
    assert len(text) > 200


def test_the_english_pages_speak_english(visit):
    seen = visit("/en/notices/")
    assert seen.page.evaluate("document.documentElement.lang") == "en"
    assert "Notices" in seen.page.locator("h1").inner_text()
