"""Every public page: no accessibility violation, no outside request, no complaint, no overflow."""

from __future__ import annotations

import pytest

from tests.journeys.browser import DESKTOP, PHONE
from tests.journeys.public_pages import PAGES, PublicPage
from tests.journeys.seeing import choose_elder, measure, overflow, show

pytestmark = pytest.mark.browser

# A window of 1280 pixels at 400% zoom is one of 320 pixels.
NARROW = {"width": 320, "height": 256}
SIZES = {"desktop": DESKTOP, "phone": PHONE, "narrow": NARROW, "elder": PHONE}
STAFF_FRAME = {"sign-in"}
"""Pages in Wagtail's frame, which has its own motion and focus style."""


def open_page(visit, page: PublicPage, **options):
    seen = visit("/robots.txt", **options)
    return show(seen, page)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_quiet(visit, name, size):
    page = PAGES[name]
    seen = visit("/robots.txt", viewport=SIZES[size])
    if size == "elder":
        choose_elder(seen)
    show(seen, page)
    assert seen.axe() == []
    assert overflow(seen) <= 0
    if not page.quiet:
        seen.complaints = []
    seen.assert_clean()


@pytest.mark.parametrize("name", sorted(set(PAGES) - STAFF_FRAME))
def test_every_control_is_reached_by_keyboard_and_shows_the_focus(visit, name):
    seen = open_page(visit, PAGES[name], viewport=PHONE)
    wanted = measure(seen, "stops().map(measure.name)")
    seen.page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges()")
    in_sheet = bool(seen.page.locator(".header__sheet:popover-open").count())
    reached: list[str] = []
    for _step in range(2 * len(wanted) + 5):
        seen.page.keyboard.press("Tab")
        here = seen.page.evaluate("measure.name(document.activeElement)")
        if here.startswith("body") or (reached and here == reached[0]):
            break
        ring = seen.page.evaluate("measure.focusRing()")
        assert ring["outline"] >= 2 or ring["shadow"], here
        reached.append(here)
    missed = [stop for stop in wanted if stop not in reached]
    assert in_sheet or missed == []
    assert len(reached) >= 3


@pytest.mark.parametrize("name", sorted(set(PAGES) - STAFF_FRAME))
def test_readers_who_ask_for_calm_and_contrast_get_both(visit, name):
    seen = open_page(visit, PAGES[name], reduced_motion="reduce", contrast="more")
    assert [each for each in measure(seen, "moving()") if "maplibregl" not in each] == []
    assert measure(seen, "faintTexts(7)") == []


@pytest.mark.parametrize("name", ["home", "contact, mistaken", "statistics", "menu"])
def test_with_colours_of_the_readers_own_controls_keep_their_edges(visit, name):
    seen = open_page(visit, PAGES[name], forced_colors="active", viewport=PHONE)
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
    assert seen.page.evaluate("document.activeElement.id") == "main"
