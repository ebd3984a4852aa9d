"""A citizen opens the map, sees the city, and asks what applies at a place."""

from __future__ import annotations

import pytest

from tests.journeys.browser import DESKTOP, PHONE, launch, picture, share, watched

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


def wait_for_map(seen) -> None:
    seen.wait_for_map()
    seen.page.wait_for_timeout(1500)


@SIZES
def test_the_map_draws_the_city(visit, size):
    seen = visit("/map/", viewport=size)
    wait_for_map(seen)
    image = picture(seen)
    assert len({pixel for _, pixel in image.getcolors(image.width * image.height)}) > 200
    assert share(image, (245, 248, 220)) + share(image, (255, 255, 45)) > 0.1, "farmland, homes"
    seen.assert_clean()


@SIZES
def test_a_click_tells_what_applies_here(visit, size, city):
    seen = visit("/map/", viewport=size)
    wait_for_map(seen)
    box = seen.page.locator("[data-map-canvas]").bounding_box()
    seen.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    answer = seen.page.locator("[data-answer]")
    answer.wait_for(timeout=20_000)
    text = answer.inner_text()
    assert "规划用地用海" in text
    lon, lat = seen.page.evaluate("new URLSearchParams(location.search).get('p')").split(",")
    said = {
        value
        for feature in city.get(f"/api/v1/here?lon={lon}&lat={lat}").json()["features"]
        for value in feature["properties"].get("attributes", feature["properties"]).values()
        if isinstance(value, str)
    }
    assert any(value and value in text for value in said), (said, text)
    seen.assert_clean()


def test_the_keyboard_alone_asks_about_the_centre(visit):
    seen = visit("/map/")
    wait_for_map(seen)
    seen.page.locator("[data-tool=centre]").focus()
    seen.page.keyboard.press("Enter")
    seen.page.locator("[data-answer]").wait_for(timeout=20_000)
    assert seen.page.evaluate("document.activeElement.hasAttribute('data-here-title')")


def test_the_review_number_is_always_in_view(visit):
    for size in (DESKTOP, PHONE):
        seen = visit("/map/", viewport=size)
        wait_for_map(seen)
        note = seen.page.locator(".viewer__colophon")
        box = note.bounding_box()
        assert "审图号" in note.inner_text()
        assert "仅供参考" in note.inner_text()
        assert box["x"] < size["width"] / 2
        assert box["y"] + box["height"] <= size["height"]


def test_a_shared_address_restores_the_map(visit):
    first = visit("/map/")
    wait_for_map(first)
    first.page.locator("[data-tool=zoom-in]").click()
    first.page.wait_for_timeout(1000)
    first.page.locator("[data-tool=centre]").click()
    first.page.locator("[data-answer]").wait_for(timeout=20_000)
    address = first.page.evaluate("location.pathname + location.search")
    answer = first.page.locator("[data-answer]").inner_text()
    second = visit(address)
    wait_for_map(second)
    second.page.locator("[data-answer]").wait_for(timeout=20_000)
    assert second.page.locator("[data-answer]").inner_text() == answer
    assert (
        second.page.evaluate("location.search").split("&")[0]
        == address.split("?")[1].join(["?", ""]).split("&")[0]
    )


def test_labels_on_the_map_are_chinese(visit, city):
    style = city.get("/tiles/style.json").json()
    assert "glyphs" not in style
    fields = [
        layer["layout"]["text-field"] for layer in style["layers"] if layer["type"] == "symbol"
    ]
    assert fields
    seen = visit("/map/")
    wait_for_map(seen)
    fonts = seen.page.evaluate("document.fonts.check('12px \"Noto Sans CJK SC\"', '规划')")
    assert fonts


def test_without_javascript_every_layer_is_listed_and_a_place_can_be_asked(visit, city):
    seen = visit("/map/", java_script_enabled=False)
    text = seen.page.locator("main").inner_text()
    for layer in ("规划用地用海", "永久基本农田", "生态保护红线", "城镇开发边界"):
        assert layer in text
    assert "审图号" in seen.page.locator("main").text_content()
    box = city.get("/tiles/landuse/tilejson.json").json()["bounds"]
    seen.page.get_by_text("按坐标查询", exact=True).click()
    seen.page.locator("[data-lookup-form] input[name=lon]").fill(str((box[0] + box[2]) / 2))
    seen.page.locator("[data-lookup-form] input[name=lat]").fill(str((box[1] + box[3]) / 2))
    seen.page.locator("[data-lookup-form] button").click()
    assert "此处适用" in seen.page.locator("h1").inner_text()
    assert "规划用地用海" in seen.page.locator("main").inner_text()


def test_without_webgl_the_list_stands_in(playwright, city):
    browser = launch(playwright, "--disable-gpu", "--disable-3d-apis")
    try:
        with watched(browser, city.url) as seen:
            seen.open("/map/")
            seen.page.locator("html[data-webgl=off]").wait_for(state="attached")
            assert seen.page.locator("[data-list-reason]").is_visible()
            assert "规划用地用海" in seen.page.locator("main").inner_text()
            seen.assert_clean()
    finally:
        browser.close()


def test_a_layer_can_be_switched_off(visit):
    seen = visit("/map/")
    wait_for_map(seen)
    before = picture(seen)
    seen.page.locator("#layer-landuse").uncheck()
    seen.page.wait_for_timeout(1500)
    after = picture(seen)
    woodland = (104, 177, 103)
    assert share(before, woodland) > share(after, woodland) + 0.02
    assert "l=" in seen.page.evaluate("location.search")
