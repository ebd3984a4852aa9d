"""The frame of every public page."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client

from portal.core.models import SiteIdentity
from tests.factories.notices import published
from tests.portal.pages import make_site
from tests.portal.published import publish_layer

pytestmark = pytest.mark.django_db


def test_home_shows_open_notices_the_next_to_end_first(client: Client) -> None:
    make_site()
    published(title="没有截止", kind="approved_plan", period_amount=None, period_unit="")
    published(title="较晚截止", period_amount=30)
    published(title="最先截止")
    text = client.get("/").content.decode()
    assert text.index("最先截止") < text.index("较晚截止")
    assert "没有截止" not in text


def test_home_says_so_when_nothing_is_open(client: Client) -> None:
    make_site()
    assert "目前没有正在公示的事项" in client.get("/").content.decode()


def test_home_shows_a_still_map_once_a_layer_is_published(client: Client) -> None:
    make_site()
    assert "/map/preview.svg" not in client.get("/").content.decode()
    publish_layer()
    text = client.get("/").content.decode()
    assert "/map/preview.svg" in text
    assert "示审图〔2026〕001号" in text


def test_footer_and_meta_tags_come_from_the_site_identity(client: Client) -> None:
    make_site()
    identity = SiteIdentity.load()
    identity.site_id_code = "4301000001"
    identity.icp_number = "示ICP备2026000001号"
    identity.sponsor = "示例市自然资源和规划局"
    identity.save()
    text = client.get("/").content.decode()
    assert '<meta name="SiteIDCode" content="4301000001">' in text
    assert "示ICP备2026000001号" in text
    assert "示例市自然资源和规划局" in text
    for name in ("SiteName", "SiteDomain", "ColumnName", "ColumnDescription", "ColumnType"):
        assert f'<meta name="{name}"' in text


def test_english_pages_say_so_and_link_to_the_chinese_ones(client: Client) -> None:
    make_site()
    text = client.get("/en/").content.decode()
    assert '<html lang="en">' in text
    assert "Territorial Spatial Planning" in text
    assert 'href="/" lang="zh-Hans"' in text


def test_the_menu_marks_where_the_reader_is(client: Client) -> None:
    make_site()
    text = client.get("/plans/").content.decode()
    assert 'href="/plans/" lang="zh-Hans" aria-current="page"' in text


def test_a_missing_page_is_told_in_the_sites_own_frame(client: Client) -> None:
    make_site()
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "没有找到这个页面" in response.content.decode()


@pytest.mark.parametrize("code", [400, 403, 500])
def test_every_error_page_renders_without_a_request(code: int) -> None:
    assert str(code) in render_to_string(f"{code}.html")


def test_staff_sign_in_is_in_chinese_and_branded(client: Client) -> None:
    text = client.get("/admin/login/").content.decode()
    assert "工作人员登录" in text
    assert "Sign in" not in text


def test_the_number_of_queries_of_home_does_not_grow_with_the_notices(
    client: Client, django_assert_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_site()
    published()
    client.get("/")
    with CaptureQueriesContext(connection) as one:
        client.get("/")
    for _number in range(4):
        published()
    with CaptureQueriesContext(connection) as five:
        client.get("/")
    assert len(five) == len(one)
