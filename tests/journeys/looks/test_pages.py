"""Every public page on desktop and phone: accessible, quiet, within its window, by keyboard, on paper."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from tests.journeys.browser import DESKTOP, PHONE
from tests.journeys.public_pages import PAGES
from tests.journeys.seeing import measure, overflow

pytestmark = pytest.mark.browser

# A window of 1280 pixels at 400% zoom is one of 320 pixels.
NARROW = {"width": 320, "height": 256}
A4 = {"width": 794, "height": 1123}
CONTROLS = (".header__sheet", ".display-switch", ".skip-link", ".search-box", "main button")


def test_no_rule_of_accessibility_is_violated_on_desktop(on_desktop):
    assert on_desktop.axe() == []
    assert overflow(on_desktop) <= 0


def test_no_rule_of_accessibility_is_violated_on_a_phone(on_phone):
    assert on_phone.axe() == []
    assert overflow(on_phone) <= 0


def test_at_four_times_the_size_nothing_is_cut_off(on_phone):
    on_phone.page.set_viewport_size(NARROW)
    wide = overflow(on_phone)
    on_phone.page.set_viewport_size(PHONE)
    assert wide <= 0


def assert_quiet(seen, name):
    """Nobody outside was asked; the browser has nothing to complain about but what it is told to."""
    if not PAGES[name].quiet:
        seen.complaints = []
    seen.assert_clean()


def test_the_browser_has_nothing_to_complain_about_on_desktop(on_desktop, request):
    assert_quiet(on_desktop, request.node.callspec.params["on_desktop"])


def test_the_browser_has_nothing_to_complain_about_on_a_phone(on_phone, request):
    assert_quiet(on_phone, request.node.callspec.params["on_phone"])


def test_readers_who_ask_for_calm_and_contrast_get_both(on_desktop):
    on_desktop.page.emulate_media(reduced_motion="reduce", contrast="more")
    moving, faint = measure(on_desktop, "moving()"), measure(on_desktop, "faintTexts(7)")
    on_desktop.page.emulate_media(reduced_motion="null", contrast="null")
    assert [each for each in moving if "maplibregl" not in each] == []
    assert faint == []


def test_a_page_prints_well_on_a4(on_desktop):
    page = on_desktop.page
    page.set_viewport_size(A4)
    page.emulate_media(media="print")
    shown = [
        control for control in CONTROLS for each in page.locator(control).all() if each.is_visible()
    ]
    wide, sheets = overflow(on_desktop), PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    page.emulate_media(media="null")
    page.set_viewport_size(DESKTOP)
    assert shown == []
    assert wide <= 0
    assert 1 <= len(sheets) <= 12
    assert len(sheets[0].extract_text()) > 40


def test_every_control_is_reached_by_keyboard_and_shows_the_focus(on_phone):
    page = on_phone.page
    wanted = measure(on_phone, "remember(measure.stops())")
    page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges()")
    in_sheet = bool(page.locator(".header__sheet:popover-open").count())
    reached: list[str] = []
    for _step in range(2 * len(wanted) + 5):
        page.keyboard.press("Tab")
        here = page.evaluate("measure.remember([document.activeElement])[0]")
        if here.startswith("body") or (reached and here == reached[0]):
            break
        ring = page.evaluate("measure.focusRing()")
        assert ring["outline"] >= 2 or ring["shadow"], here
        reached.append(here)
    missed = [stop for stop in wanted if stop not in reached]
    assert in_sheet or missed == []
    assert len(reached) >= 3
