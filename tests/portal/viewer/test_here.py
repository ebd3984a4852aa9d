"""What applies at a point: page, fragment and API."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.gis.geos import LineString, Point
from django.test import Client
from pytest_django import Settings

from tests.portal.published import CENTRE, INSIDE, OUTSIDE, publish_layer

pytestmark = pytest.mark.django_db

PLACE = {"lon": str(INSIDE.x), "lat": str(INSIDE.y)}
ELSEWHERE = {"lon": str(OUTSIDE.x), "lat": str(OUTSIDE.y)}


def test_answer_names_layer_attributes_plan_approval_and_review_number(client: Client) -> None:
    publish_layer("landuse")
    text = client.get("/map/here/", PLACE).content.decode()
    for part in (
        "图层landuse",
        "0701 城镇住宅用地",
        "容积率",
        "2.5",
        "示例市国土空间总体规划",
        "示府批〔2024〕12号",
        "2024-06-30",
        "示审图〔2026〕001号",
    ):
        assert part in text


def test_answer_explains_the_class_in_plain_language(client: Client) -> None:
    publish_layer("landuse")
    assert "answer__explanation" in client.get("/map/here/", PLACE).content.decode()


def test_answer_names_the_layers_that_have_nothing_there(client: Client) -> None:
    publish_layer("landuse")
    text = client.get("/map/here/", ELSEWHERE).content.decode()
    assert "此处没有已发布的规划内容" in text
    assert "以下图层在此处没有内容：图层landuse" in text


def test_page_works_without_script_and_fragment_is_its_inner_part(client: Client) -> None:
    publish_layer("landuse")
    page = client.get("/map/here/", PLACE).content.decode()
    fragment = client.get("/map/here/", PLACE | {"fragment": "1"}).content.decode()
    assert "<html" in page
    assert "<html" not in fragment
    assert "0701 城镇住宅用地" in fragment
    assert "/map/?c=113.00000,28.20000,15&amp;p=113.000000,28.200000" in page


def test_fragment_carries_the_outlines_to_draw(client: Client) -> None:
    publish_layer("landuse")
    fragment = client.get("/map/here/", PLACE | {"fragment": "1"}).content.decode()
    found = re.search(r'<script type="application/json">(.*?)</script>', fragment)
    assert found
    (feature,) = json.loads(found[1])["features"]
    assert feature["geometry"]["type"] == "Polygon"
    assert feature["properties"] == {"layer": "landuse"}


def test_a_line_and_a_point_near_by_are_found(client: Client) -> None:
    lon, lat = CENTRE
    line = LineString((lon - 0.01, lat), (lon + 0.01, lat), srid=4490)
    publish_layer("road", geometry=line, properties={})
    publish_layer("stop", geometry=Point(lon + 0.0001, lat, srid=4490), properties={})
    text = client.get("/map/here/", {"lon": str(lon), "lat": str(lat + 0.0001)}).content.decode()
    assert "图层road" in text
    assert "以下图层在此处没有内容" not in text


def test_without_a_question_the_form_stands_there_without_complaint(client: Client) -> None:
    answer = client.get("/map/here/")
    assert answer.status_code == 200
    assert b'name="lon"' in answer.content
    assert b'role="alert"' not in answer.content


@pytest.mark.parametrize(
    "query",
    [
        {"lon": ""},
        {"lon": "x", "lat": "1"},
        {"lon": "181", "lat": "1"},
        {"lon": "nan", "lat": "inf"},
    ],
)
def test_a_point_that_makes_no_sense_is_refused_with_the_form(
    client: Client, query: dict[str, str]
) -> None:
    response = client.get("/map/here/", query)
    assert response.status_code == 400
    assert "坐标有误" in response.content.decode()
    assert client.get("/api/v1/here", query).status_code == 400


def test_attribute_values_are_escaped(client: Client) -> None:
    publish_layer("landuse", properties={"YDYHFLDM": "<b>x</b>"})
    assert "<b>x" not in client.get("/map/here/", PLACE).content.decode()


def test_english_answer_uses_english_names(client: Client) -> None:
    publish_layer("landuse")
    text = client.get("/en/map/here/", PLACE).content.decode()
    assert "Layer landuse" in text
    assert "Floor area ratio" in text


def test_api_gives_geojson_with_plan_and_attributes(client: Client) -> None:
    publish_layer("landuse")
    response = client.get("/api/v1/here", PLACE)
    assert response["Content-Type"] == "application/geo+json"
    document = response.json()
    assert document["type"] == "FeatureCollection"
    (feature,) = document["features"]
    assert feature["geometry"]["type"] == "Polygon"
    assert feature["properties"]["layer"] == "landuse"
    assert feature["properties"]["attributes"] == {"YDYHFLDM": "0701", "RJL": 2.5}
    assert feature["properties"]["plan"]["review_number"] == "示审图〔2026〕001号"


@pytest.mark.parametrize("path", ["/map/here/", "/api/v1/here"])
def test_too_many_requests_are_told_when_to_come_back(
    client: Client, settings: Settings, path: str
) -> None:
    settings.RATE_LIMIT_LOOKUP = "2/m"
    for _number in range(2):
        assert client.get(path, ELSEWHERE).status_code == 200
    response = client.get(path, ELSEWHERE)
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 60
