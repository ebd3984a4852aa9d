"""Every public page: no accessibility violation, no outside request, no complaint, no overflow."""

from __future__ import annotations

import pytest

from tests.journeys.browser import DESKTOP, PHONE

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "map": "/map/",
    "notices": "/notices/",
    "notice": "/notices/notice-1/",
    "sign-in": "/admin/login/",
    "english home": "/en/",
    "english map": "/en/map/",
    "not found": "/nowhere/",
}
SIZES = {"desktop": DESKTOP, "phone": PHONE, "narrow": {"width": 320, "height": 640}}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_accessible_and_quiet(visit, page, size):
    seen = visit(PAGES[page], viewport=SIZES[size])
    seen.page.wait_for_timeout(1500 if "map" in page else 200)
    assert seen.axe() == []
    wide = seen.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    if page == "not found":
        seen.complaints = [text for text in seen.complaints if "404" not in text]
    seen.assert_clean()


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
    seen.open("/map/")
    seen.open("/notices/notice-1/")
    assert seen.page.context.cookies() == []
