"""A citizen searches from the header, by keyboard, without script, on a narrow phone."""

from __future__ import annotations

import pytest

from tests.journeys.browser import DESKTOP, PHONE, follow, until

pytestmark = pytest.mark.browser

SIZES = {"desktop": DESKTOP, "phone": PHONE, "narrow": {"width": 320, "height": 640}}
PAGES = {
    "form": "/search/",
    "hits": "/search/?q=示例市",
    "filtered": "/search/?q=示例市&validity=all",
    "nothing": "/search/?q=恐龙化石",
    "question": "/search/ask/?q=恐龙化石怎么登记",
    "english": "/en/search/?q=示例市",
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_search_is_accessible_and_quiet(visit, page, size):
    seen = visit(PAGES[page], viewport=SIZES[size])
    assert seen.axe() == []
    assert seen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    seen.assert_clean()


def test_a_suggestion_is_chosen_by_keyboard_from_pinyin(visit):
    seen = visit("/search/", viewport=DESKTOP)
    field = seen.page.locator("#search-page")
    field.focus()
    # At once: a list for the first letters would be replaced by that for all.
    seen.page.keyboard.insert_text("shilishi")
    until(lambda: field.get_attribute("aria-expanded") == "true")
    seen.page.keyboard.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    chosen = seen.page.locator(f"#{active}")
    assert chosen.get_attribute("aria-selected") == "true"
    assert seen.axe() == []
    text = chosen.get_attribute("data-text")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url("**/search/?q=*")
    assert seen.page.locator("#search-page").input_value() == text
    assert seen.page.locator(".hit").count() > 0
    seen.assert_clean()


def test_escape_closes_the_suggestions_and_keeps_the_text(visit):
    seen = visit("/search/", viewport=PHONE)
    field = seen.page.locator("#search-page")
    field.focus()
    seen.page.keyboard.type("示例")
    until(lambda: field.get_attribute("aria-expanded") == "true")
    seen.page.keyboard.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "示例"


def test_search_works_without_javascript(visit):
    seen = visit("/search/", java_script_enabled=False)
    seen.page.locator("#search-page").fill("示例市")
    follow(seen.page.locator("main .search-box__button").first)
    assert "示例市" in seen.page.locator("main .hit").first.inner_text()
