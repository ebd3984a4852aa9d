"""A citizen compares two releases of a layer: by keyboard, by hand, without a script, on paper."""

from __future__ import annotations

import pytest

from tests.journeys.browser import DESKTOP, PHONE, follow

pytestmark = pytest.mark.browser

COMPARE = "/map/compare/?layer=landuse"
CLIP = "document.querySelector('[data-swipe-right]').style.clipPath"
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


def compare(visit, **options):
    """The page with both maps drawn."""
    seen = visit(COMPARE, **options)
    seen.wait_for_map("[data-swipe]")
    return seen


@SIZES
def test_the_keyboard_moves_the_line(visit, size):
    seen = compare(visit, viewport=size)
    slider = seen.page.get_by_label("分界线")
    slider.focus()
    seen.page.keyboard.press("ArrowRight")
    assert seen.page.evaluate(CLIP) == "inset(0px 0px 0px 52%)"
    assert slider.get_attribute("aria-valuetext") == "左侧版本占52%"
    seen.page.keyboard.press("End")
    assert seen.page.evaluate(CLIP) == "inset(0px 0px 0px 100%)"
    seen.assert_clean()


@SIZES
def test_the_line_is_drawn_along_by_hand(visit, size):
    seen = compare(visit, viewport=size)
    seen.page.locator("[data-swipe-frame]").scroll_into_view_if_needed()
    box = seen.page.locator("[data-swipe-frame]").bounding_box()
    middle = box["y"] + box["height"] / 2
    seen.page.mouse.move(box["x"] + box["width"] / 2, middle)
    seen.page.mouse.down()
    seen.page.mouse.move(box["x"] + box["width"] / 4, middle, steps=4)
    seen.page.mouse.up()
    assert abs(int(seen.page.get_by_label("分界线").input_value()) - 25) <= 2
    seen.page.mouse.move(box["x"] + box["width"] / 2, middle, steps=2)
    assert abs(int(seen.page.get_by_label("分界线").input_value()) - 25) <= 2


def test_both_releases_are_shown_where_they_differ(visit):
    seen = compare(visit)
    frame = seen.page.locator("[data-swipe-frame]")
    seen.page.evaluate("document.querySelector('[data-swipe-line]').hidden = true")
    slider = seen.page.get_by_label("分界线")
    slider.focus()
    shots = []
    for key in ("Home", "End"):
        seen.page.keyboard.press(key)
        seen.page.wait_for_timeout(300)
        shots.append(frame.screenshot())
    assert shots[0] != shots[1]
    changed = seen.page.locator(".compare-changes div", has_text="属性改变的要素").locator("dd")
    assert int(changed.inner_text()) >= 3


def test_without_a_script_there_are_two_pictures_and_the_facts(visit):
    seen = visit(COMPARE, java_script_enabled=False, viewport=PHONE)
    pictures = seen.page.locator(".compare-pictures img")
    assert pictures.count() == 2
    assert all(each.bounding_box()["width"] > 200 for each in pictures.all())
    assert not seen.page.locator("[data-swipe]").is_visible()
    table = seen.page.locator(".compare-facts").inner_text()
    assert "示审图〔2026〕001号" in table
    assert "示审图〔2026〕011号" in table


def test_on_paper_the_pictures_stand_for_the_maps(visit):
    seen = compare(visit)
    assert not seen.page.locator(".compare-pictures").is_visible()
    seen.page.emulate_media(media="print")
    assert not seen.page.locator("[data-swipe]").is_visible()
    for picture in seen.page.locator(".compare-pictures img").all():
        assert picture.is_visible()
        assert picture.evaluate("(image) => image.complete && image.naturalWidth > 0")


def test_layer_page_and_changes_of_a_notice_lead_to_the_comparison(visit):
    seen = visit("/map/layers/landuse/")
    follow(seen.page.get_by_role("link", name="对比各版本"))
    seen.page.get_by_role("heading", level=1, name="版本对比").wait_for()
    seen.open("/plans/990103-2026-0001/v/2/changes/")
    follow(seen.page.get_by_role("link", name="对比图层的两个版本"))
    seen.page.get_by_role("heading", level=1, name="版本对比").wait_for()
    assert "规划用地用海" in seen.page.locator("h1").inner_text()


def test_in_english_it_speaks_english(visit):
    seen = visit("/en/map/compare/?layer=landuse")
    text = seen.page.locator("main").inner_text()
    assert "Compare releases: Planned land and sea use" in text
    assert "Features with other attributes" in text
    assert "%" in seen.page.locator("[data-swipe-slider]").get_attribute("data-text")
