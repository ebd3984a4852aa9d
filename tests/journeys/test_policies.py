"""The policy library in a real browser: accessible, quiet, and whole without script."""

from __future__ import annotations

import pytest

from tests.journeys.browser import DESKTOP, PHONE, follow

pytestmark = pytest.mark.browser

SLUG = "/policies/shilishixiangxiguihuaguanlitiaoli/"
PAGES = {
    "library": "/policies/",
    "filtered": "/policies/?kind=local&validity=in_force",
    "nothing found": "/policies/?name=zzz",
    "regulation": SLUG,
    "ended edition": f"{SLUG}2018-10-12/",
    "wrong day": f"{SLUG}?day=x",
    "article": f"{SLUG}2024-05-30/articles/11/",
    "comparison": f"{SLUG}compare/2018-10-12/2024-05-30/?all=1",
    "interpretations": "/policies/interpretations/",
    "questions": "/policies/questions/",
    "topics": "/policies/topics/",
    "land use": "/policies/topics/landuse/1401/",
    "notice kind": "/policies/topics/notice/draft_plan/",
    "english": f"/en{SLUG}",
    "english comparison": f"/en{SLUG}compare/2018-10-12/2024-05-30/",
}
SIZES = {"desktop": DESKTOP, "phone": PHONE, "narrow": {"width": 320, "height": 640}}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_accessible_and_quiet(visit, page, size):
    seen = visit(PAGES[page], viewport=SIZES[size])
    assert seen.axe() == []
    assert seen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    seen.assert_clean()


def test_a_citizen_finds_an_article_and_what_explains_it_without_script(visit):
    seen = visit("/policies/", java_script_enabled=False)
    page = seen.page
    page.get_by_label("名称").fill("详细规划")
    follow(page.get_by_role("button", name="筛选"))
    follow(page.get_by_role("link", name="示例市详细规划管理条例"))
    page.get_by_role("navigation", name="目录").get_by_role("link", name="第三章").click()
    assert page.url.endswith("#part-12")
    follow(page.get_by_role("link", name="第十一条", exact=True).first)
    assert "公园绿地不得改作他用" in page.get_by_role("article").inner_text()
    follow(page.get_by_role("link", name="小区旁边的公园会不会被改成楼房？"))
    assert page.get_by_role("heading", level=1).inner_text() == "小区旁边的公园会不会被改成楼房？"
    follow(page.get_by_role("link", name="《示例市详细规划管理条例》第十一条"))
    assert page.url.endswith("/2024-05-30/#art-11")


def test_a_day_in_the_past_shows_the_edition_of_that_day_and_what_changed_since(visit):
    seen = visit(SLUG, java_script_enabled=False)
    page = seen.page
    page.get_by_label("查看某日有效的版本").fill("2020-01-01")
    follow(page.get_by_role("button", name="查看", exact=True))
    assert "以下是 2020-01-01 有效的版本" in page.inner_text("main")
    follow(page.get_by_role("button", name="逐条对照"))
    assert "新增 1" in page.inner_text("main")
    assert page.locator("ins").count() > 3
    assert page.locator("del").count() > 0


@pytest.mark.parametrize("path", ["/policies/?region=990100", "/plans/?region=990100"])
def test_more_conditions_of_a_filter_stand_below_the_first_in_the_same_columns(visit, path):
    page = visit(path, viewport=DESKTOP).page
    rows = [
        [field.bounding_box() for field in page.locator(fields).all()]
        for fields in ("main form > .field", ".filter__more .field")
    ]
    first, more = ([box for box in row if box] for row in rows)
    assert [box["x"] for box in more][: len(first)] == [box["x"] for box in first]
    assert len({box["y"] for box in more}) == 1
    assert more[0]["y"] > first[0]["y"] + first[0]["height"]


def test_contents_stay_in_sight_on_a_desktop(visit):
    page = visit(SLUG, viewport=DESKTOP).page
    page.evaluate("document.getElementById('art-14').scrollIntoView()")
    box = page.locator(".contents").bounding_box()
    assert box is not None
    assert box["y"] >= 0


def test_everything_can_be_reached_by_keyboard(visit):
    page = visit("/policies/").page
    page.get_by_label("名称").focus()
    page.keyboard.type("公园")
    page.keyboard.press("Enter")
    page.wait_for_url("**name=**")
    page.get_by_role("link", name="示例市公园绿地管理办法").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/policies/shilishigongyuanlvdiguanlibanfa/")


def test_the_printed_text_has_no_controls(visit):
    page = visit(SLUG).page
    page.emulate_media(media="print")
    assert not page.locator(".statute-side").is_visible()
    assert not page.locator(".day-picker").is_visible()
    assert page.locator("#art-1").is_visible()
