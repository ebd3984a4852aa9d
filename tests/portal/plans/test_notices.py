"""Notices: their periods, their place, their pages."""

from __future__ import annotations

import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.plans.enums import NoticeStatus
from portal.plans.models import NoticeLayer, NoticePage
from tests.portal.pages import in_days, make_notice, make_site
from tests.portal.published import publish_layer

pytestmark = pytest.mark.django_db

PLACE = {"west": 113.0, "south": 28.19, "east": 113.01, "north": 28.2}


@pytest.mark.parametrize(
    ("opens", "closes", "status"),
    [
        (1, 5, NoticeStatus.UPCOMING),
        (0, 0, NoticeStatus.OPEN),
        (-5, 0, NoticeStatus.OPEN),
        (-5, -1, NoticeStatus.CLOSED),
    ],
)
def test_status_counts_the_first_and_the_last_day(opens: int, closes: int, status: str) -> None:
    notice = make_notice(make_site(), opens_on=in_days(opens), closes_on=in_days(closes))
    assert notice.status == status
    is_open = status == NoticeStatus.OPEN
    assert NoticePage.objects.open_on(in_days(0)).exists() == is_open


def test_a_notice_without_end_stands() -> None:
    notice = make_notice(make_site(), opens_on=None, closes_on=None)
    assert notice.status == NoticeStatus.STANDING
    assert notice.days_left is None


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    index = make_site()
    with pytest.raises(ValidationError, match="不能早于"):
        make_notice(index, opens_on=in_days(3), closes_on=in_days(1))


def test_a_draft_plan_is_public_for_at_least_thirty_days() -> None:
    index = make_site()
    with pytest.raises(ValidationError, match="三十日"):
        make_notice(index, kind="draft_plan", opens_on=in_days(0), closes_on=in_days(28))
    make_notice(index, kind="draft_plan", opens_on=in_days(0), closes_on=in_days(29))


def test_half_a_footprint_is_refused() -> None:
    index = make_site()
    with pytest.raises(ValidationError, match="经纬度"):
        make_notice(index, west=113.0)


def test_notice_page_gives_facts_map_link_and_still_map(client: Client) -> None:
    publish_layer("landuse")
    notice = make_notice(make_site(), place="示例市中心区", contact_office="规划科", **PLACE)
    NoticeLayer.objects.create(notice=notice, layer_code="landuse")
    text = client.get("/notices/notice-1/").content.decode()
    assert "示例市中心区" in text
    assert "规划科" in text
    assert "图层landuse" in text
    assert "/map/?c=113.00500,28.19500," in text
    assert "l=landuse" in text
    assert "/map/preview.svg?c=113.0050,28.1950," in text
    assert '<meta name="PubDate"' in text


def test_notice_page_without_a_place_has_no_map(client: Client) -> None:
    make_notice(make_site())
    assert "preview.svg" not in client.get("/notices/notice-1/").content.decode()


def test_structured_data_cannot_end_its_script_element(client: Client) -> None:
    make_notice(make_site(), summary="</script><b>")
    text = client.get("/notices/notice-1/").content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found
    assert json.loads(found[1])["description"] == "</script><b>"


def test_list_is_filtered_by_kind_and_status(client: Client) -> None:
    index = make_site()
    make_notice(index, title="某许可", kind="permit", opens_on=None, closes_on=None)
    make_notice(index, title="项目公示", kind="project")
    text = client.get("/notices/?status=open").content.decode()
    assert "项目公示" in text
    assert "某许可" not in text
    text = client.get("/notices/?kind=permit").content.decode()
    assert "项目公示" not in text
    assert "没有符合条件的公示" in client.get("/notices/?kind=amendment").content.decode()


def test_a_filter_that_does_not_exist_shows_everything(client: Client) -> None:
    make_notice(make_site(), title="项目公示")
    assert "项目公示" in client.get("/notices/?kind=x&status=y&page=z").content.decode()


def test_pages_keep_the_filter(client: Client) -> None:
    index = make_site()
    for _number in range(21):
        make_notice(index)
    text = client.get("/notices/?kind=project").content.decode()
    assert "?kind=project&amp;page=2" in text


def test_the_number_of_queries_of_the_list_does_not_grow(client: Client) -> None:
    index = make_site()
    make_notice(index)
    client.get("/notices/")
    with CaptureQueriesContext(connection) as one:
        client.get("/notices/")
    for _number in range(19):
        make_notice(index)
    with CaptureQueriesContext(connection) as twenty:
        client.get("/notices/")
    assert len(twenty) == len(one)


def test_a_link_to_a_layer_that_does_not_exist_is_refused() -> None:
    notice = make_notice(make_site())
    with pytest.raises(ValidationError, match="没有这个图层"):
        NoticeLayer(notice=notice, layer_code="nothing").clean()


def test_english_title_and_summary_are_used_where_they_exist(client: Client) -> None:
    index = make_site()
    make_notice(index, title="项目公示", title_en="A project", summary_en="In short")
    text = client.get("/en/notices/notice-1/").content.decode()
    assert '<h1 lang="en">A project</h1>' in text
    assert "In short" in text
