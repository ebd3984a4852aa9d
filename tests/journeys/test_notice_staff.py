"""Officials: one drafts with document and place, the other approves, it goes public at its minute."""

from __future__ import annotations

import datetime
import io
import json
import time

import pytest
from django.utils import timezone
from PIL import Image

from tests.journeys.browser import DESKTOP, PHONE, follow, settle, until, watched
from tests.journeys.staff import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TITLE = "示例路小学建设项目批前公示"
PLACE = {
    "type": "Feature",
    "properties": {},
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[113.0, 28.19], [113.01, 28.19], [113.01, 28.2], [113.0, 28.19]]],
    },
}


def drawing() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(file, "PNG")
    return file.getvalue()


def close_the_calendar(page) -> None:
    """Leave a date's field: its calendar opens a moment late, and would lie over the buttons."""
    calendar = page.locator(".xdsoft_datetimepicker:visible")
    calendar.wait_for()
    page.keyboard.press("Tab")
    calendar.wait_for(state="hidden")


def write_draft(page, minute: datetime.datetime) -> str:
    """Fill the form of a new notice; returns the address of its staff page."""
    page.goto(page.url.split("/admin/")[0] + "/admin/notices/new/")
    page.select_option("select[name=region]", label="示例市")
    page.select_option("select[name=kind]", "pre_approval")
    page.fill("input[name=title]", TITLE)
    page.get_by_role("button", name="建立草稿").click()
    page.wait_for_url("**/edit/")
    assert page.locator("input[name=period_amount]").input_value() == "10"
    assert "法定公示期" in page.locator(".notices-outlook").inner_text()
    page.fill("[name=summary]", "拟在示例路北侧建设小学一所。")
    page.fill("[name=place]", "示例路北侧")
    page.fill("[name=publish_at]", timezone.localtime(minute).strftime("%Y-%m-%d %H:%M"))
    close_the_calendar(page)
    page.locator("[name=footprint_file]").set_input_files(
        {
            "name": "place.geojson",
            "mimeType": "application/geo+json",
            "buffer": json.dumps(PLACE).encode(),
        }
    )
    page.locator("[name=uploads]").set_input_files(
        [
            {"name": "总平面图.png", "mimeType": "image/png", "buffer": drawing()},
            {"name": "坏文件.pdf", "mimeType": "application/pdf", "buffer": b"<html>"},
        ]
    )
    settle(page)
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_text("坏文件.pdf：不认识的文件类型").wait_for()
    assert page.locator("[name=summary]").input_value() == "拟在示例路北侧建设小学一所。"
    page.locator("[name=uploads]").set_input_files(
        {"name": "总平面图.png", "mimeType": "image/png", "buffer": drawing()}
    )
    settle(page)
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_text("已保存。").wait_for()
    page.locator(".notices-footprint img").wait_for()
    return page.url.removesuffix("edit/")


def submit(page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="提交审批").click()
    page.get_by_role("button", name="确认提交审批").click()
    page.wait_for_url(address)


def seconds_until(moment: datetime.datetime) -> float:
    return (moment - timezone.now()).total_seconds()


def test_from_draft_to_the_minute_of_publication(city, chromium):
    # A minute is as exact as the form is: the next one that leaves time to write and approve.
    minute = (timezone.now() + datetime.timedelta(seconds=150)).replace(second=0, microsecond=0)
    with watched(chromium, city.url) as author, watched(chromium, city.url) as decider:
        sign_in(author, city, "editor")
        address = write_draft(author.page, minute)
        submit(author.page, address)
        main = author.page.locator("main").inner_text()
        assert "须由另一人审批" in main
        assert author.page.get_by_role("link", name="审批通过").count() == 0
        author.page.goto(f"{address}approve/")
        assert "现在不能进行" in author.page.locator("body").inner_text()
        # The text is frozen: its form does not open any more.
        author.page.goto(f"{address}edit/")
        assert "内容已冻结" in author.page.locator("body").inner_text()
        assert author.outside == []

        sign_in(decider, city, "reviewer")
        assert TITLE in decider.page.locator("main").inner_text()
        decider.page.goto(address)
        frame = decider.page.frame_locator("iframe.notices-preview")
        assert TITLE in frame.locator("h1").inner_text()
        assert "尚不是公开页面" in frame.locator("main").inner_text()
        decider.page.get_by_role("link", name="审批通过").click()
        decider.page.get_by_role("button", name="确认审批通过").click()
        decider.page.wait_for_url(address)
        code = decider.page.locator("h1").inner_text().split()[-1]
        public = f"/plans/{code}/"
        if seconds_until(minute) > 1:
            assert city.get(public).status == 404
        time.sleep(max(0.0, seconds_until(minute)))
        until(lambda: city.get(public).status == 200, seconds=15)
        assert TITLE in city.get(public).body.decode()
        decider.page.goto(f"{address}edit/")
        assert "内容已冻结" in decider.page.locator("body").inner_text()
        assert decider.outside == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_staff_pages_are_accessible(city, chromium, size):
    with watched(chromium, city.url, viewport=size) as seen:
        sign_in(seen, city, "registrar")
        for path in ("", "periods/", "periods/new/", "calendars/"):
            seen.open(f"/admin/notices/{path}")
            assert seen.axe() == [], path
        seen.open("/admin/notices/?state=published")
        follow(seen.page.locator(".notices-table tbody a").first)
        seen.page.wait_for_load_state()
        assert seen.axe() == []
        seen.page.get_by_role("link", name="撤回").click()
        seen.page.wait_for_url("**/withdraw/")
        assert seen.axe() == []
        assert seen.outside == []


def test_an_edit_page_is_accessible_and_its_double_click_submits_once(city, chromium):
    with watched(chromium, city.url) as seen:
        sign_in(seen, city, "editor")
        seen.open("/admin/notices/new/")
        assert seen.axe() == []
        seen.page.select_option("select[name=region]", label="示例市")
        seen.page.select_option("select[name=kind]", "hearing")
        seen.page.fill("input[name=title]", "听证公告（双击）")
        seen.page.get_by_role("button", name="建立草稿").click()
        seen.page.wait_for_url("**/edit/")
        # The green message slides in; its colours are judged when it stands.
        settle(seen.page)
        assert seen.axe() == []
        seen.page.fill("[name=summary]", "关于示例路详细规划的听证。")
        address = seen.page.url.removesuffix("edit/")
        seen.page.locator("[name=uploads]").set_input_files(
            {"name": "听证通知.png", "mimeType": "image/png", "buffer": drawing()}
        )
        seen.page.get_by_role("button", name="保存并提交审批").click()
        seen.page.wait_for_url("**/submit/")
        seen.page.get_by_role("button", name="确认提交审批").dblclick()
        seen.page.wait_for_url(address)
        timeline = seen.page.locator(".notices-timeline").inner_text()
        assert timeline.count("提交审批") == 1
