"""Pages of editors: made in the staff area, read by the public, in menu, language and search."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from portal.core.models import ContentPage, HomePage
from portal.search.request import SearchRequest
from portal.search.search import search
from tests.factories.officials import official, signed_in
from tests.portal.sites import make_home

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> HomePage:
    return make_home()


@pytest.fixture
def editor(home: HomePage) -> Client:
    return signed_in(official("wang", "site_editor"))


def form(**fields: object) -> dict[str, object]:
    """The form of the staff area, filled in."""
    blank = {
        "title": "网站声明",
        "title_en": "",
        "slug": "statement",
        "introduction": "",
        "introduction_en": "",
        "body": streamfield([]),
        "body_en": streamfield([]),
        "comments": inline_formset([]),
    }
    return nested_form_data(blank | fields)


def make(editor: Client, parent: Page, kind: str = "contentpage", **fields: object):
    address = reverse("wagtailadmin_pages:add", args=["core", kind, parent.pk])
    return editor.post(address, form(**fields) | {"action-publish": "1"})


def page(parent: Page, title: str, **fields: object) -> ContentPage:
    """A published page as the staff area makes it."""
    made = ContentPage(title=title, **fields)
    parent.add_child(instance=made)
    made.save_revision().publish()
    return ContentPage.objects.get(pk=made.pk)


def table(caption: str) -> dict[str, object]:
    """The fields of a table of one column and one row."""
    return {
        "caption": caption,
        "column-count": "1",
        "row-count": "1",
        "column-0-type": "text",
        "column-0-order": "0",
        "column-0-heading": "栏目",
        "column-0-deleted": "",
        "row-0-order": "0",
        "row-0-deleted": "",
        "cell-0-0": "公示公开",
    }


def test_an_editor_makes_a_page_and_the_public_reads_it(editor, home, client: Client) -> None:
    body = streamfield([("heading", "谁办的"), ("table", table("多久更新"))])
    response = make(editor, home, introduction="谁办的，多久更新。", body=body)
    assert response.status_code == 302, response.content.decode()
    text = client.get("/statement/").content.decode()
    assert "<h1" in text
    assert "谁办的，多久更新。" in text
    assert "<h2>谁办的</h2>" in text
    assert '<th scope="col">栏目</th>' in text
    assert "<caption>多久更新</caption>" in text
    assert '<meta name="ArticleTitle" content="网站声明">' in text
    assert '<meta name="ColumnName" content="网站声明">' in text


def test_a_table_needs_a_caption(editor, home) -> None:
    response = make(editor, home, body=streamfield([("table", table(" "))]))
    assert response.status_code == 200
    assert json.dumps("请填写表格标题")[1:-1] in response.content.decode()
    assert not ContentPage.objects.exists()


def test_a_page_stands_in_the_menu_where_its_editor_wants_it(editor, home, client) -> None:
    assert make(editor, home, show_in_menus="on").status_code == 302
    make(editor, home, title="不进菜单", slug="hidden")
    menu = client.get("/statement/").content.decode().split("menu__list")[1].split("</ul>")[0]
    assert 'href="/statement/" lang="zh-Hans" aria-current="page"' in menu
    assert "不进菜单" not in menu
    assert menu.index("/statement/") < menu.index("/feedback/"), "contact stays last"


def test_pages_below_pages_are_listed_and_know_the_way_from_home(editor, home, client) -> None:
    column = page(home, "关于本站", title_en="About", slug="about")
    assert make(editor, column).status_code == 302
    assert 'href="/about/statement/"' in client.get("/about/").content.decode().split("<main")[1]
    below = client.get("/about/statement/").content.decode()
    assert '<li><a href="/about/">关于本站</a></li>' in below
    assert '<meta name="ColumnName" content="关于本站">' in below


def test_a_page_is_english_where_its_editor_wrote_english(home, client) -> None:
    page(
        home,
        "关于本站",
        title_en="About",
        slug="about",
        body=[("heading", "谁办的")],
        body_en=[("heading", "Who runs it")],
    )
    text = client.get("/en/about/").content.decode()
    assert '<h1 lang="en">About</h1>' in text
    assert "Who runs it" in text
    assert "谁办的" not in text


@pytest.mark.parametrize("slug", ["map", "plans", "en", "admin", "statistics"])
def test_the_addresses_of_columns_are_taken_directly_below_home(editor, home, slug) -> None:
    response = make(editor, home, slug=slug)
    assert response.status_code == 200
    assert "这个网址已由网站栏目使用" in response.content.decode()
    assert make(editor, page(home, "关于", slug="about"), slug=slug).status_code == 302


def test_there_is_one_home_page_and_nothing_but_pages_below_it(editor, home) -> None:
    assert make(editor, home, kind="homepage").status_code == 302
    assert HomePage.objects.count() == 1
    assert [model.__name__ for model in HomePage.allowed_subpage_models()] == ["ContentPage"]


def test_a_page_is_found_by_search_while_it_is_public(home) -> None:
    def found(text: str = "网站声明") -> list[str]:
        hits = search(SearchRequest(text=text)).hits
        return [hit.document.url for hit in hits if hit.document.kind == "page"]

    column = page(home, "关于本站", slug="about")
    made = page(column, "网站声明", slug="statement", body=[("heading", "内容以什么为准")])
    assert found() == found("以什么为准") == ["/about/statement/"]
    column.slug = "site"
    column.save_revision().publish()
    assert found() == ["/site/statement/"]
    made.unpublish()
    assert found() == []
    made.save_revision().publish()
    assert found() == ["/site/statement/"]
    Page.objects.get(pk=column.pk).delete()
    assert found() == []


def test_the_number_of_queries_does_not_grow_with_the_pages_below(
    home, client, django_assert_num_queries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    column = page(home, "关于本站", slug="about")
    page(column, "一", slug="one")
    client.get("/about/")
    with CaptureQueriesContext(connection) as one:
        client.get("/about/")
    for number in range(5):
        page(column, f"第{number}页", slug=f"page-{number}")
    with django_assert_num_queries(len(one)):
        client.get("/about/")
