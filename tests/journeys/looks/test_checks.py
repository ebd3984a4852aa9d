"""That the checks of ``test_pages.py`` find what they look for; sign-in, cookies, readers' own colours."""

from __future__ import annotations

import pytest

from tests.journeys.browser import DESKTOP, PHONE
from tests.journeys.public_pages import PAGES
from tests.journeys.seeing import measure, overflow, show

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_page_of_the_staffs_sign_in_is_accessible(visit, size):
    seen = visit("/admin/login/", viewport=size)
    assert seen.axe() == []
    assert overflow(seen) <= 0
    seen.assert_clean()


@pytest.mark.parametrize("name", ["home", "contact, mistaken", "statistics", "menu"])
def test_with_colours_of_the_readers_own_controls_keep_their_edges(visit, name):
    seen = show(visit("/robots.txt", forced_colors="active", viewport=PHONE), PAGES[name])
    assert seen.axe() == []
    edgeless = seen.page.evaluate(
        """[...document.querySelectorAll('main .button, main input:not([type=hidden]), textarea')]
        .filter((each) => each.checkVisibility() && !each.closest('.trap') && each.type !== 'radio')
        .filter((each) => parseFloat(getComputedStyle(each).borderTopWidth) < 1)
        .map((each) => each.outerHTML.slice(0, 80))"""
    )
    assert edgeless == []


def test_the_check_itself_finds_a_broken_page(visit):
    seen = visit("/")
    seen.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend',"
        " '<img src=\"data:,\"><input><button></button>')"
    )
    found = " ".join(seen.axe())
    assert "image-alt" in found
    assert "label" in found
    assert "button-name" in found


def test_the_keyboard_check_itself_finds_a_control_that_is_out_of_reach(visit):
    seen = visit("/help/")
    before = measure(seen, "stops().length")
    seen.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<a href=\"/x/\">x</a>')"
    )
    assert measure(seen, "stops().length") == before + 1
    seen.page.evaluate("document.querySelector('main a[href=\"/x/\"]').tabIndex = -1")
    assert measure(seen, "stops().length") == before


def test_the_watch_itself_sees_a_forbidden_script(visit):
    seen = visit("/")
    seen.page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.head.append(s)"
    )
    assert seen.violations()
    assert seen.page.evaluate("window.ran") is None


def test_a_visitor_gets_no_cookie(visit):
    seen = visit("/")
    for page in PAGES.values():
        if page.path != "/admin/login/":
            seen.open(page.path)
    assert seen.page.context.cookies() == []


def test_skipping_to_the_content_is_the_first_stop(visit):
    seen = visit("/help/")
    seen.page.keyboard.press("Tab")
    assert seen.page.evaluate("document.activeElement.className") == "skip-link"
    seen.page.keyboard.press("Enter")
    seen.page.locator("#main:focus").wait_for()
