"""What the text of every public page has: meta tags, one heading, English throughout; feedback."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.journeys.browser import follow
from tests.journeys.languages import unmarked_chinese
from tests.journeys.public_pages import PAGES, STAFF_FRAME, public_paths

pytestmark = pytest.mark.browser

SITE_TAGS = ("SiteName", "SiteDomain", "SiteIDCode")
COLUMN_TAGS = ("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType")
ARTICLE_TAGS = ("ArticleTitle", "PubDate", "ContentSource")
OPENED = sorted(set(public_paths()) - STAFF_FRAME)


def html(city, path: str) -> BeautifulSoup:
    return BeautifulSoup(city.get(path).body.decode(), "html.parser")


def meta(soup: BeautifulSoup) -> dict[str, str]:
    return {str(tag["name"]): str(tag["content"]) for tag in soup.find_all("meta", {"name": True})}


@pytest.mark.parametrize("name", OPENED)
def test_the_government_meta_tags_are_there_and_filled(city, name):
    tags = meta(html(city, PAGES[name].path))
    wanted = [*SITE_TAGS, *COLUMN_TAGS, *(ARTICLE_TAGS if PAGES[name].article else ())]
    assert [tag for tag in wanted if not tags.get(tag)] == []
    assert tags["description"]
    if PAGES[name].article:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", tags["PubDate"])


@pytest.mark.parametrize("name", OPENED)
def test_a_page_has_one_title_one_heading_and_one_address(city, name):
    soup = html(city, PAGES[name].path)
    assert soup.title
    assert soup.title.get_text(strip=True)
    assert len(soup.find_all("h1")) == 1
    assert len(soup.find_all("main")) == 1
    assert len(soup.find_all("link", {"rel": "canonical"})) == 1
    assert {
        link["hreflang"] for link in soup.find_all("link", {"rel": "alternate", "hreflang": True})
    } == {
        "zh-Hans",
        "en",
        "x-default",
    }
    identifiers = [element["id"] for element in soup.find_all(id=True)]
    assert sorted(set(identifiers)) == sorted(identifiers)


@pytest.mark.parametrize("name", OPENED)
def test_the_english_page_is_english_throughout(city, name):
    if PAGES[name].not_in_english:
        pytest.skip(PAGES[name].not_in_english)
    path = f"/en{PAGES[name].path}"
    soup = html(city, path)
    assert soup.html
    assert soup.html["lang"] == "en"
    # What the reader typed comes back as it was typed.
    typed = parse_qs(urlsplit(path).query).get("q", [""])[0]
    assert unmarked_chinese(str(soup).replace(typed, "") if typed else str(soup)) == []


def test_the_language_check_itself_finds_unmarked_chinese():
    page = '<html lang="en"><p>规划 <span lang="zh-Hans">公示</span></p><img alt="地图"></html>'
    assert unmarked_chinese(page) == ["p: 规划", "img[alt]: 地图"]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_citizen_writes_and_looks_up_what_became_of_it(visit, script):
    seen = visit("/map/", java_script_enabled=script)
    follow(seen.page.locator(".footer").get_by_role("link", name="我为政府网站找错"))
    assert seen.page.locator("#id_page").input_value().endswith("/map/")
    seen.page.get_by_label("内容过时").check()
    seen.page.locator("textarea").fill("数据日期是去年的，请更新。")
    seen.page.wait_for_timeout(3100)
    follow(seen.page.get_by_role("button", name="提交"))
    receipt, code = (each.inner_text() for each in seen.page.locator(".receipt").all())
    follow(seen.page.locator("main").get_by_role("link", name="查询答复"))
    assert seen.page.locator("#id_receipt").input_value() == receipt
    seen.page.get_by_label("查询码").fill(code)
    follow(seen.page.locator("main").get_by_role("button", name="查询"))
    assert "数据日期是去年的" in seen.page.locator("main").inner_text()
    assert "待受理" in seen.page.locator("main").inner_text()
    assert code not in seen.page.url
    assert seen.page.context.cookies() == []
    seen.assert_clean()
