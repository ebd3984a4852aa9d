"""A citizen finds the notice for a place, by map and by address, and sees what a new version changed."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest

from tests.journeys.browser import DESKTOP, PHONE, follow

pytestmark = pytest.mark.browser

REVISED = "江湾片区控制性详细规划"


def revised_notice(city) -> dict[str, Any]:
    """The notice of the sample city that has a second version, as the map's API tells it."""
    found = city.get("/api/v1/notices.geojson").json()["features"]
    return next(row for row in found if row["properties"]["title"].startswith(REVISED))


def middle_of(feature: dict[str, Any]) -> tuple[float, float]:
    ring = feature["geometry"]["coordinates"][0]
    lons, lats = [position[0] for position in ring], [position[1] for position in ring]
    return (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2


def read_versions(page) -> None:
    """On the page of the revised notice: its second version, and what it changed."""
    assert REVISED in page.locator("h1").inner_text()
    assert "第2版" in page.locator("main").inner_text()
    page.get_by_role("link", name="看改了什么").click()
    page.wait_for_url("**/changes/")
    main = page.locator("main").inner_text()
    assert "第1版到第2版改了什么" in main
    assert "公共停车场" in "".join(page.locator("ins").all_inner_texts())


def test_by_a_click_on_the_map(city, visit):
    feature = revised_notice(city)
    lon, lat = middle_of(feature)
    seen = visit(f"/map/?c={lon:.5f},{lat:.5f},15")
    seen.wait_for_map()
    box = seen.page.locator("[data-map-canvas]").bounding_box()
    seen.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    link = seen.page.locator("[data-here-result] [data-notice] a").filter(has_text=REVISED)
    link.first.wait_for()
    assert "公示中" in seen.page.locator("[data-here-result]").inner_text()
    link.first.click()
    seen.page.wait_for_url("**/plans/**")
    read_versions(seen.page)
    seen.assert_clean()


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_by_the_name_of_a_road(visit, size):
    seen = visit(f"/search/?q={quote('中轴大道')}", viewport=size)
    place = seen.page.locator(".hit__title a[href*='/map/?c=']").first
    assert "中轴大道" in place.inner_text()
    place.click()
    seen.wait_for_map()
    seen.page.locator("[data-here-result]").filter(has_text="中轴大道").wait_for()
    assert seen.axe() == []
    seen.assert_clean()


def test_by_the_name_of_the_place_without_javascript(visit):
    seen = visit(f"/search/?q={quote('江湾片区')}", java_script_enabled=False)
    hits = seen.page.locator(".hit__title a[href*='/plans/']")
    follow(hits.filter(has_text="控制性详细规划").first)
    read_versions(seen.page)


def test_by_coordinates_without_javascript(city, visit):
    lon, lat = middle_of(revised_notice(city))
    seen = visit(f"/map/?p={lon:.6f},{lat:.6f}", java_script_enabled=False)
    follow(seen.page.get_by_role("link", name="查看所选位置适用的规划"))
    notice = seen.page.locator("[data-notice] a").filter(has_text=REVISED).first
    follow(notice)
    read_versions(seen.page)


def test_the_places_of_notices_can_be_hidden_and_the_address_keeps_it(visit):
    seen = visit("/map/")
    seen.wait_for_map()
    box = seen.page.locator("[data-notices-visible]")
    assert box.is_checked()
    box.uncheck()
    assert "n=0" in seen.page.evaluate("location.search")
    seen.page.reload()
    seen.wait_for_map()
    assert not seen.page.locator("[data-notices-visible]").is_checked()
    seen.assert_clean()


def test_the_map_leads_to_the_list_of_its_view(city, visit):
    lon, lat = middle_of(revised_notice(city))
    seen = visit(f"/map/?c={lon:.5f},{lat:.5f},15")
    seen.wait_for_map()
    seen.page.get_by_role("link", name=re.compile("此范围内的公示")).click()
    seen.page.wait_for_url("**/plans/?bbox=**")
    assert REVISED in seen.page.locator("main").inner_text()
    seen.page.get_by_role("link", name="在地图上浏览").click()
    seen.page.wait_for_url("**/map/?c=**")
    seen.assert_clean()


def test_the_map_leads_to_a_subscription_to_its_view(city, visit):
    lon, lat = middle_of(revised_notice(city))
    seen = visit(f"/map/?c={lon:.5f},{lat:.5f},15")
    seen.wait_for_map()
    seen.page.get_by_role("link", name="订阅此范围的公示").click()
    seen.page.wait_for_url("**/plans/subscriptions/?bbox=**")
    edges = seen.page.get_by_label("位置", exact=True).input_value().split(",")
    west, south, east, north = map(float, edges)
    assert west < lon < east
    assert south < lat < north
    seen.assert_clean()


def test_a_view_larger_than_a_province_leads_to_the_plain_form(visit):
    seen = visit("/map/?c=113.9,30.2,5")
    seen.wait_for_map()
    link = seen.page.locator("[data-notices-subscribe]")
    assert link.inner_text() == "订阅公示"
    assert "bbox" not in link.get_attribute("href")


def test_the_map_leads_to_a_subscription_without_javascript(visit):
    seen = visit("/map/?c=113.90000,30.20000,15", java_script_enabled=False)
    follow(seen.page.get_by_role("link", name="订阅公示"))
    assert seen.page.get_by_label("位置", exact=True).input_value() == "113.90000,30.20000"


def test_on_a_phone_a_notice_shows_where_before_until_when_and_how_to_object(city, visit):
    seen = visit(revised_notice(city)["properties"]["url"], viewport=PHONE)
    heights = [
        seen.page.locator(part).first.bounding_box()["y"]
        for part in (
            "main .lead",
            ".map-preview__image",
            "main .facts",
            "main h2:has-text('怎样提出意见')",
        )
    ]
    assert heights == sorted(heights)
    assert heights[1] < PHONE["height"]


def test_a_notice_reads_whole_without_javascript(city, visit):
    seen = visit(revised_notice(city)["properties"]["url"], java_script_enabled=False)
    text = seen.page.locator("main").inner_text()
    assert "公示正文" in text
    assert len(text) > 200


def test_the_english_pages_speak_english(visit):
    seen = visit("/en/plans/")
    assert seen.page.evaluate("document.documentElement.lang") == "en"
    assert "Notices" in seen.page.locator("h1").inner_text()
