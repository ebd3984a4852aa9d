"""The map page as the server renders it."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.portal.published import publish_layer

pytestmark = pytest.mark.django_db


def configuration(text: str) -> dict[str, object]:
    found = re.search(r'id="map-configuration" type="application/json">(.*?)</script>', text)
    assert found
    return json.loads(found[1])  # type: ignore[no-any-return]


def test_every_layer_stands_in_the_page_with_its_facts_and_legend(client: Client) -> None:
    publish_layer("landuse", description="规划用途")
    text = client.get("/map/").content.decode()
    for fact in (
        "图层landuse",
        "示审图〔2026〕001号",
        "示府批〔2024〕12号",
        "2025-12-31",
        "规划用途",
    ):
        assert fact in text
    assert "0701" in text
    assert "仅供参考" in text


def test_the_page_tells_honestly_when_nothing_is_published(client: Client) -> None:
    text = client.get("/map/").content.decode()
    assert "目前没有已发布的图层" in text
    assert configuration(text)["bounds"] is None


def test_the_script_is_told_everything_in_the_readers_language(client: Client) -> None:
    publish_layer("landuse")
    chinese = configuration(client.get("/map/").content.decode())
    english = configuration(client.get("/en/map/").content.decode())
    assert chinese["layers"] == [{"code": "landuse", "title": "图层landuse", "visible": True}]
    assert english["layers"][0]["title"] == "Layer landuse"  # type: ignore[index]
    assert english["here"] == "/en/map/here/"


def test_the_legend_shows_only_classes_that_occur(client: Client) -> None:
    publish_layer("landuse", properties={"YDYHFLDM": "0701"})
    text = client.get("/map/").content.decode()
    assert "0701" in text
    assert "1401" not in text


def test_the_number_of_queries_does_not_grow_with_the_layers(client: Client) -> None:
    publish_layer("landuse")
    client.get("/map/")
    with CaptureQueriesContext(connection) as one:
        client.get("/map/")
    for number in range(5):
        publish_layer(f"layer_{number}")
    client.get("/map/")
    with CaptureQueriesContext(connection) as six:
        client.get("/map/")
    assert len(six) == len(one)


def test_a_shared_point_can_be_looked_up_without_script(client: Client) -> None:
    publish_layer("landuse")
    text = client.get("/map/?p=113.0,28.2").content.decode()
    assert 'href="/map/here/?lon=113.0&amp;lat=28.2"' in text
    assert "/map/here/?lon=" not in client.get("/map/?p=113.0,north").content.decode()


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/map/").status_code == 405


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", "/plans/subscriptions/"),
        ("?c=113.9,30.2,12", "/plans/subscriptions/?c=113.9,30.2,12"),
        ("?c=113.9,30.2,12&p=113.8,30.1", "/plans/subscriptions/?p=113.8,30.1"),
        ("?p=%22%3E%3Cb%3E", "/plans/subscriptions/?p=%22%3E%3Cb%3E"),
    ],
)
def test_the_place_of_a_shared_address_is_subscribed_to(
    client: Client, query: str, wanted: str
) -> None:
    text = client.get(f"/map/{query}").content.decode()
    assert f'href="{wanted}" data-notices-subscribe' in text
