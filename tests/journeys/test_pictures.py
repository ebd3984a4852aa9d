"""Pictures of the map, for readers whose browser draws no map."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.journeys.browser import DESKTOP, PHONE, launch, until, watched

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
PAGES = [
    ("/map/layers/landuse/", DESKTOP),
    ("/map/layers/landuse/", NARROW),
    ("/en/map/layers/landuse/", PHONE),
    ("/map/?view=list", PHONE),
]


def shown_picture(seen) -> Image.Image:
    """The picture on the page once the browser has it, as it stands on the screen."""
    picture = seen.page.locator(".map-sheet__image").first
    picture.scroll_into_view_if_needed()
    until(lambda: picture.evaluate("image => image.complete && image.naturalWidth > 0"))
    return Image.open(io.BytesIO(picture.screenshot())).convert("RGB")


def water(image: Image.Image) -> float:
    """Share of the pixels in the colour of the river."""
    pixels = image.resize((300, 160), Image.Resampling.NEAREST)
    return sum(
        count
        for count, (red, green, blue) in pixels.getcolors(48_000) or []
        if abs(red - 99) < 25 and abs(green - 163) < 25 and abs(blue - 203) < 25
    ) / (300 * 160)


@pytest.mark.parametrize(("page", "size"), PAGES)
def test_a_page_with_a_picture_is_accessible_and_quiet(visit, page, size):
    seen = visit(page, viewport=size)
    shown_picture(seen)
    assert seen.axe() == []
    assert seen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    seen.assert_clean()


def test_without_javascript_the_map_page_shows_the_picture(chromium, city):
    with watched(chromium, city.url, java_script_enabled=False) as seen:
        seen.open("/map/")
        picture = seen.page.locator(".map-sheet__image")
        picture.scroll_into_view_if_needed()
        seen.page.wait_for_load_state("networkidle")
        image = Image.open(io.BytesIO(picture.screenshot())).convert("RGB")
        assert water(image) > 0.004
        assert seen.outside == []


def test_without_webgl_the_list_shows_the_picture(playwright, city):
    browser = launch(playwright, "--disable-gpu", "--disable-3d-apis")
    try:
        with watched(browser, city.url) as seen:
            seen.open("/map/")
            assert water(shown_picture(seen)) > 0.004
            seen.assert_clean()
    finally:
        browser.close()


def test_where_the_map_is_drawn_no_picture_is_loaded(visit):
    seen = visit("/map/")
    loaded = seen.page.evaluate(
        "performance.getEntriesByType('resource').map((entry) => entry.name)"
    )
    assert [name for name in loaded if name.endswith(".png")] == []


def test_a_shared_link_names_a_picture_that_exists(visit, city):
    for path in ("/map/", "/map/layers/landuse/", "/plans/990103-2026-0001/"):
        seen = visit(path)
        address = seen.page.locator('meta[property="og:image"]').get_attribute("content")
        answer = city.get(address.removeprefix(city.url))
        assert answer.status == 200
        image = Image.open(io.BytesIO(answer.body))
        image.load()
        assert image.size == (1200, 630)
        assert "审图" in image.text["Review Number"]
