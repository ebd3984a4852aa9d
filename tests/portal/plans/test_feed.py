"""The feed: valid Atom with the filters of the list, stable ids, and 304 for those who have it."""

from __future__ import annotations

import datetime
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.plans.procedure.decide import approve_version
from portal.plans.procedure.draft import announce_anew
from portal.plans.procedure.prolong import extend_version
from portal.plans.procedure.submit import submit_version
from portal.plans.procedure.withdraw import withdraw_version
from tests.factories.notices import (
    CITY,
    COUNTY,
    FOREIGN_CITY,
    PLACE,
    approver,
    draft,
    in_days,
    make_region,
    published,
    registrar,
)
from tests.portal.sites import make_home, make_node

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
BOX = "{http://www.georss.org/georss}box"


@pytest.fixture(autouse=True)
def home(db):
    cache.clear()
    return make_home()


def read(client: Client, query: str = "", prefix: str = "") -> Any:
    response = client.get(f"{prefix}/plans/feed.atom?{query}")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.content)  # noqa: S314 - our own answer


def titles(root: Any) -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]


def second_version(version):
    fresh = announce_anew(version, registrar(), "建筑高度降低")
    fresh.body = [("paragraph", "<p>改为两层</p>")]
    fresh.save()
    return approve_version(submit_version(fresh, registrar()), approver())


def test_every_event_is_an_entry_with_all_that_atom_asks_for(client: Client) -> None:
    version = published(title="项目公示", place=PLACE, source="示例市规划局")
    extend_version(version, approver(), "应群众要求", until=in_days(30))
    second_version(version)
    draft(title="还没公开")
    root = read(client)
    assert root.tag == f"{ATOM}feed"
    for name in ("title", "id", "updated"):
        assert root.findtext(f"{ATOM}{name}")
    assert titles(root) == ["重新公告：项目公示", "延长公示：项目公示", "发布：项目公示"]
    entries = list(root.iter(f"{ATOM}entry"))
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == 3
    assert all(one.startswith("tag:127.0.0.1,20") for one in ids)
    for entry in entries:
        assert datetime.datetime.fromisoformat(entry.findtext(f"{ATOM}updated"))
        assert entry.find(f"{ATOM}link").get("href").startswith("http://127.0.0.1:8000/plans/")
        assert entry.findtext(BOX) == "28.190000 113.000000 28.200000 113.010000"
        assert entry.find(f"{ATOM}author").findtext(f"{ATOM}name") == "示例市规划局"
    assert entries[0].find(f"{ATOM}link").get("href").endswith("/v/2/changes/")
    assert "应群众要求" in entries[1].findtext(f"{ATOM}summary")


def test_ids_stay_the_same_when_more_happens(client: Client) -> None:
    version = published()
    [before] = [e.findtext(f"{ATOM}id") for e in read(client).iter(f"{ATOM}entry")]
    extend_version(version, approver(), "延长", until=in_days(30))
    published()
    after = [e.findtext(f"{ATOM}id") for e in read(client).iter(f"{ATOM}entry")]
    assert before in after
    assert len(after) == 3


def test_a_withdrawn_notice_leaves_its_withdrawal_alone(client: Client) -> None:
    version = published(title="将要撤回的标题", place=PLACE, summary="将要撤回的摘要")
    withdraw_version(version, registrar(), "公示内容有误")
    text = client.get("/plans/feed.atom").content.decode()
    assert "将要撤回" not in text
    assert "公示内容有误" in text
    assert "georss:box" not in text


def test_the_feed_is_filtered_like_the_list(client: Client) -> None:
    published(title="某许可", kind="building_permit", period_amount=None, period_unit="")
    published(title="区里的", region=COUNTY, level="detailed", place=PLACE)
    published(title="外市的", region=FOREIGN_CITY)

    def shown(query: str) -> set[str]:
        return {title.partition("：")[2] for title in titles(read(client, query))}

    assert shown("") == {"某许可", "区里的", "外市的"}
    assert shown("kind=building_permit") == {"某许可"}
    assert shown("region=990100") == {"某许可", "区里的"}
    assert shown("level=detailed") == {"区里的"}
    assert shown("status=standing") == {"某许可"}
    assert shown("bbox=113,28,113.2,28.4") == {"区里的"}
    assert shown("kind=nonsense&region=%00") == {"某许可", "区里的", "外市的"}
    assert "建设工程规划许可" in read(client, "kind=building_permit").findtext(f"{ATOM}title")


def test_markup_in_a_title_stays_text(client: Client) -> None:
    published(title="<b>&amp;]]>")
    assert titles(read(client)) == ["发布：<b>&amp;]]>"]


def test_who_has_it_gets_304_until_something_happens(client: Client) -> None:
    version = published()
    first = client.get("/plans/feed.atom")
    assert "max-age=300" in first["Cache-Control"]
    by_tag = client.get("/plans/feed.atom", headers={"If-None-Match": first["ETag"]})
    by_time = client.get("/plans/feed.atom", headers={"If-Modified-Since": first["Last-Modified"]})
    assert by_tag.status_code == by_time.status_code == 304
    assert by_tag.content == b""
    extend_version(version, approver(), "延长", until=in_days(30))
    assert (
        client.get("/plans/feed.atom", headers={"If-None-Match": first["ETag"]}).status_code == 200
    )


def test_the_english_feed_speaks_english(client: Client) -> None:
    published(title="项目", title_en="A project")
    root = read(client, prefix="/en")
    assert titles(root) == ["Published: A project"]
    link = next(root.iter(f"{ATOM}entry")).find(f"{ATOM}link").get("href")
    assert link.startswith("http://127.0.0.1:8000/en/plans/")


def test_an_empty_feed_is_valid(client: Client) -> None:
    assert titles(read(client)) == []


def test_the_number_of_queries_does_not_grow(client: Client) -> None:
    published()
    client.get("/plans/feed.atom")
    with CaptureQueriesContext(connection) as one:
        client.get("/plans/feed.atom")
    for _each in range(19):
        published()
    with CaptureQueriesContext(connection) as twenty:
        client.get("/plans/feed.atom")
    assert len(twenty) == len(one)


def test_pages_lead_to_the_feed(client: Client) -> None:
    version = published(place=PLACE)
    listed = client.get("/plans/?kind=pre_approval").content.decode()
    assert 'href="/plans/feed.atom?kind=pre_approval"' in listed
    assert 'rel="alternate" type="application/atom+xml"' in listed
    page = client.get(version.get_absolute_url()).content.decode()
    assert 'rel="alternate" type="application/atom+xml"' in page
    assert f"/plans/subscriptions/?notice={version.notice.code}" in page
    assert "/plans/subscriptions/?bbox=112.9950,28.1850,113.0150,28.2050" in page


def test_the_sitemap_lists_notices_in_both_languages(client: Client) -> None:
    version = published()
    gone = published()
    withdraw_version(gone, registrar(), "有误")
    assert "sitemap-notices.xml" in client.get("/sitemap.xml").content.decode()
    text = client.get("/sitemap-notices.xml").content.decode()
    ET.fromstring(text)  # noqa: S314 - our own answer
    assert f"/plans/{version.notice.code}/</loc>" in text
    assert f"/en/plans/{version.notice.code}/</loc>" in text
    assert gone.notice.code not in text


def test_the_sitemap_of_a_node_names_its_own_notices_only(client: Client, settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "node.example"]
    own, foreign = published(region=COUNTY), published(region=FOREIGN_CITY)
    make_node("node.example", make_region(CITY))
    text = client.get("/sitemap-notices.xml", SERVER_NAME="node.example").content.decode()
    assert own.notice.code in text
    assert foreign.notice.code not in text
    assert foreign.notice.code in client.get("/sitemap-notices.xml").content.decode()
