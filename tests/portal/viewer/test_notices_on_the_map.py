"""Notices on the map: the answer for a point, GeoJSON, the overlay's entry in the panel."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.plans.procedure.withdraw import withdraw_version
from tests.factories.notices import (
    COUNTY,
    PLACE,
    draft,
    published,
    published_in_the_past,
    registrar,
    submitted,
)
from tests.portal.published import CENTRE, publish_layer

pytestmark = pytest.mark.django_db

WHERE = {"lon": "113.005", "lat": "28.195"}
FAR = {"lon": "113.2", "lat": "28.195"}
API = "/api/v1/notices.geojson"


def codes(client: Client, **query: str) -> list[str]:
    return [row["properties"]["code"] for row in document(client, **query)["features"]]


def document(client: Client, **query: str) -> dict[str, Any]:
    answer = client.get(API, query)
    assert answer.status_code == 200
    return answer.json()  # type: ignore[no-any-return]


def test_the_answer_lists_the_notices_that_cover_the_point_open_ones_first(client: Client) -> None:
    over = published_in_the_past(20, place=PLACE, title="已结束的")
    long = published(place=PLACE, title="还有很久的", period_amount=30)
    soon = published(place=PLACE, title="快截止的", period_amount=3)
    published(title="没有位置的")
    draft(place=PLACE, title="草稿")
    submitted(place=PLACE, title="待批")
    text = client.get("/map/here/", WHERE).content.decode()
    order = [text.index(version.title) for version in (soon, long, over)]
    assert order == sorted(order)
    assert soon.notice.get_absolute_url() in text
    for hidden in ("没有位置的", "草稿", "待批"):
        assert hidden not in text
    assert soon.title not in client.get("/map/here/", FAR).content.decode()
    assert soon.title in client.get("/map/here/", WHERE | {"fragment": "1"}).content.decode()


def test_a_point_is_found_near_by(client: Client) -> None:
    from django.contrib.gis.geos import Point

    published(title="一个点", footprint=Point(113.005, 28.195, srid=4490))
    near, far = {"lon": "113.0051", "lat": "28.195"}, {"lon": "113.006", "lat": "28.195"}
    assert "一个点" in client.get("/map/here/", near).content.decode()
    assert "一个点" not in client.get("/map/here/", far).content.decode()


def test_a_withdrawn_notice_is_not_in_the_answer(client: Client) -> None:
    version = published(place=PLACE, title="撤回的")
    withdraw_version(version, registrar(), "有误")
    assert "撤回的" not in client.get("/map/here/", WHERE).content.decode()
    assert codes(client) == []


def test_the_answer_asks_as_often_for_one_notice_as_for_ten(client: Client) -> None:
    publish_layer("landuse")
    published(place=PLACE)
    client.get("/map/here/", WHERE)
    with CaptureQueriesContext(connection) as one:
        client.get("/map/here/", WHERE)
    for _number in range(9):
        published(place=PLACE)
    with CaptureQueriesContext(connection) as ten:
        text = client.get("/map/here/", WHERE).content.decode()
    assert text.count("data-notice=") == 10
    assert len(ten) == len(one)


def test_geojson_holds_open_notices_with_what_a_map_needs(client: Client) -> None:
    version = published(place=PLACE, title="公示甲", kind="hearing", place_text="示例路")
    published_in_the_past(20, place=PLACE)
    published(title="没有位置的")
    found = document(client)
    (row,) = found["features"]
    assert found["numberMatched"] == found["numberReturned"] == 1
    assert row["geometry"]["type"] == "Polygon"
    assert row["properties"] | {"opens_on": "", "closes_on": ""} == {
        "code": version.notice.code,
        "number": 1,
        "title": "公示甲",
        "title_en": "",
        "kind": "hearing",
        "kind_label": "听证公告",
        "region": "990100",
        "place": "示例路",
        "status": "open",
        "opens_on": "",
        "closes_on": "",
        "url": version.notice.get_absolute_url(),
    }


def test_geojson_filters(client: Client) -> None:
    here = published(place=PLACE)
    county = published(place=(114, 29, 114.01, 29.01), region=COUNTY, kind="hearing")
    over = published_in_the_past(20, place=PLACE)
    assert codes(client, bbox="112.9,28,113.1,28.3") == [here.notice.code]
    assert codes(client, region=COUNTY) == [county.notice.code]
    assert codes(client, kind="hearing") == [county.notice.code]
    assert codes(client, status="closed") == [over.notice.code]
    assert len(codes(client, status="all")) == 3
    assert client.get(API, {"bbox": "1,2,3"}).status_code == 400
    assert client.get(API, {"bbox": "113,28,112,29"}).status_code == 400


def test_geojson_is_cached_and_asked_again_by_its_tag(client: Client) -> None:
    published(place=PLACE)
    first = client.get(API)
    assert "public" in first["Cache-Control"]
    again = client.get(API, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    published(place=PLACE)
    assert client.get(API, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_geojson_asks_as_often_for_one_as_for_ten(client: Client) -> None:
    published(place=PLACE)
    client.get(API)
    with CaptureQueriesContext(connection) as one:
        client.get(API)
    for _number in range(9):
        published(place=PLACE)
    with CaptureQueriesContext(connection) as ten:
        assert len(codes(client)) == 10
    assert len(ten) == len(one)


def test_geojson_tells_that_it_left_some_out(client: Client, monkeypatch) -> None:
    monkeypatch.setattr("portal.viewer.notices_api.MOST_FEATURES", 2)
    for _number in range(3):
        published(place=PLACE)
    found = document(client)
    assert (found["numberReturned"], found["numberMatched"]) == (2, 3)


def test_map_and_list_lead_to_each_other(client: Client) -> None:
    publish_layer("landuse")
    text = client.get("/map/").content.decode()
    assert "data-notices-visible checked" in text
    assert "/plans/?status=open" in text
    assert 'href="/map/"' in client.get("/plans/").content.decode()
    lon, lat = CENTRE
    box = client.get("/plans/", {"bbox": f"{lon - 1},{lat - 1},{lon + 1},{lat + 1}"})
    assert f"/map/?c={lon:.5f},{lat:.5f}" in box.content.decode()
