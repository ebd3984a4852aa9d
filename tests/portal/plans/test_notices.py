"""Notices: where their periods stand, the list, the page, its structured data."""

from __future__ import annotations

import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.plans.enums import NoticeStatus
from portal.plans.models import NoticeLayer, NoticeVersion
from tests.factories.notices import (
    COUNTY,
    FOREIGN_CITY,
    PLACE,
    draft,
    in_days,
    make_region,
    published,
    published_in_the_past,
    submitted,
)
from tests.portal.published import publish_layer

pytestmark = pytest.mark.django_db


def page_of(client: Client, version: NoticeVersion, prefix: str = "") -> str:
    return client.get(prefix + version.get_absolute_url()).content.decode()


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
    version = NoticeVersion(opens_on=in_days(opens), closes_on=in_days(closes))
    assert version.status == status


def test_a_notice_without_end_stands(client: Client) -> None:
    version = published(kind="approved_plan", period_amount=None, period_unit="")
    assert version.status == NoticeStatus.STANDING
    assert version.days_left is None


def test_the_page_gives_facts_map_link_and_still_map(client: Client) -> None:
    publish_layer("landuse")
    version = published(place=PLACE, contact_office="规划科", layers=("landuse",))
    text = page_of(client, version)
    assert "规划科" in text
    assert "图层landuse" in text
    assert "/map/?c=113.00500,28.19500," in text
    assert "l=landuse" in text
    assert "/map/preview.svg?c=113.0050,28.1950," in text
    assert '<meta name="PubDate"' in text
    assert version.content_hash in text
    assert version.notice.code in text


def test_the_page_without_a_place_has_no_map(client: Client) -> None:
    assert "preview.svg" not in page_of(client, published())


def test_structured_data_cannot_end_its_script_element(client: Client) -> None:
    text = page_of(client, published(summary="</script><b>"))
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found
    assert json.loads(found[1])["description"] == "</script><b>"


@pytest.mark.parametrize("make", [draft, submitted])
def test_what_is_not_public_has_no_address(client: Client, make) -> None:
    version = make(title="未公开的内容")
    for path in (version.get_absolute_url(), version.notice.get_absolute_url()):
        assert client.get(path).status_code == 404
    assert "未公开的内容" not in client.get("/plans/").content.decode()


def test_the_list_is_filtered(client: Client) -> None:
    published(title="某许可", kind="building_permit", period_amount=None, period_unit="")
    published(title="项目公示", region=COUNTY, level="detailed", place=PLACE)
    published(title="外市公示", region=FOREIGN_CITY)

    def shown(query: str) -> set[str]:
        text = client.get(f"/plans/?{query}").content.decode()
        return {title for title in ("某许可", "项目公示", "外市公示") if title in text}

    assert shown("") == {"某许可", "项目公示", "外市公示"}
    assert shown("status=open") == {"项目公示", "外市公示"}
    assert shown("kind=building_permit") == {"某许可"}
    assert shown("kind=amendment") == set()
    assert shown("region=990100") == {"某许可", "项目公示"}
    assert shown(f"region={COUNTY}") == {"项目公示"}
    assert shown("level=detailed") == {"项目公示"}
    assert shown("bbox=113.005,28.195,113.2,28.4") == {"项目公示"}
    assert shown("bbox=114,28,115,29") == set()
    assert shown("q=外市") == {"外市公示"}
    assert shown(f"since={in_days(1)}") == set()
    assert shown(f"until={in_days(0)}&since={in_days(0)}") == {"某许可", "项目公示", "外市公示"}


def test_what_ends_soon_comes_first(client: Client) -> None:
    published_in_the_past(20, title="早已结束")
    published(title="后截止", period_amount=20)
    published(title="先截止", period_amount=12)
    text = client.get("/plans/").content.decode()
    places = [text.index(title) for title in ("先截止", "后截止", "早已结束")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "nonsense",
    [
        "kind=x&status=y&page=z",
        "bbox=1,2",
        "since=31.2.",
        "since=0001-01-01&until=9999-12-31",
        "region=%00",
        "q=%00",
    ],
)
def test_a_filter_that_does_not_exist_shows_everything(client: Client, nonsense: str) -> None:
    published(title="项目公示")
    assert "项目公示" in client.get(f"/plans/?{nonsense}").content.decode()


def test_pages_keep_the_filter(client: Client) -> None:
    for _number in range(21):
        published()
    text = client.get("/plans/?kind=pre_approval").content.decode()
    assert "?kind=pre_approval&amp;page=2" in text


def test_the_number_of_queries_of_the_list_does_not_grow(client: Client) -> None:
    published()
    client.get("/plans/")
    with CaptureQueriesContext(connection) as one:
        client.get("/plans/")
    for _number in range(19):
        published()
    with CaptureQueriesContext(connection) as twenty:
        client.get("/plans/")
    assert len(twenty) == len(one)


def test_a_link_to_a_layer_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="没有这个图层"):
        NoticeLayer(version=draft(), layer_code="nothing").clean()


def test_english_title_and_summary_are_used_where_they_exist(client: Client) -> None:
    version = published(title="项目公示", title_en="A project", summary_en="In short")
    text = page_of(client, version, "/en")
    assert '<h1 lang="en">A project</h1>' in text
    assert "In short" in text


def test_divisions_are_found_by_pinyin(client: Client) -> None:
    published(region=COUNTY)
    assert "江湾区" in client.get("/plans/regions/?q=jwq").content.decode()
    make_region(FOREIGN_CITY)
    assert "这里还没有公示" in client.get("/plans/regions/?q=fanli").content.decode()


def test_a_node_shows_its_own_division_only(client: Client) -> None:
    from wagtail.models import Site

    from portal.core.regions.models import Node
    from tests.portal.pages import make_site

    make_site()
    mine, other = published(title="本市公示"), published(title="外市公示", region=FOREIGN_CITY)
    site = Site.objects.get(is_default_site=True)
    Node.objects.create(site=site, region=make_region())
    text = client.get("/plans/").content.decode()
    assert "本市公示" in text
    assert "外市公示" not in text
    assert client.get(mine.get_absolute_url()).status_code == 200
    assert client.get(other.get_absolute_url()).status_code == 404
